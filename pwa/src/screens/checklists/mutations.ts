import type { LocalHandler } from 'cairn-sync'
import type { Checklist, ChecklistForm } from '@/generated/documents'
import { judge } from './rules'

export const handlers: Record<string, LocalHandler> = {
  'checklists.create_form': async ({ id, name, ticket_types, points }, ctx) => {
    const edited = { edited_at: ctx.at, edited_by: ctx.userId }
    const content = { id, name, ticket_types: ticket_types ?? [], points: points ?? [] }
    ctx.put('checklist_form', id, { ...content, version: 1, active: true, ...edited } satisfies ChecklistForm)
  },
  'checklists.edit_form': async ({ id, seen_version, ...set }, ctx) => {
    const form = await ctx.get('checklist_form', id)
    if (form?.version !== seen_version) return
    const edited = { edited_at: ctx.at, edited_by: ctx.userId }
    ctx.put('checklist_form', id, { ...form, ...set, ...edited, version: seen_version + 1 })
  },
  // The ticket for what has failed is opened by the server.
  'checklists.submit': async (args, ctx) => {
    const { failed, in_order, counted } = judge(args.form.points, args.answers)
    const ticket = await ctx.get('ticket', args.ticket_id)
    const found = { failed, in_order, counted, follow_up: null, flags: [] }
    const told = { account_id: ticket?.account_id ?? null, user_id: ctx.userId, at: ctx.at, received_at: null }
    ctx.put('checklist', args.id, { ...args, ...told, ...found } satisfies Checklist)
  },
}
