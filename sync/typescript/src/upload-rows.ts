/** A file that waits to be sent: what is known of it, and what others may see of that. */

import type { UploadRow } from './stores/store'

/** `sent`: every byte is there and the server is judging; the local copy stays. `refused` needs the user. */
export type UploadState = 'waiting' | 'sending' | 'sent' | 'refused'

export interface NewUpload {
  id: string
  blob: Blob
  filename: string
  filetype: string
  about: { kind: string; id: string }
}

/** An upload without what only the queue needs. */
export type Upload = Omit<UploadRow, 'url' | 'next_at'>

export const LARGEST_UPLOAD_BYTES = 100 * 1_048_576

/** A file that was just taken: measured, and waiting for its turn. */
export async function firstRow(file: NewUpload, addedAt: string): Promise<UploadRow> {
  const { id, blob, filename, filetype, about } = file
  return {
    ...{ id, filename, filetype, about: { kind: about.kind, id: about.id }, bytes: blob.size },
    ...{ sha256: await sha256(blob), state: 'waiting', sent: 0, url: null, attempts: 0, next_at: 0, code: null },
    added_at: addedAt,
  }
}

export function shown({ url, next_at, ...upload }: UploadRow): Upload {
  return upload
}

/** Lower-case hexadecimal SHA-256 of a file's bytes, or of a text in UTF-8. */
export async function sha256(content: Blob | string): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : await content.arrayBuffer()
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
