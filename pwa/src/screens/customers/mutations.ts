import type { LocalContext, LocalHandler } from 'cairn-sync'
import type { Account, AccountCard, Contact, Note, Site } from '@/generated/documents'
import { searchText } from './pinyin'

/** Put beside an account so that lists, search and "nearest" find it before the server has spoken. */
function putCard(ctx: LocalContext, account: Account, search: string): void {
  const { id, name, address, position, owner_id } = account
  ctx.put('account_card', id, { id, name, address, position, owner_id, search } satisfies AccountCard)
}

const createAccount: LocalHandler = (args, ctx) => {
  const account: Account = {
    id: args.id,
    name: args.name,
    address: args.address ?? null,
    position: args.position ?? null,
    phone: args.phone ?? null,
    tags: args.tags ?? [],
    notes: args.notes ?? null,
    owner_id: ctx.userId,
    created_at: ctx.at,
    created_by: ctx.userId,
    last_visit_at: null,
  }
  ctx.put('account', account.id, account)
  putCard(ctx, account, searchText(account.name))
}

/** Tags merge as a set on the server, so what is shown meanwhile is what the merge will give. */
function mergedTags(current: string[], base: string[] = [], set: string[] = []): string[] {
  const kept = current.filter((tag) => set.includes(tag) || !base.includes(tag))
  return [...kept, ...set.filter((tag) => !kept.includes(tag) && !base.includes(tag))]
}

const editAccount: LocalHandler = async (args, ctx) => {
  const account = (await ctx.get('account', args.id)) as Account | undefined
  if (account) {
    const tags = args.set.tags ? mergedTags(account.tags, args.base?.tags, args.set.tags) : account.tags
    const edited: Account = { ...account, ...args.set, tags }
    ctx.put('account', account.id, edited)
  }
  const card = (await ctx.get('account_card', args.id)) as AccountCard | undefined
  if (!card) return
  const { name = card.name, address = card.address, position = card.position } = args.set
  const search = name === card.name ? card.search : searchText(name)
  ctx.put('account_card', card.id, { ...card, name, address, position, search })
}

const transferAccount: LocalHandler = async (args, ctx) => {
  for (const kind of ['account', 'account_card']) {
    const found = await ctx.get(kind, args.id)
    if (found) ctx.put(kind, args.id, { ...found, owner_id: args.to_user_id })
  }
}

const createContact: LocalHandler = (args, ctx) => {
  const contact: Contact = {
    id: args.id,
    account_id: args.account_id,
    name: args.name,
    phone: args.phone ?? null,
    email: args.email ?? null,
    position_title: args.position_title ?? null,
    created_at: ctx.at,
    created_by: ctx.userId,
  }
  ctx.put('contact', contact.id, contact)
}

const createSite: LocalHandler = (args, ctx) => {
  const site: Site = {
    id: args.id,
    account_id: args.account_id,
    name: args.name,
    address: args.address ?? null,
    position: args.position ?? null,
  }
  ctx.put('site', site.id, site)
}

function editOf(kind: string): LocalHandler {
  return async (args, ctx) => {
    const found = await ctx.get(kind, args.id)
    if (found) ctx.put(kind, args.id, { ...found, ...args.set })
  }
}

/** A note shows on the timeline of the customer whose record it is about. */
async function accountOf(about: { kind: string; id: string }, ctx: LocalContext): Promise<string | null> {
  if (about.kind === 'account') return about.id
  const record = await ctx.get(about.kind, about.id)
  return record?.account_id ?? null
}

const addNote: LocalHandler = async (args, ctx) => {
  const note: Note = {
    id: args.id,
    about: args.about,
    account_id: await accountOf(args.about, ctx),
    text: args.text,
    author_id: ctx.userId,
    at: ctx.at,
    created_at: ctx.at,
    flags: [],
  }
  ctx.put('note', note.id, note)
}

export const handlers: Record<string, LocalHandler> = {
  'accounts.create': createAccount,
  'accounts.edit': editAccount,
  'accounts.transfer': transferAccount,
  'contacts.create': createContact,
  'contacts.edit': editOf('contact'),
  'sites.create': createSite,
  'sites.edit': editOf('site'),
  'notes.add': addNote,
}
