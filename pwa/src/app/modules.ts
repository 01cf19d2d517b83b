import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/generated/documents'

/** One thing that the `+` opens. */
export interface RecordAction {
  id: string
  icon: string
  titleKey: string
  to: string
  permission?: string
}

/** What a folder under screens/ declares about itself in its index.ts. */
export interface ScreenModule {
  id: string
  icon: string
  titleKey: string
  routes: RouteRecordRaw[]
  /** Areas of words (files in locales/) that its screens use, beside those of the frame. */
  words?: string[]
  /** Where the tab leads; the first route when left out. */
  path?: string
  /** Roles that get a tab on the phone and a place in the rail on a desktop; everybody else reaches it by link only. */
  tabs?: Role[]
  /** Place among the tabs, smaller first. The first one a role has is its home. */
  order?: number
  /** Whether it may stand behind "Me" on a phone where there is no room for all; smaller stays, as `order` if left out. */
  phoneOrder?: number
  actions?: RecordAction[]
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Words for the title bar and the document's title, among `titles`. */
    titleKey?: string
    /** Where "back" leads when the page was opened by a link; a page without it is a root and shows no arrow. */
    parent?: string
    /** Areas of words that must be there before the page is shown. */
    words?: string[]
    /** May be opened without a session. */
    public?: boolean
    /** Hides tabs, so that the page's own primary action stands alone in the thumb's reach. */
    focused?: boolean
    /** Stands alone, with nothing of the app around it. */
    bare?: boolean
  }
}

const found = import.meta.glob<{ default: ScreenModule }>('../screens/*/index.ts', { eager: true })

export const modules: ScreenModule[] = Object.values(found)
  .map((module) => module.default)
  .sort((a, b) => (a.order ?? 100) - (b.order ?? 100))

/** The routes of all modules, each with the words that its module needs. */
export const routes: RouteRecordRaw[] = modules.flatMap((module) =>
  module.routes.map((route) => ({ ...route, meta: { ...route.meta, words: module.words } }) as RouteRecordRaw),
)

export function pathOf(module: ScreenModule): string {
  return module.path ?? module.routes[0]?.path ?? '/'
}

export function tabsFor(roles: readonly Role[]): ScreenModule[] {
  return modules.filter((module) => module.tabs?.some((role) => roles.includes(role)))
}

/** A phone has room for a few tabs: the weightiest ones, and always the last, behind which stand the rest. */
export function phoneTabs(tabs: ScreenModule[], room: number): ScreenModule[] {
  const last = tabs[tabs.length - 1]
  const weight = (tab: ScreenModule) => tab.phoneOrder ?? tab.order ?? 100
  const stay = [...tabs.slice(0, -1)].sort((a, b) => weight(a) - weight(b)).slice(0, room - 1)
  return tabs.filter((tab) => tab === last || stay.includes(tab))
}

/** Five places at most; one of them is the `+` for whoever records something. */
export function roomBeside(actions: readonly RecordAction[]): number {
  return actions.length > 0 ? 4 : 5
}

export function actionsFor(permissions: readonly string[]): RecordAction[] {
  return modules
    .flatMap((module) => module.actions ?? [])
    .filter((action) => !action.permission || permissions.includes(action.permission))
}
