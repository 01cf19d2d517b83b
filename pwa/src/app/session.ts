import { computed, reactive, readonly } from 'vue'
import { api, ApiError, OFFLINE } from '@/app/api'
import type { Role } from '@/generated/documents'

export interface SessionUser {
  id: string
  name: string
  roles: Role[]
}

/** What is known of the organization before the first sync; its document says more. */
export interface SessionOrganization {
  id: string
  name: string
  time_zone: string
  locale: string
}

export interface Session {
  user: SessionUser
  organization: SessionOrganization | null
  permissions: string[]
}

const STORED = 'cairn.session'
const SIGN_OUT_OWED = 'cairn.sign-out-owed'

const state = reactive<{ session: Session | null; ended: boolean }>({ session: read(), ended: false })

function read(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? 'null')
  } catch {
    return null
  }
}

function keep(session: Session | null): void {
  state.session = session
  if (session) localStorage.setItem(STORED, JSON.stringify(session))
  else localStorage.removeItem(STORED)
}

export const session = readonly(state)

export function useSession() {
  return {
    session: computed(() => state.session as Session | null),
    user: computed(() => state.session?.user ?? null),
    userId: computed(() => state.session?.user.id ?? ''),
    ended: computed(() => state.ended),
    may: (permission: string) => state.session?.permissions.includes(permission) ?? false,
    hasRole: (...roles: Role[]) => roles.some((role) => state.session?.user.roles.includes(role)),
  }
}

export async function signIn(email: string, password: string): Promise<Session> {
  await payOwedSignOut()
  await api.post('/api/session', { email, password })
  const session = await api.get<Session>('/api/session')
  keep(session)
  state.ended = false
  return session
}

/** Asks the server who we are. Without an answer the remembered session stands: a phone must start in a basement. */
export async function refreshSession(): Promise<void> {
  if (!state.session) return
  try {
    const fresh = await api.get<Session>('/api/session')
    // Another person signed in through another tab: their data must not be shown under this name.
    if (fresh.user.id !== state.session.user.id) location.reload()
    keep(fresh)
    state.ended = false
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) state.ended = true
  }
}

/** Signing out must work offline too: the cookie cannot be removed without the server, so the call is owed until it answers. */
export async function signOut(): Promise<void> {
  keep(null)
  state.ended = false
  localStorage.setItem(SIGN_OUT_OWED, '1')
  await payOwedSignOut()
}

export async function payOwedSignOut(): Promise<void> {
  if (!localStorage.getItem(SIGN_OUT_OWED)) return
  try {
    await api.remove('/api/session')
  } catch (error) {
    if (error instanceof ApiError && error.code === OFFLINE) return
  }
  localStorage.removeItem(SIGN_OUT_OWED)
}

/** Another tab signed in or out: this one follows, so that two people's data never stand side by side. */
export function followOtherTabs(): void {
  window.addEventListener('storage', (event) => {
    if (event.key !== STORED) return
    if (read()?.user.id !== state.session?.user.id) location.reload()
  })
}
