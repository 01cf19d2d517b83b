/** What can go wrong, by code: the words are the app's. */

import type { Params } from './messages'

/** A request that brought no usable answer: no verdict was given, so everything is kept and sent again. */
export class ConnectionLost extends Error {
  readonly code = 'connection_lost'

  constructor(
    reason: string,
    /** The line was there but too slow for what was asked: ask for less. */
    readonly tooSlow = false,
  ) {
    super(reason)
    this.name = 'ConnectionLost'
  }
}

/** Another tab syncs now, or this one is to stop: what this cycle still wanted to write is not written. */
export class Superseded extends Error {
  constructor() {
    super('another cycle has begun')
    this.name = 'Superseded'
  }
}

/** The server answered and refused the whole request; nothing of it had an effect. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Params = {},
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${status} ${code}`)
    this.name = 'Refused'
  }
}

export type EngineErrorCode =
  | 'outbox_full'
  | 'photo_no_room'
  | 'storage_full'
  | 'mutation_too_large'
  | 'unknown_mutation'
  | 'unsent_work'
  | 'upload_exists'
  | 'upload_too_large'
  | 'uploads_full'
  | 'upload_unknown'

/** The engine declined something the app asked for; nothing was changed. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    readonly params: Params = {},
  ) {
    super(code)
    this.name = 'EngineError'
  }
}
