import { Dexie, type Table } from 'dexie'

interface DraftRow {
  key: string
  value: any
  at: number
}

class DraftDatabase extends Dexie {
  drafts!: Table<DraftRow, string>

  constructor(userId: string) {
    super(`cairn-drafts-${userId}`)
    this.version(1).stores({ drafts: 'key, at' })
  }
}

let open: { userId: string; database: DraftDatabase } | null = null

function database(userId: string): DraftDatabase {
  if (open?.userId !== userId) {
    open?.database.close()
    open = { userId, database: new DraftDatabase(userId) }
  }
  return open!.database
}

export async function readDraft(userId: string, key: string): Promise<any> {
  return (await database(userId).drafts.get(key))?.value
}

export async function writeDraft(userId: string, key: string, value: any): Promise<void> {
  await database(userId).drafts.put({ key, value, at: Date.now() })
}

export async function removeDraft(userId: string, key: string): Promise<void> {
  await database(userId).drafts.delete(key)
}

/** Reads and removes in one go: of several tabs one gets it. */
export function takeDraft(userId: string, key: string): Promise<any> {
  const { drafts } = database(userId)
  return drafts.db.transaction('rw', drafts, async () => {
    const row = await drafts.get(key)
    await drafts.delete(key)
    return row?.value
  })
}

/** Keys that begin so and were written before a moment, in milliseconds. */
export async function draftKeysBefore(userId: string, prefix: string, before: number): Promise<string[]> {
  const rows = await database(userId).drafts.where('key').startsWith(prefix).toArray()
  return rows.filter((row) => row.at < before).map((row) => row.key)
}

export async function wipeDrafts(userId: string): Promise<void> {
  const doomed = database(userId)
  open = null
  await doomed.delete()
}
