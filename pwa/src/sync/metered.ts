import { computed, ref } from 'vue'
import { engine } from '@/sync/current'
import { METERED_CHOICE, WORKER_CACHE } from '@/sync/worker-names'

/** Photos over a metered line: yes, or wait for another. Kept where the service worker can read it too. */
export type MeteredChoice = 'send' | 'wait'

/** The part of the Network Information API that some browsers have. */
interface Line extends EventTarget {
  readonly type?: string
  readonly saveData?: boolean
}

function line(): Line | undefined {
  return (globalThis.navigator as Navigator & { connection?: Line }).connection
}

/** Where the browser does not tell, every line counts as free: photos then always go. */
export const tellsMetered = computed(() => line() !== undefined)

export function isMetered(): boolean {
  const now = line()
  return now?.saveData === true || now?.type === 'cellular'
}

export const meteredChoice = ref<MeteredChoice>('send')

async function read(): Promise<MeteredChoice> {
  if (!('caches' in globalThis)) return meteredChoice.value
  const kept = await (await caches.open(WORKER_CACHE)).match(METERED_CHOICE)
  return (await kept?.text()) === 'wait' ? 'wait' : 'send'
}

/** Reads the choice, and lets photos go when the line changes. */
export async function watchLine(): Promise<void> {
  line()?.addEventListener('change', () => void engine.value?.uploads.release())
  meteredChoice.value = await read()
}

export async function chooseMetered(choice: MeteredChoice): Promise<void> {
  meteredChoice.value = choice
  if ('caches' in globalThis) {
    await (await caches.open(WORKER_CACHE)).put(METERED_CHOICE, new Response(choice))
  }
  await engine.value?.uploads.release()
}

/** What the engine asks before it sends a photo, in a page or in the service worker. */
export async function photosMayTravel(): Promise<boolean> {
  return !isMetered() || (await read()) === 'send'
}
