import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRows } from '@/sync/useRows'

/** Names of colleagues by id. */
export function useNames() {
  const { t } = useI18n()
  const users = useRows('user')
  const names = computed(() => new Map((users.value ?? []).map((user) => [user.id, user.name])))
  return {
    users,
    nameOf: (id: string | null | undefined) => (id && names.value.get(id)) || t('app.unknownPerson'),
  }
}
