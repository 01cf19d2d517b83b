import { readonly, ref } from 'vue'

const query = window.matchMedia('(min-width: 1024px)')
const desktop = ref(query.matches)
query.addEventListener('change', (event) => {
  desktop.value = event.matches
})

/** Whether there is room for a list beside its detail. */
export function useDesktop() {
  return readonly(desktop)
}
