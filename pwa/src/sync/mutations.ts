import type { Doc, LocalContext, LocalHandler } from 'cairn-sync'
import type { Conflict } from '@/generated/documents'

/** A group's fields travel joined by "+", with a value for each. */
function fieldsOf(conflict: Conflict, value: any): Doc {
  const names = conflict.field.split('+')
  return names.length === 1
    ? { [conflict.field]: value }
    : Object.fromEntries(names.map((name) => [name, value?.[name]]))
}

function settledValue(conflict: Conflict, args: any): any {
  if (args.take === 'value') return args.value
  return args.take === 'mine' ? conflict.mine : conflict.theirs
}

async function writeInto(kind: string, id: string, fields: Doc, ctx: LocalContext): Promise<void> {
  const found = await ctx.get(kind, id)
  if (!found) return
  const known = Object.fromEntries(Object.entries(fields).filter(([field]) => field in found))
  ctx.put(kind, id, { ...found, ...known })
}

const resolveConflict: LocalHandler = async (args, ctx) => {
  const conflict = (await ctx.get('conflict', args.id)) as Conflict | undefined
  if (!conflict) return
  const value = settledValue(conflict, args)
  ctx.put('conflict', conflict.id, {
    ...conflict,
    state: 'resolved',
    take: args.take,
    value,
    resolved_by: ctx.userId,
    resolved_at: ctx.at,
  })
  const fields = fieldsOf(conflict, value)
  await writeInto(conflict.about.kind, conflict.about.id, fields, ctx)
  if (conflict.about.kind === 'account') await writeInto('account_card', conflict.about.id, fields, ctx)
}

const closeRefusal: LocalHandler = async (args, ctx) => {
  const refusal = await ctx.get('refusal', args.id)
  if (refusal) ctx.put('refusal', args.id, { ...refusal, state: 'closed', outcome: args.outcome })
}

export const handlers: Record<string, LocalHandler> = {
  'conflicts.resolve': resolveConflict,
  'refusals.close': closeRefusal,
}
