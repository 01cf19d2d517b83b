import { computed, ref } from 'vue'
import { session, signOut } from '@/app/session'
import { engine } from '@/sync/current'
import { closeEngine } from '@/sync/engine'
import { useSyncStatus } from '@/sync/useSyncStatus'

/** Shared by the row that starts it and the sheet that asks. */
const asking = ref(false)

export function useSignOut() {
  const status = useSyncStatus()
  const unsent = computed(() => status.value.waiting + status.value.uploads.waiting)
  const working = ref(false)

  /** With nothing unsent there is nothing to ask. */
  async function start(): Promise<void> {
    if (unsent.value > 0) asking.value = true
    else await leave()
  }

  /** Unsent work stays in this person's database until they sign in again; otherwise nothing of them stays. */
  async function leave(): Promise<void> {
    if (working.value) return
    working.value = true
    const userId = session.session?.user.id ?? ''
    await closeEngine(userId, unsent.value === 0).catch(() => undefined)
    await signOut()
    // A fresh start drops everything that this tab still holds in memory.
    location.assign('/sign-in')
  }

  async function sendNow(): Promise<void> {
    working.value = true
    await engine.value?.syncNow()
    working.value = false
    if (unsent.value === 0) await leave()
  }

  async function save(): Promise<void> {
    const text = await engine.value?.exportUnsent()
    if (text !== undefined) saveFile(`cairn-unsent-${new Date().toISOString().slice(0, 10)}.json`, text)
  }

  return { asking, unsent, working, start, leave, sendNow, save }
}

function saveFile(name: string, content: string | Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
