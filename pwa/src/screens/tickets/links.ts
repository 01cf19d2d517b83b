/** Links for customers: made here, so that one can be handed out without a network; the server learns a digest only. */

const TOKEN_BYTES = 32

/** 256 random bits that fit into an address. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

export function addressOf(token: string, origin = location.origin): string {
  return `${origin}/s/${token}`
}

/** Whether it was given to another app; where there is none, it goes to the clipboard. */
export async function passOn(address: string, title: string): Promise<'shared' | 'copied' | 'shown'> {
  try {
    if (navigator.share) {
      await navigator.share({ url: address, title })
      return 'shared'
    }
    await navigator.clipboard.writeText(address)
    return 'copied'
  } catch {
    return 'shown' // given up, or not allowed: the address stands on the page
  }
}
