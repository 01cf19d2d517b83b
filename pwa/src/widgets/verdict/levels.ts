import {
  symRoundedCheckCircle,
  symRoundedError,
  symRoundedHourglassTop,
  symRoundedVisibility,
} from '@quasar/extras/material-symbols-rounded'
import type { BadgeLevel } from './words'

export const LEVEL_ICONS: Record<BadgeLevel, string> = {
  ok: symRoundedCheckCircle,
  review: symRoundedVisibility,
  doubtful: symRoundedError,
  waiting: symRoundedHourglassTop,
}
export const LEVEL_TONES: Record<BadgeLevel, string> = {
  ok: 'mark--ok',
  review: 'mark--warn',
  doubtful: 'mark--bad',
  waiting: '',
}

/** An icon for lists that draw plain elements: its path, and the box that it is drawn in. */
export function pathOf(level: BadgeLevel): { d: string; box: string } {
  const [d = '', box = ''] = LEVEL_ICONS[level].split('|')
  return { d, box }
}
