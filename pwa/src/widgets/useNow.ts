import { readonly, ref } from 'vue'

const now = ref(Date.now())
// One clock for the whole screen: ages and times in words need no finer step than this.
setInterval(() => {
  now.value = Date.now()
}, 20_000)

export function useNow() {
  return readonly(now)
}
