import { addDays } from '@/app/time'

/** The days people mean most often, so that a date is one tap. Days are `YYYY-MM-DD`. */
export function nearDays(today: string): { key: string; day: string }[] {
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay()
  const untilMonday = (8 - weekday) % 7 || 7
  return [
    { key: 'today', day: today },
    { key: 'tomorrow', day: addDays(today, 1) },
    { key: 'inThreeDays', day: addDays(today, 3) },
    { key: 'nextMonday', day: addDays(today, untilMonday) },
    { key: 'inAMonth', day: addDays(today, 30) },
  ].filter(({ day }, index, all) => all.findIndex((other) => other.day === day) === index)
}

/** The next full half hour, or nine in the morning on another day. */
export function likelyTime(day: string, nowWallClock: string): string {
  if (nowWallClock.slice(0, 10) !== day) return '09:00'
  const minutes = Number(nowWallClock.slice(11, 13)) * 60 + Number(nowWallClock.slice(14, 16))
  const next = Math.min(Math.ceil((minutes + 10) / 30) * 30, 23 * 60 + 30)
  return `${String(Math.floor(next / 60)).padStart(2, '0')}:${String(next % 60).padStart(2, '0')}`
}
