import { createI18n, type MessageCompiler } from 'vue-i18n'
import { compileMessage } from '@/app/compile-message'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

const CHOSEN = 'cairn.locale'

/** One chunk per language; only the one in use is read at the start. */
const loaders: Record<Locale, () => Promise<{ default: Record<string, any> }>> = {
  'zh-CN': () => import('../locales/zh-CN'),
  en: () => import('../locales/en'),
}

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
  const chosen = localStorage.getItem(CHOSEN)
  if (locales.includes(chosen as Locale)) return chosen as Locale
  return navigator.languages.some((language) => language.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}

export async function setLocale(locale: Locale, remember = true): Promise<void> {
  if (!i18n.global.availableLocales.includes(locale)) {
    const messages = await loaders[locale]()
    i18n.global.setLocaleMessage(locale, messages.default)
  }
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  if (remember) localStorage.setItem(CHOSEN, locale)
}
