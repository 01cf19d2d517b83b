/** Requests of this process's phones: the simulation outside carries them, or does not. */

import { ConnectionLost, Refused } from '../../../../sync/typescript/src/errors'
import type { HelloAnswer, Limits } from '../../../../sync/typescript/src/messages'
import type { Transport } from '../../../../sync/typescript/src/transport'
import type { Life } from './life'

export interface Asked {
  request: number
  phone: string
  path: string
  body: unknown
}
interface Waiting {
  life: Life
  resolve(answer: unknown): void
  reject(error: Error): void
}

let requests = 0
let asked: Asked[] = []
const waiting = new Map<number, Waiting>()

/** What has been asked since the last look. */
export function takeAsked(): Asked[] {
  const taken = asked
  asked = []
  return taken
}

export function forgetRequests(): void {
  asked = []
  waiting.clear()
}

/** An answer arrives; no status says that the line broke. */
export function answer(request: number, status: number | null, body: any): void {
  const found = waiting.get(request)
  waiting.delete(request)
  found?.life.whenAwake(() => {
    if (status === 200) found.resolve(body)
    else if (status === null) found.reject(new ConnectionLost('the line broke'))
    else found.reject(new Refused(status, body.code, body.params))
  })
}

export type Watch = (path: string, request: any, answer: any) => void

/** `limits` stand for a server that takes and gives less at a time. */
export function transportOf(phone: string, life: Life, limits: Partial<Limits>, watch: Watch): Transport {
  function call<T>(path: string, body: unknown): Promise<T> {
    if (life.dead) return new Promise<never>(() => {})
    const request = ++requests
    asked.push({ request, phone, path, body: structuredClone(body) })
    const answered = new Promise<T>((resolve, reject) => {
      waiting.set(request, { life, resolve: resolve as (answer: unknown) => void, reject })
    })
    return answered.then((given) => {
      watch(path, body, given)
      return given
    })
  }
  return {
    async hello(message) {
      const given = await call<HelloAnswer>('/sync/hello', message)
      return { ...given, limits: { ...given.limits, ...limits } }
    },
    push: (message) => call('/sync/push', message),
    pull: (message) => call('/sync/pull', message),
    request: () => Promise.reject(new ConnectionLost('there is no stream here')),
  }
}
