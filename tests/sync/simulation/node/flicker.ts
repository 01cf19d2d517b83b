/**
 * Promise 4, watched from outside: after every transaction a person's own change is still to be seen, until the
 * phone has been told that it was refused, or has been brought the server's version of it.
 */

import type { Doc } from '../../../../sync/typescript/src/messages'
import type { Store } from '../../../../sync/typescript/src/stores/store'

interface OwnWrite {
  key: string
  kind: string
  id: string
  /** What must be seen of it; a creation alone must be there. */
  set: Doc
  created: boolean
  sentAs: number | null
  answered: boolean
}

const CREATES: Record<string, string> = {
  'accounts.create': 'account',
  'contacts.create': 'contact',
  'sites.create': 'site',
  'visits.plan': 'visit_plan',
  'visits.check_in': 'visit',
  'notes.add': 'note',
}
const EDITS: Record<string, string> = { 'accounts.edit': 'account', 'contacts.edit': 'contact', 'sites.edit': 'site' }
/** Fields that neither a merge nor another command changes on the phone. */
const PLAIN = ['name', 'phone']

export class Flicker {
  #own: OwnWrite[] = []
  readonly found: string[] = []

  /** A later change of the same field is what must be seen from the moment that it is stored. */
  supersede(args: Doc): void {
    for (const earlier of this.#own) {
      if (earlier.id === args.id) for (const field of Object.keys(args.set ?? {})) delete earlier.set[field]
    }
  }

  /** Where several write the same field at once, nobody can say whose is to be seen: `contested`. */
  recorded(name: string, args: Doc, at: string, contested: boolean): void {
    const kind = CREATES[name] ?? EDITS[name]
    if (!kind) return
    const created = name in CREATES
    const set =
      created || contested
        ? {}
        : Object.fromEntries(Object.entries(args.set as Doc).filter(([field]) => PLAIN.includes(field)))
    const key = keyOf(name, at, args)
    this.#own.push({ key, kind, id: args.id, set, created, sentAs: null, answered: false })
  }

  /** Storage or session begins anew: whatever is shown from now on is another story. */
  forget(): void {
    this.#own = []
  }

  watch(path: string, request: any, answer: any): void {
    if (path === '/sync/push') this.#pushed(request, answer)
    if (path === '/sync/pull' && !answer.more) {
      this.#own = this.#own.filter((own) => !own.answered || own.sentAs === null || own.sentAs > answer.last_seq)
    }
  }

  #pushed(request: any, answer: any): void {
    const statuses = new Map<number, string>(answer.receipts.map((receipt: any) => [receipt.seq, receipt.status]))
    for (const { seq, name, at, args } of request.mutations) {
      const key = keyOf(name, at, args)
      const status = statuses.get(seq)
      if (status === 'rejected') this.#own = this.#own.filter((own) => own.key !== key)
      for (const own of this.#own) {
        if (own.key !== key) continue
        own.sentAs = seq
        own.answered = status === 'applied' || status === 'merged'
      }
    }
  }

  async check(store: Store): Promise<void> {
    for (const { kind, id, set, created } of this.#own) {
      const shown = await store.get(kind, id)
      if (created && !shown) this.found.push(`${kind} ${id}, made here, is out of sight`)
      for (const [field, value] of Object.entries(set)) {
        const seen: unknown = shown?.[field]
        if (shown && seen !== value) this.found.push(`${kind} ${id} shows ${field} ${seen} and not ${value}`)
      }
    }
  }
}

function keyOf(name: string, at: string, args: Doc): string {
  return `${name} ${at} ${JSON.stringify(args)}`
}
