/**
 * The three requests of tus 1.0 that a phone needs: create, ask for the offset, send on from there.
 * Own, not a library's: retries, sign-in, time limits and the memory of upload addresses are the engine's
 * already, and a second set of each would be the larger part of what a library brings.
 */

import { ConnectionLost, Refused } from './errors'
import type { Transport } from './transport'

/** Small enough that a poor line finishes one; what was sent before a break is not sent again. */
export const CHUNK_BYTES = 1_048_576
const CHUNK_TIMEOUT_MS = 120_000
const VERSION = { 'Tus-Resumable': '1.0.0' }

export interface TusFile {
  id: string
  sha256: string
  filename: string
  filetype: string
  bytes: number
}

/** Announces a file; the answer is the address its bytes go to. */
export async function createUpload(transport: Transport, file: TusFile, signal: AbortSignal): Promise<string> {
  const { id, sha256, filename, filetype } = file
  const metadata = Object.entries({ id, sha256, filename, filetype }).map(([key, text]) => `${key} ${base64(text)}`)
  const headers = { ...VERSION, 'Upload-Length': String(file.bytes), 'Upload-Metadata': metadata.join(',') }
  const response = await transport.request('/sync/files', { method: 'POST', headers, signal })
  const location = response.headers.get('Location')
  if (!location) throw new ConnectionLost('an upload was created without an address')
  return location
}

/** How many bytes the server holds; null when it has forgotten the upload. */
export async function uploadOffset(transport: Transport, url: string, signal: AbortSignal): Promise<number | null> {
  try {
    return offsetOf(await transport.request(url, { method: 'HEAD', headers: VERSION, signal }))
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 410)) return null
    throw error
  }
}

/** Sends one chunk from `offset`; the answer is the new offset. */
export async function sendChunk(
  transport: Transport,
  url: string,
  blob: Blob,
  offset: number,
  signal: AbortSignal,
): Promise<number> {
  const headers = {
    ...VERSION,
    'Upload-Offset': String(offset),
    'Content-Type': 'application/offset+octet-stream',
  }
  const body = blob.slice(offset, offset + CHUNK_BYTES)
  const sent = { method: 'PATCH', headers, body, signal, timeoutMs: CHUNK_TIMEOUT_MS }
  const reached = offsetOf(await transport.request(url, sent))
  if (reached <= offset && body.size > 0) throw new ConnectionLost('the upload does not move')
  return reached
}

function offsetOf(response: Response): number {
  const offset = Number(response.headers.get('Upload-Offset') ?? NaN)
  if (!Number.isSafeInteger(offset) || offset < 0) throw new ConnectionLost('an upload without an offset')
  return offset
}

/** Base64 of the text's UTF-8 bytes, as `Upload-Metadata` wants it. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
