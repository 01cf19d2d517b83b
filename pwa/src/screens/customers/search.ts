import type { AccountCard } from '@/generated/documents'
import { distanceMetres, isPlace, type Place } from '@/map/geodesy'

export type Scope = 'mine' | 'all' | 'nearest'

export interface FoundCard {
  card: AccountCard
  distance_m: number | null
}

export interface Query {
  text: string
  scope: Scope
  userId: string
  here: Place | null
}

/** Words in any order, each a part of the name, its pinyin or its initials; names that begin so come first. */
function matches(cards: AccountCard[], text: string): AccountCard[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const first = words[0]
  if (first === undefined) return cards
  const found = cards.filter((card) => words.every((word) => card.search.includes(word)))
  const beginning = found.filter((card) => card.search.startsWith(first))
  return beginning.length === 0 ? found : [...beginning, ...found.filter((card) => !card.search.startsWith(first))]
}

export function findCards(cards: AccountCard[], { text, scope, userId, here }: Query): FoundCard[] {
  const ofScope = scope === 'mine' ? cards.filter((card) => card.owner_id === userId) : cards
  const found = matches(ofScope, text).map((card) => ({
    card,
    distance_m: here && isPlace(card.position) ? distanceMetres(here, card.position) : null,
  }))
  if (scope !== 'nearest' || !here) return found
  return found.sort((a, b) => (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity))
}

/** The customers within reach of a place, nearest first. */
export function cardsNear(cards: AccountCard[], here: Place, within_m: number): FoundCard[] {
  // Half the world is farther than a degree away: only the rest is worth the exact formula.
  return cards
    .filter((card) => isPlace(card.position) && Math.abs(card.position.lat - here.lat) < 1)
    .map((card) => ({ card, distance_m: distanceMetres(here, card.position!) }))
    .filter(({ distance_m }) => distance_m <= within_m)
    .sort((a, b) => a.distance_m - b.distance_m)
}
