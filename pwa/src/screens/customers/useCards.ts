import type { DocumentKey } from 'cairn-sync'
import { effectScope, shallowRef, watch } from 'vue'
import type { AccountCard } from '@/generated/documents'
import { engine, onKindChange } from '@/sync/current'

/** All cards in the order of their pinyin; read once and then kept up with, since every search walks over them. */
const cards = shallowRef<AccountCard[] | undefined>(undefined)

/** From here on reading everything again is quicker than one by one. */
const RELOAD_FROM = 100

let started = false

async function reload(): Promise<void> {
  const source = engine.value
  if (!source) return
  const rows = (await source.list('account_card')) as AccountCard[]
  if (engine.value === source) cards.value = rows
}

async function update(keys: DocumentKey[]): Promise<void> {
  const known = cards.value
  if (!engine.value || !known || keys.length >= RELOAD_FROM) return reload()
  const ids = new Set(known.map((card) => card.id))
  // A card that is new or gone changes the order of the rest.
  const fresh = await Promise.all(keys.map((key) => engine.value!.get('account_card', key.id)))
  if (keys.some((key, index) => ids.has(key.id) !== Boolean(fresh[index]))) return reload()
  const changed = new Map(keys.map((key, index) => [key.id, fresh[index] as AccountCard]))
  cards.value = known.map((card) => changed.get(card.id) ?? card)
}

/** Read at the first call, whoever makes it; from then on for as long as the app is open. */
export function useCards() {
  if (started) return cards
  started = true
  onKindChange('account_card', (keys) => void update(keys))
  effectScope(true).run(() => watch(engine, restart))
  void reload()
  return cards
}

function restart(): void {
  cards.value = undefined
  void reload()
}
