import { describe, expect, it } from 'vitest'
import { handlers } from '@/screens/customers/mutations'
import { Documents, NOON } from '../../support/local-context'

const run = (documents: Documents, name: string, args: object) => handlers[name]!(args, documents.at(NOON))

describe('accounts', () => {
  it('creates a whole customer and the card that finds it', async () => {
    const documents = new Documents()
    await run(documents, 'accounts.create', { id: 'a', name: '永利食品' })
    expect(documents.get('account', 'a')).toMatchObject({ owner_id: 'me', tags: [], phone: null, created_at: NOON })
    expect(documents.get('account_card', 'a')).toMatchObject({
      name: '永利食品',
      search: '永利食品 ylsp',
      owner_id: 'me',
    })
  })
  it('edits the fields named, the card with them', async () => {
    const documents = new Documents()
    await run(documents, 'accounts.create', { id: 'a', name: '永利', phone: '1' })
    await run(documents, 'accounts.edit', {
      id: 'a',
      set: { name: '恒达', phone: '2' },
      base: { name: '永利', phone: '1' },
    })
    expect(documents.get('account', 'a')).toMatchObject({ name: '恒达', phone: '2' })
    expect(documents.get('account_card', 'a')).toMatchObject({ name: '恒达', search: '恒达 hd' })
  })
  it('leaves the server’s richer search record alone when the name stays', async () => {
    const documents = new Documents([['account_card', { id: 'a', name: '永利', search: '永利 yongli yl' }]])
    await run(documents, 'accounts.edit', { id: 'a', set: { phone: '2' }, base: { phone: '1' } })
    expect(documents.get('account_card', 'a')?.search).toBe('永利 yongli yl')
    expect(documents.get('account', 'a')).toBeUndefined()
  })
  it('merges tags as a set', async () => {
    const documents = new Documents([['account', { id: 'a', tags: ['x', 'theirs'] }]])
    await run(documents, 'accounts.edit', { id: 'a', set: { tags: ['mine'] }, base: { tags: ['x'] } })
    expect(documents.get('account', 'a')?.tags).toEqual(['theirs', 'mine'])
  })
  it('hands over to a colleague', async () => {
    const documents = new Documents([
      ['account', { id: 'a', owner_id: 'me' }],
      ['account_card', { id: 'a', owner_id: 'me' }],
    ])
    await run(documents, 'accounts.transfer', { id: 'a', to_user_id: 'other' })
    expect(documents.get('account', 'a')?.owner_id).toBe('other')
    expect(documents.get('account_card', 'a')?.owner_id).toBe('other')
  })
})

describe('people, sites and notes', () => {
  it('adds and edits a person', async () => {
    const documents = new Documents()
    await run(documents, 'contacts.create', { id: 'c', account_id: 'a', name: '王建国' })
    await run(documents, 'contacts.edit', { id: 'c', set: { phone: '1' }, base: { phone: null } })
    expect(documents.get('contact', 'c')).toMatchObject({ account_id: 'a', phone: '1', email: null })
  })
  it('does what it can about what is not here', async () => {
    const documents = new Documents()
    await run(documents, 'contacts.edit', { id: 'c', set: {}, base: {} })
    await run(documents, 'sites.edit', { id: 's', set: {}, base: {} })
    await run(documents, 'accounts.transfer', { id: 'a', to_user_id: 'b' })
    expect(documents.rows.size).toBe(0)
  })
  it('adds a site', async () => {
    const documents = new Documents()
    await run(documents, 'sites.create', { id: 's', account_id: 'a', name: '二厂' })
    expect(documents.get('site', 's')).toMatchObject({ name: '二厂', position: null })
  })
  it('hangs a note about a visit on the visit’s customer', async () => {
    const documents = new Documents([['visit', { id: 'v', account_id: 'a' }]])
    await run(documents, 'notes.add', { id: 'n', about: { kind: 'visit', id: 'v' }, text: 'x' })
    expect(documents.get('note', 'n')).toMatchObject({ account_id: 'a', author_id: 'me', at: NOON })
    await run(documents, 'notes.add', { id: 'm', about: { kind: 'visit', id: 'unknown' }, text: 'x' })
    expect(documents.get('note', 'm')?.account_id).toBeNull()
  })
})
