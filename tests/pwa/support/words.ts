/** Every word of the PWA in a language, under the name of its area; `always` or with a screen is all the same here. */
export type Messages = { [key: string]: string | Messages }

const files = import.meta.glob<Messages>('../../../pwa/src/locales/**/*.json', { eager: true, import: 'default' })

function wordsOf(language: string): Messages {
  const own = Object.entries(files).filter(([path]) => path.includes(`/locales/${language}/`))
  return Object.fromEntries(own.map(([path, words]) => [path.slice(path.lastIndexOf('/') + 1, -'.json'.length), words]))
}

export const english = wordsOf('en')
export const chinese = wordsOf('zh-CN')
