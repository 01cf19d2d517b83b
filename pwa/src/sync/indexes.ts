import type { KindIndex } from 'cairn-sync'

/** How each kind is ordered and found. Kinds left out are ordered by id and found by id only. */
export const indexes: Record<string, KindIndex> = {
  account: { order: (account) => account.name, refs: (account) => refs(['owner', account.owner_id]) },
  // The packed record begins with the name; what follows is its pinyin, which is the order people look things up by.
  account_card: {
    order: (card) => card.search.slice(card.name.length + 1) || card.name,
    refs: (card) => refs(['owner', card.owner_id]),
  },
  user: { order: (user) => user.name },
  team: { order: (team) => team.name },
  site: { order: (site) => site.name, refs: (site) => refs(['account', site.account_id]) },
  contact: { order: (contact) => contact.name, refs: (contact) => refs(['account', contact.account_id]) },
  note: {
    order: (note) => note.at,
    refs: (note) => refs(['account', note.account_id], ['about', note.about?.id], ['user', note.author_id]),
  },
  visit_plan: {
    order: (plan) => plan.starts_at,
    refs: (plan) => refs(['account', plan.account_id], ['user', plan.user_id], ['state', plan.state]),
  },
  visit: {
    order: (visit) => visit.checked_in_at,
    refs: (visit) => refs(['account', visit.account_id], ['user', visit.user_id], ['state', visit.state]),
  },
  ticket: {
    order: (ticket) => ticket.created_at,
    refs: (ticket) =>
      refs(
        ['account', ticket.account_id],
        ['user', ticket.assigned_to],
        ['state', ticket.status],
        ['follows', ticket.follows_id],
      ),
  },
  order: { order: (order) => order.ordered_at, refs: (order) => refs(['account', order.account_id]) },
  goods_return: {
    order: (one) => one.requested_at,
    refs: (one) => refs(['account', one.account_id], ['order', one.order_id], ['ticket', one.ticket_id]),
  },
  ticket_link: { order: (link) => link.created_at, refs: (link) => refs(['ticket', link.ticket_id]) },
  rating: { order: (rating) => rating.at, refs: (rating) => refs(['ticket', rating.ticket_id]) },
  checklist_form: { order: (form) => form.name },
  checklist: { order: (checklist) => checklist.at, refs: (checklist) => refs(['ticket', checklist.ticket_id]) },
  file: {
    order: (file) => file.taken_at ?? file.uploaded_at ?? '',
    refs: (file) => refs(['account', file.account_id], ['about', file.about?.id]),
  },
  conflict: {
    order: (conflict) => conflict.at,
    refs: (conflict) => refs(['state', conflict.state], ['about', conflict.about?.id]),
  },
  refusal: {
    order: (refusal) => refusal.at,
    refs: (refusal) => refs(['state', refusal.state], ['about', refusal.about?.id]),
  },
  receipt: { order: (receipt) => receipt.seq },
}

function refs(...pairs: [string, string | null | undefined][]): string[] {
  return pairs.filter(([, id]) => id).map(([name, id]) => `${name}:${id}`)
}
