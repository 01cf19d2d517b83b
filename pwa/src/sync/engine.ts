import { ref } from 'vue'
import { engine, tellChange, tellPages } from '@/sync/current'
import { forgetUnsent, noteUnsent, tellLoss } from '@/sync/loss'
import { refreshOutbox } from '@/sync/useOutbox'
import { tellStatus } from '@/sync/useSyncStatus'
import { rememberForWorker } from '@/sync/worker-user'

/** The browser would not open its storage: nothing can be recorded, and the screen must say so. */
export const storageFailed = ref(false)

/** Opens the person's database and takes part in syncing; a second call for the same person only wakes it. */
export async function openEngine(userId: string): Promise<void> {
  if (engine.value) return engine.value.syncNow()
  try {
    // Apart, so that the sign-in does not wait for the database's code.
    const { makeEngine } = await import('@/sync/make-engine')
    const opened = makeEngine(userId)
    opened.onStatus((status) => {
      tellStatus(status)
      // The rows of a pull are stored page by page, and reading in between would only hold them up.
      if (status.phase !== 'pulling') settle()
    })
    opened.onChange((keys) => {
      if (tellChange(keys)) void refreshOutbox()
    })
    // The screens read at once; what the database has lost is asked before syncing fills it.
    engine.value = opened
    tellLoss(userId, await opened.isNew())
    opened.onStatus((status) => noteUnsent(userId, status))
    tellStatus(opened.status())
    opened.start()
    await refreshOutbox()
    void import('@/sync/decisions').then(({ finishDecisions }) => finishDecisions(userId))
  } catch (error) {
    storageFailed.value = true
    throw error
  }
  void rememberForWorker(userId)
}

function settle(): void {
  tellPages()
  void refreshOutbox()
}

/** Stops syncing; with `wipe`, everything of this person leaves the device. */
export async function closeEngine(userId: string, wipe: boolean): Promise<void> {
  const closing = engine.value
  engine.value = null
  tellStatus(null)
  await rememberForWorker(null)
  if (!closing) return
  if (wipe) {
    const { wipeDrafts } = await import('@/sync/drafts')
    await closing.wipe()
    await wipeDrafts(userId)
    forgetUnsent(userId)
  }
  await closing.close()
}
