import { onScopeDispose } from 'vue'

/** Addresses for pictures that are only on this device; given back when the page closes, or they would hold its memory. */
export function useBlobUrls() {
  const urls = new Map<string, string>()
  onScopeDispose(() => {
    for (const url of urls.values()) URL.revokeObjectURL(url)
  })
  return (id: string, blob: Blob): string => {
    const url = urls.get(id) ?? URL.createObjectURL(blob)
    urls.set(id, url)
    return url
  }
}
