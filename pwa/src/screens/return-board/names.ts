import type { Dimension, ReturnGroup } from './analysis'

/** What a group is called. */
export function nameOf(group: ReturnGroup, dimension: Dimension, t: (key: string) => string): string {
  if (group.key === null) return t('returns.others')
  return dimension === 'reason' ? t(`returns.reason.${group.key}`) : group.name
}
