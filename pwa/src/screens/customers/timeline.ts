import type { Note, Visit } from '@/generated/documents'

export type TimelineItem = { at: string; id: string } & ({ kind: 'visit'; visit: Visit } | { kind: 'note'; note: Note })

/** Newest first; of equal moments the visit before the note that was written about it. */
export function timelineOf(visits: Visit[], notes: Note[]): TimelineItem[] {
  const items: TimelineItem[] = [
    ...visits.map((visit) => ({ kind: 'visit' as const, id: visit.id, at: visit.checked_in_at, visit })),
    ...notes.map((note) => ({ kind: 'note' as const, id: note.id, at: note.at, note })),
  ]
  return items.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1))
}
