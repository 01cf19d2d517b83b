import type { Doc, LocalContext } from 'cairn-sync'

/** Documents in memory, for running local handlers without an engine. */
export class Documents {
  readonly rows = new Map<string, Doc>()

  constructor(rows: [kind: string, document: Doc][] = []) {
    for (const [kind, document] of rows) this.rows.set(`${kind}|${document.id}`, document)
  }

  at(moment: string, userId = 'me'): LocalContext {
    return {
      at: moment,
      userId,
      seq: 1,
      get: async (kind, id) => this.get(kind, id),
      put: (kind, id, document) => void this.rows.set(`${kind}|${id}`, document),
      remove: (kind, id) => void this.rows.delete(`${kind}|${id}`),
    }
  }

  get(kind: string, id: string): Doc | undefined {
    return this.rows.get(`${kind}|${id}`)
  }
}

export const NOON = '2026-11-22T04:00:00.000Z'
