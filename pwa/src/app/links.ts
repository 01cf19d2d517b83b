import { useRouter } from 'vue-router'

/** Plain links of a list, followed by one listener: a RouterLink in every row of thousands costs too much. */
export function useLinks() {
  const router = useRouter()

  /** Goes where a plain tap on a link points; anything else (a new tab, say) is the browser's own. */
  function follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link) return
    event.preventDefault()
    void router.push(link.pathname)
  }

  return { follow }
}
