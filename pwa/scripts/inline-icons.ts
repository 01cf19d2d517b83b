import * as icons from '@quasar/extras/material-symbols-rounded'
import type { Plugin } from 'vite'

const PACKAGE = '@quasar/extras/material-symbols-rounded'
const IMPORT = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*['"]${PACKAGE}['"];?`, 'g')

/**
 * Puts an icon's path where it is used. One module holds them all, and a bundler cannot cut a module: the first
 * screen would carry the icons of every other.
 */
export function inlineIcons(): Plugin {
  return {
    name: 'inline-icons',
    apply: 'build',
    transform(code, id) {
      if (id.includes('/node_modules/') || !code.includes(PACKAGE)) return null
      return { code: code.replace(IMPORT, (_, names: string) => names.split(',').map(declared).join('')), map: null }
    },
  }
}

function declared(specifier: string): string {
  const [name, local = name] = specifier.trim().split(/\s+as\s+/)
  if (!name) return ''
  if (!(name in icons)) throw new Error(`no such icon: ${name}`)
  return `const ${local} = ${JSON.stringify(icons[name as keyof typeof icons])};`
}
