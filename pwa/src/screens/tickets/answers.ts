import type { Rating, Ticket } from '@/generated/documents'

export interface Answer {
  solved: boolean | null
  satisfaction: number | null
}

type Asked = Pick<Ticket, 'confirmed_solved' | 'satisfaction' | 'reopened_at'>
type Given = Pick<Rating, 'user_id' | 'handed_over_at' | 'at' | 'solved' | 'satisfaction'>

/** A customer's own link before the technician's phone, the last hand-over before earlier ones, the first word given. */
function byWeight(a: Given, b: Given): number {
  if ((a.user_id === null) !== (b.user_id === null)) return a.user_id === null ? -1 : 1
  if (a.handed_over_at !== b.handed_over_at) return (a.handed_over_at ?? '') > (b.handed_over_at ?? '') ? -1 : 1
  return a.at < b.at ? -1 : 1
}

/** Which answer counts for a ticket, as the server's board reckons it; `sync/vectors/answers.json` holds both to it. */
export function answerOf(ticket: Asked, ratings: readonly Given[]): Answer {
  const [weightiest] = ratings.filter((one) => one.user_id === null || one.handed_over_at !== null).sort(byWeight)
  const given = weightiest && (ticket.reopened_at === null || weightiest.at > ticket.reopened_at) ? weightiest : null
  return {
    solved: ticket.confirmed_solved ?? given?.solved ?? null,
    satisfaction: ticket.satisfaction ?? given?.satisfaction ?? null,
  }
}

/** What a number of the board counts: who said yes, who said no, or who gave so many marks. */
export function says(answer: Answer, said: string): boolean {
  if (said === 'solved' || said === 'unsolved') return answer.solved === (said === 'solved')
  if (said === 'answered') return answer.solved !== null
  return answer.satisfaction === Number(said)
}
