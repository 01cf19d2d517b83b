import { useRoute, useRouter } from 'vue-router'
import { homePath } from '@/app/router'

/** Back along the way that was come; to the page's declared parent when it was opened by a link. */
export function useBack() {
  const router = useRouter()
  const route = useRoute()

  function back(): void {
    if (window.history.state?.back) router.back()
    else void router.replace(parentPath())
  }

  function parentPath(): string {
    const parent = route.meta.parent ?? homePath()
    return parent.replace(/:(\w+)/g, (_whole, name: string) => String(route.params[name] ?? ''))
  }

  return { back, parentPath }
}
