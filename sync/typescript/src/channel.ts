/** What tabs of one device tell each other. */

import type { DocumentKey } from './messages'
import type { SyncStatus } from './status'

export type ChannelMessage =
  | { type: 'changed'; keys: DocumentKey[] }
  | { type: 'recorded' }
  | { type: 'sync' }
  /** Does the leader live? It answers with `leader`. */
  | { type: 'ask' }
  | { type: 'leader'; part: Pick<SyncStatus, 'phase' | 'error' | 'progress'> }
  | { type: 'synced' }
  | { type: 'uploads' }

export interface Channel {
  post(message: ChannelMessage): void
  listen(listener: (message: ChannelMessage) => void): () => void
  close(): void
}

export function tabChannel(name: string): Channel {
  const channel = new BroadcastChannel(name)
  let closed = false
  // A process must not live on only because its tabs could talk.
  ;(channel as unknown as { unref?: () => void }).unref?.()
  return {
    // A tab that closes may still want to say something; nobody needs to hear it.
    post: (message) => closed || channel.postMessage(message),
    listen(listener) {
      const receive = (event: MessageEvent<ChannelMessage>) => listener(event.data)
      channel.addEventListener('message', receive)
      return () => channel.removeEventListener('message', receive)
    },
    close() {
      closed = true
      channel.close()
    },
  }
}
