/**
 * What becomes of an edit when others have changed the record meanwhile; `vectors/merge.json` holds both
 * engines to it.
 */

import type { Json } from './messages'

export type MergePolicy = 'ask' | 'union' | 'text' | 'add'
/** By field, or by declared group written `a+b`; a field in no entry is `ask`. */
export type MergePolicies = Record<string, MergePolicy>

export interface MergedField {
  merged: Json
  conflict: boolean
}

type Value = Json | undefined
/** Decides where both sides changed a value; undefined where it cannot. */
type Strategy = (base: Json, current: Json, set: Json) => Json | undefined

const STRATEGIES: Record<MergePolicy, Strategy> = { ask: () => undefined, union, text, add }

export function mergeField(policy: MergePolicy, base: Value, current: Value, set: Value): MergedField {
  const [before, now, wanted] = [base ?? null, current ?? null, set ?? null]
  if (equal(now, before)) return { merged: wanted, conflict: false }
  if (equal(now, wanted)) return { merged: now, conflict: false }
  const merged = STRATEGIES[policy](before, now, wanted)
  return merged === undefined ? { merged: now, conflict: true } : { merged, conflict: false }
}

type Fields = Record<string, Json>

export interface MergedRecord {
  merged: Fields
  /** Fields and groups where the author's value was not taken, in the order of `set`. */
  conflicts: string[]
}

/** Applies an edit `{set, base}` to a record, field by field and group by group. */
export function mergeRecord(policies: MergePolicies, base: Fields, current: Fields, set: Fields): MergedRecord {
  const merged = { ...current }
  const conflicts: string[] = []
  const units = new Set(Object.keys(set).map((field) => unitOf(policies, field)))
  for (const unit of units) {
    const fields = unit.split('+')
    const grouped = fields.length > 1
    const before = (field: string) =>
      base[field] ?? (grouped && !(field in base) && !(field in set) ? current[field] : null)
    const wanted = (field: string) => (field in set ? set[field] : before(field))
    const pick = (value: (field: string) => Value): Json =>
      grouped ? Object.fromEntries(fields.map((field) => [field, value(field) ?? null])) : (value(unit) ?? null)
    const outcome = mergeField(
      policies[unit] ?? 'ask',
      pick(before),
      pick((field) => current[field]),
      pick(wanted),
    )
    if (outcome.conflict) conflicts.push(unit)
    else if (grouped) Object.assign(merged, outcome.merged)
    else merged[unit] = outcome.merged
  }
  return { merged, conflicts }
}

function unitOf(policies: MergePolicies, field: string): string {
  return Object.keys(policies).find((unit) => unit.split('+').includes(field)) ?? field
}

/** Same type and same content; the order of keys does not matter, the order of a list does, a null field is an absent one. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return (a ?? null) === (b ?? null)
  if (a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a))
    return a.length === (b as Json[]).length && a.every((one, index) => equal(one, (b as Json[])[index]))
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => equal((a as Fields)[key], (b as Fields)[key]))
}

function union(base: Json, current: Json, set: Json): Json | undefined {
  const [before, now, wanted] = [base ?? [], current ?? [], set ?? []]
  if (!Array.isArray(before) || !Array.isArray(now) || !Array.isArray(wanted)) return undefined
  const has = (list: Json[], element: Json) => list.some((other) => equal(other, element))
  const merged = now.filter((element) => !has(before, element) || has(wanted, element))
  for (const element of wanted) {
    if (!has(before, element) && !has(merged, element)) merged.push(element)
  }
  return merged
}

function add(base: Json, current: Json, set: Json): Json | undefined {
  const [before, now, wanted] = [base ?? 0, current ?? 0, set ?? 0]
  if (typeof before !== 'number' || typeof now !== 'number' || typeof wanted !== 'number') return undefined
  return now + (wanted - before)
}

function text(base: Json, current: Json, set: Json): Json | undefined {
  const [before, now, wanted] = [base ?? '', current ?? '', set ?? '']
  if (typeof before !== 'string' || typeof now !== 'string' || typeof wanted !== 'string') return undefined
  return mergeLines(before.split('\n'), now.split('\n'), wanted.split('\n'))?.join('\n')
}

/** Above this many pairs of lines a comparison would freeze a phone, so a person decides. */
const MOST_PAIRS = 4_000_000

function mergeLines(base: string[], current: string[], set: string[]): string[] | undefined {
  if (base.length * current.length > MOST_PAIRS || base.length * set.length > MOST_PAIRS) return undefined
  const inCurrent = matches(base, current)
  const inSet = matches(base, set)
  const merged: string[] = []
  const from = { base: 0, current: 0, set: 0 }
  for (let line = 0; line <= base.length; line++) {
    const end = line === base.length
    const [currentLine, setLine] = end ? [current.length, set.length] : [inCurrent[line], inSet[line]]
    if (currentLine === undefined || setLine === undefined) continue
    const chunk = mergeChunk(
      base.slice(from.base, line),
      current.slice(from.current, currentLine),
      set.slice(from.set, setLine),
    )
    if (!chunk) return undefined
    merged.push(...chunk, ...base.slice(line, line + 1))
    Object.assign(from, { base: line + 1, current: currentLine + 1, set: setLine + 1 })
  }
  return merged
}

function mergeChunk(base: string[], current: string[], set: string[]): string[] | undefined {
  if (equal(current, base)) return set
  return equal(set, base) || equal(set, current) ? current : undefined
}

/**
 * For each line of `a` the line of `b` it is matched with, by a longest common subsequence; ties advance
 * `a`.
 */
function matches(a: string[], b: string[]): (number | undefined)[] {
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => longest[i * width + j] as number
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const matched: (number | undefined)[] = a.map(() => undefined)
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) matched[i++] = j++
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return matched
}
