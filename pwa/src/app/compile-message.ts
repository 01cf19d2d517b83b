import type { MessageContext, MessageFunction } from 'vue-i18n'

const PLACEHOLDER = /\{(\w+)\}/g

/**
 * Our messages hold names in braces and " | " between plural forms, nothing else; vue-i18n's own compiler is 7 kB
 * that everybody would fetch before the first word.
 */
export function compileMessage(message: string): MessageFunction<string> {
  const forms = message.split(' | ')
  return (context: MessageContext<string>) => {
    const form = forms.length === 1 ? message : context.plural(forms)
    return form.replace(PLACEHOLDER, (_, name: string) => String(context.named(name)))
  }
}
