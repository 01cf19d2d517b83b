import { Notify } from 'quasar'
import { i18n } from '@/app/i18n'

const LONG_ENOUGH_TO_REACH_MS = 7_000

/** Says what was done and offers to take it back. */
export function offerUndo(message: string, undo?: () => unknown): void {
  Notify.create({
    message,
    timeout: undo ? LONG_ENOUGH_TO_REACH_MS : 3_500,
    position: 'bottom',
    actions: undo ? [{ label: i18n.global.t('app.undo'), noCaps: true, handler: () => void undo() }] : [],
  })
}

export function say(message: string): void {
  offerUndo(message)
}
