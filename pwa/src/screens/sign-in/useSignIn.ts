import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useErrorWords } from '@/app/errors'
import { homePath } from '@/app/router'
import { session, signIn } from '@/app/session'
import { openEngine } from '@/sync/engine'

export function useSignIn() {
  const route = useRoute()
  const router = useRouter()
  const { words } = useErrorWords()
  const email = ref('')
  const password = ref('')
  const error = ref<string | null>(null)
  const working = ref(false)
  const again = computed(() => route.params.again === 'again')

  async function enter(): Promise<void> {
    if (working.value) return
    working.value = true
    error.value = null
    try {
      const before = session.session?.user.id
      const entered = await signIn(email.value.trim(), password.value)
      // Another person at the same browser gets their own database, and nothing of the one before.
      if (before && before !== entered.user.id) return location.assign('/')
      await openEngine(entered.user.id)
      await router.replace(nextPath())
    } catch (problem) {
      error.value = words(problem)
    } finally {
      working.value = false
    }
  }

  /** Only paths of this app: a link must not be able to lead somebody elsewhere after the sign-in. */
  function nextPath(): string {
    const next = route.query.next
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) && next !== '/' ? next : homePath()
  }

  return { email, password, error, working, again, enter }
}
