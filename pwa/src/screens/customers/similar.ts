import type { AccountCard } from '@/generated/documents'

/** What companies are called by law says nothing about which one it is. */
const LEGAL_FORMS =
  /(股份有限公司|有限责任公司|有限公司|集团|公司|股份|\bco\b|\bltd\b|\blimited\b|\binc\b|\bllc\b|\bgmbh\b|\bcorp(oration)?\b|\bcompany\b)/giu

export function coreName(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase()
  const core = folded.replace(LEGAL_FORMS, '').replace(/[\s\p{P}\p{S}]/gu, '')
  return core || folded.trim()
}

function pairsOf(text: string): string[] {
  const letters = [...text]
  return letters.length < 2 ? letters : letters.slice(1).map((letter, index) => letters[index]! + letter)
}

/** Dice's coefficient over pairs of letters: 0 = nothing in common, 1 = the same. */
export function similarity(one: string, other: string): number {
  const [a, b] = [pairsOf(coreName(one)), pairsOf(coreName(other))]
  const left = [...b]
  let shared = 0
  for (const pair of a) {
    const at = left.indexOf(pair)
    if (at < 0) continue
    shared += 1
    left.splice(at, 1)
  }
  return a.length + b.length === 0 ? 0 : (2 * shared) / (a.length + b.length)
}

const ALIKE = 0.6
const SHORTEST = 2
const SHOWN = 3

/** Customers that this name may already stand for, likeliest first. */
export function similarCards(name: string, cards: AccountCard[]): AccountCard[] {
  const core = coreName(name)
  if ([...core].length < SHORTEST) return []
  return cards
    .map((card) => {
      const known = coreName(card.name)
      const contains = known.includes(core) || (known.length >= 3 && core.includes(known))
      return { card, score: contains ? Math.max(0.9, similarity(name, card.name)) : similarity(name, card.name) }
    })
    .filter(({ score }) => score >= ALIKE)
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ card }) => card)
}
