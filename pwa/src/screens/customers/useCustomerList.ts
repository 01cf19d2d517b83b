import { computed, ref, shallowRef, watch } from 'vue'
import { askPosition, lastSeen } from '@/app/position'
import { useSession } from '@/app/session'
import { findCards, type Scope } from './search'
import { useCards } from './useCards'

/** Kept while the app is open: who comes back from a customer finds the list as it was. */
const text = ref('')
const scope = ref<Scope | null>(null)

export function useCustomerList() {
  const cards = useCards()
  const { userId } = useSession()
  const here = shallowRef(lastSeen.value)
  const locating = ref(false)
  const nowhere = ref(false)

  const ownsNone = computed(() => cards.value?.every((card) => card.owner_id !== userId.value) ?? false)
  const shownScope = computed<Scope>(() => scope.value ?? (ownsNone.value ? 'all' : 'mine'))
  const found = computed(
    () =>
      cards.value &&
      findCards(cards.value, { text: text.value, scope: shownScope.value, userId: userId.value, here: here.value }),
  )

  async function choose(next: Scope): Promise<void> {
    scope.value = next
    if (next === 'nearest') await locate()
  }

  async function locate(): Promise<void> {
    locating.value = true
    nowhere.value = false
    here.value = (await askPosition()) ?? here.value
    locating.value = false
    nowhere.value = here.value === null
  }

  watch(lastSeen, (position) => {
    here.value ??= position
  })

  return { cards, found, text, scope: shownScope, choose, here, locating, nowhere, locate }
}
