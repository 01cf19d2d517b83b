import { shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { useFormat } from '@/app/format'
import { usePeople } from '@/screens/day/useDay'
import { engine } from '@/sync/current'
import { mutationWords, subjectsOf, titleOf } from './mutation-words'

/** Tells mutations in sentences; names are read from the local documents and appear once they are there. */
export function useMutationWords() {
  const { t, te } = useI18n()
  const format = useFormat()
  const { nameOf } = usePeople()
  const titles = shallowReactive(new Map<string, string>())

  function titleFor(name: string, args: any): string {
    const subjects = subjectsOf(name, args)
    const key = subjects.map(({ kind, id }) => `${kind} ${id}`).join(' ')
    const known = titles.get(key)
    if (known !== undefined || subjects.length === 0) return known ?? ''
    titles.set(key, '')
    void (async () => {
      for (const { kind, id } of subjects) {
        const title = titleOf(await engine.value?.get(kind, id))
        if (title) return titles.set(key, title)
      }
    })()
    return ''
  }

  const fieldName = (field: string) => (te(`sync.field.${field}`) ? t(`sync.field.${field}`) : field)
  const fieldNames = (fields: string[]) => fields.map(fieldName).join(t('sync.and'))

  function describe(name: string, args: any, title = ''): string {
    const words = mutationWords(name, args, title || titleFor(name, args))
    return t(te(words.key) ? words.key : 'sync.mutation.other', {
      title: words.title || t('sync.someRecord'),
      fields: fieldNames(words.fields),
      text: words.text,
      person: nameOf(words.person) ?? t('app.unknownPerson'),
      time: words.at ? format.dateTime(words.at) : '',
      name,
    })
  }

  return { describe, fieldName, fieldNames }
}
