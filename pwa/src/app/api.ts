/** The one client for what only works online: sign-in, devices, sessions. Everything else goes through the outbox. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Record<string, any>,
  ) {
    super(code)
  }
}

/** A request that never got an answer has had no effect as far as we know, and is told apart from a refusal. */
export const OFFLINE = 'offline'

async function refusal(response: Response): Promise<ApiError> {
  try {
    const body = await response.json()
    return new ApiError(response.status, body.code ?? 'unknown', body.params ?? {})
  } catch {
    return new ApiError(response.status, response.status >= 500 ? 'server_unwell' : 'unknown', {})
  }
}

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch {
    throw new ApiError(0, OFFLINE, {})
  }
  if (!response.ok) throw await refusal(response)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export const api = {
  get: <T>(path: string) => request<T>('GET', path),
  post: <T>(path: string, body?: unknown) => request<T>('POST', path, body),
  remove: <T = void>(path: string) => request<T>('DELETE', path),
}
