import { createI18n, type MessageCompiler } from 'vue-i18n'
import { compileMessage } from '@/app/compile-message'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

const CHOSEN = 'cairn.locale'

type Messages = Record<string, any>

/** What is read at the start, in the one language in use: the words of the frame and the door, and all titles. */
const always: Record<Locale, () => Promise<{ default: Messages }>> = {
  'zh-CN': () => import('../locales/zh-CN'),
  en: () => import('../locales/en'),
}

/** The words of one area, read with the screens that use it (`words` in a screen's index.ts). */
const areas = import.meta.glob<Messages>('../locales/*/*.json', { import: 'default' })
const wanted = new Set<string>()
let chosen: Locale = 'zh-CN'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as string,
  fallbackLocale: [],
  messages: {} as Record<string, any>,
  messageCompiler: compileMessage as MessageCompiler,
  missingWarn: false,
  fallbackWarn: false,
})

export function preferredLocale(): Locale {
  const remembered = localStorage.getItem(CHOSEN)
  if (locales.includes(remembered as Locale)) return remembered as Locale
  return navigator.languages.some((language) => language.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}

export async function setLocale(locale: Locale, remember = true): Promise<void> {
  chosen = locale
  await Promise.all([readAlways(locale), readAreas(locale)])
  if (chosen !== locale) return
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  if (remember) localStorage.setItem(CHOSEN, locale)
}

/** Make sure that these areas' words are there, now and in whatever language is chosen later. */
export async function loadWords(names: readonly string[] = []): Promise<void> {
  for (const name of names) wanted.add(name)
  await readAreas(chosen)
}

const known = (locale: Locale) => i18n.global.getLocaleMessage(locale) as Messages

async function readAlways(locale: Locale): Promise<void> {
  if ('app' in known(locale)) return
  i18n.global.mergeLocaleMessage(locale, (await always[locale]()).default)
}

async function readAreas(locale: Locale): Promise<void> {
  const missing = [...wanted].filter((name) => !(name in known(locale)))
  const read = await Promise.all(missing.map((name) => areas[`../locales/${locale}/${name}.json`]!()))
  missing.forEach((name, place) => i18n.global.mergeLocaleMessage(locale, { [name]: read[place] }))
}
