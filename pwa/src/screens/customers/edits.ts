/** What changed in a form, with what its author saw before: the pair an edit travels as. */
export interface Edit {
  set: Record<string, any>
  base: Record<string, any>
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Fields of one group are judged together by the server, so that an address never parts from its position. */
export function editOf(base: Record<string, any>, values: Record<string, any>, groups: string[][] = []): Edit | null {
  const changed = new Set(Object.keys(values).filter((field) => !same(base[field], values[field])))
  if (changed.size === 0) return null
  for (const group of groups) {
    if (group.some((field) => changed.has(field))) for (const field of group) changed.add(field)
  }
  const pick = (from: Record<string, any>) =>
    Object.fromEntries([...changed].map((field) => [field, from[field] ?? null]))
  return { set: pick(values), base: pick(base) }
}

/** An emptied field means "none", not an empty text. */
export function blankToNull(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

export function splitTags(text: string): string[] {
  const tags = text.split(/[,，、;；\n]/).map((tag) => tag.trim().slice(0, 40))
  return [...new Set(tags.filter(Boolean))].slice(0, 50)
}
