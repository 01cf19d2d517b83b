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

const ACTIONS: Record<string, (phone: Phone, command: Command) => unknown> = {
  record: (phone, { name, args }) => phone.record(name, args),
  sync: (phone) => phone.sync(),
  die: (phone, { at }) => phone.endAfter(at),
  fill: (phone, { writes }) => phone.fill(writes),
  resize: (phone, { rows, mutations }) => phone.resize(rows, mutations),
  evict: (phone) => phone.evict(),
  anew: (phone) => phone.beginAnew(),
  look: (phone) => phone.look(),
  status: (phone) => phone.status(),
  clock: (phone, { error_ms }) => void (phone.clock.errorMs = error_ms),
  clone: async (phone, { label, now }) => void phones.set(label, await phone.clone(label, now)),
}

function begin(command: Command): unknown {
  if (command.do === 'reset') {
    for (const phone of phones.values()) phone.endAfter(0)
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

/** Whoever died in the last turn is started again before the next command; the clock ticks for all first. */
async function carryOut(command: Command): Promise<Record<string, unknown>> {
  for (const phone of phones.values()) phone.revive()
  for (const phone of phones.values()) phone.clock.advance(command.now)
  let value: unknown = null
  let failure: string | null = null
  void Promise.resolve(begin(command)).then(
    (result) => (value = result ?? null),
    (error: unknown) => (failure = error instanceof Error ? (error.stack ?? error.message) : String(error)),
  )
  await settle()
  const flickers = [...phones].flatMap(([label, { flicker }]) =>
    flicker.found.splice(0).map((found) => `${label}: ${found}`),
  )
  return { asked: takeAsked(), value, failure, flickers }
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
})
ownTheTurns()
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line) as Command))}\n`)
}
