import { describe, expect, it } from 'vitest'
import { answerOf, says } from '@/screens/tickets/answers'
import { share, sumOf, sumsBy, type ServiceCount } from '@/screens/service-board/sums'
import vectors from '../../../sync/vectors/answers.json'

describe('answers.json', () => {
  it.each((vectors.cases as any[]).map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(answerOf(one.ticket, one.ratings)).toEqual({ solved: one.solved, satisfaction: one.satisfaction })
    expect(answerOf(one.ticket, [...one.ratings].reverse())).toEqual(answerOf(one.ticket, one.ratings))
  })
})

it('a number opens those whose customers said so', () => {
  const answer = { solved: false, satisfaction: 2 }
  expect(['answered', 'solved', 'unsolved', '2', '3'].map((said) => says(answer, said))).toEqual([
    ...[true, false, true, true, false],
  ])
  expect(says({ solved: null, satisfaction: null }, 'answered')).toBe(false)
})

const count = (user_id: string | null, asked: number, satisfaction: number[]): ServiceCount => ({
  ...{ user_id, type: 'repair', asked, completed: asked - 1, reopened: 0, answered: 2, solved: 1, satisfaction },
})

describe('what the board adds up', () => {
  const counts = [count(null, 1, [0, 0, 0, 0, 0]), count('a', 3, [1, 0, 0, 0, 1]), count('a', 4, [0, 0, 0, 0, 2])]
  it('by person, the busiest first and what nobody has at the end', () => {
    const sums = sumsBy(counts, (one) => one.user_id)
    expect(sums.map(({ key, sum }) => [key, sum.asked, sum.completed])).toEqual([
      ['a', 7, 5],
      [null, 1, 0],
    ])
    expect(sums[0]!.sum.satisfaction).toEqual([1, 0, 0, 0, 3])
  })
  it('all together', () => expect(sumOf(counts)).toMatchObject({ asked: 8, answered: 6, solved: 3 }))
  it('[feature 149] 45 of 50 are 90 %, of nothing there is no share', () => {
    expect([share(45, 50), share(47, 60), share(0, 0)]).toEqual([90, 78.33, null])
  })
})
