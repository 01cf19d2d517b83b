const KEY = 'cairn.locked-page'

/** Keeps a person's phone on one page, over reloads too, while it is in somebody else's hands. */
export function lockPage(userId: string, path: string): void {
  localStorage.setItem(KEY, JSON.stringify([userId, path]))
}

export function unlockPage(): void {
  localStorage.removeItem(KEY)
}

export function lockedPage(userId: string | undefined): string | null {
  const [of, path] = JSON.parse(localStorage.getItem(KEY) ?? '[]')
  return userId && of === userId ? path : null
}
