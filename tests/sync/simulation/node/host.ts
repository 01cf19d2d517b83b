/**
 * Phones with the real engine, under the command of the simulation: a line of JSON in, everything that can happen
 * happens, a line of JSON out. Time, answers and death come from outside; nothing goes on by itself.
 */

import { createInterface } from 'node:readline'
import { Phone, type Setting } from './phone'
import { forgetTurns, ownTheTurns, settle } from './tasks'
import { answer, forgetRequests, takeAsked } from './transport'

type Command = { do: string; phone: string; now: number } & Record<string, any>

const phones = new Map<string, Phone>()
/** What the engine threw where nobody listens. */
const unheard: string[] = []

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

const ACTIONS: Record<string, (phone: Phone, command: Command) => unknown> = {
  record: (phone, { taps }) => phone.record(taps),
  sync: (phone, { tab }) => phone.sync(tab),
  meet: (phone, { tab, fate, at }) => phone.meet(tab, fate, at),
  end: (phone) => phone.end(),
  recover: (phone) => phone.recover(),
  thaw: (phone) => phone.thaw(),
  fail: (phone, { trouble, after, times }) => phone.fail(trouble, after, times),
  resize: (phone, { rows, mutations }) => phone.resize(rows, mutations),
  evict: (phone, { now }) => phone.evict(now),
  anew: (phone, { now }) => phone.beginAnew(now),
  look: (phone) => phone.look(),
  status: (phone) => phone.status(),
  clock: (phone, { error_ms }) => phone.setClock(error_ms),
  clone: async (phone, { label, now }) => void phones.set(label, await phone.clone(label, now)),
}

function begin(command: Command): unknown {
  if (command.do === 'reset') {
    for (const phone of phones.values()) phone.end()
    phones.clear()
    forgetTurns()
    forgetRequests()
    return null
  }
  if (command.do === 'open') return void phones.set(command.phone, new Phone(command as unknown as Setting))
  if (command.do === 'answer') return answer(command.request, command.status, command.body)
  const phone = phones.get(command.phone)
  return phone ? ACTIONS[command.do]?.(phone, command) : null
}

/** Before the command the clock ticks for all, and whoever died in the last turn is started again. */
async function carryOut(command: Command): Promise<Record<string, unknown>> {
  for (const phone of phones.values()) phone.advance(command.now)
  let value: unknown = null
  let failure: string | null = null
  void Promise.resolve(begin(command)).then(
    (result) => (value = result ?? null),
    (error: unknown) => (failure = told(error)),
  )
  await settle()
  const wrong = [...phones].flatMap(([label, phone]) => phone.takeFound().map((found) => `${label}: ${found}`))
  return { asked: takeAsked(), value, failure, wrong: [...wrong, ...unheard.splice(0)] }
}

process.on('unhandledRejection', (error) => unheard.push(told(error)))
ownTheTurns()
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line) as Command))}\n`)
}
