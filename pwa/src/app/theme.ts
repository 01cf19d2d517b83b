import { Dark } from 'quasar'
import { ref } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'

const CHOSEN = 'cairn.theme'

export const theme = ref<Theme>(stored())

function stored(): Theme {
  const chosen = localStorage.getItem(CHOSEN)
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto'
}

export function setTheme(next: Theme): void {
  theme.value = next
  localStorage.setItem(CHOSEN, next)
  applyTheme()
}

export function applyTheme(): void {
  Dark.set(theme.value === 'auto' ? 'auto' : theme.value === 'dark')
}
