// Weighs what a phone must fetch, gzip level 9, and fails over budget. Reads Vite's manifest of the last build.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const built = fileURLToPath(new URL('../../server/cairn/static/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${built}.vite/manifest.json`, 'utf8'))

/** The files that come with a module: itself and everything it imports at once. */
function filesOf(names, seen = new Set()) {
  const files = new Set()
  for (const name of names) {
    if (seen.has(name)) continue
    seen.add(name)
    const chunk = manifest[name]
    if (!chunk) throw new Error(`not in the build: ${name}`)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    for (const file of filesOf(chunk.imports ?? [], seen)) files.add(file)
  }
  return files
}

const weights = new Map()
function kilobytes(files, ending) {
  let bytes = 0
  for (const file of files) {
    if (!file.endsWith(ending)) continue
    if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(built + file), { level: 9 }).length)
    bytes += weights.get(file)
  }
  return bytes / 1000
}

const without = (files, known) => new Set([...files].filter((file) => !known.has(file)))
const chunkWith = (name) => Object.keys(manifest).find((one) => manifest[one].name === name)
const key = (ending) => Object.keys(manifest).find((name) => name.endsWith(ending))

const door = new Set([
  ...filesOf(['index.html']),
  // The language in use is fetched before anything is shown; the longer one counts.
  ...filesOf([key('locales/zh-CN/index.ts')]),
  ...filesOf([chunkWith('door')]),
])
/** With the database, which every page behind the sign-in needs. */
const first = new Set([...door, ...filesOf([key('sync/make-engine.ts')])])
const fieldScreens = [
  'screens/today/TodayPage.vue',
  'screens/customers/CustomersPage.vue',
  'screens/customers/CustomerPage.vue',
  'screens/visits/CheckInPage.vue',
  'screens/visits/VisitPage.vue',
]

const lines = [
  ['JavaScript before the sign-in', kilobytes(door, '.js'), 105],
  ['first JavaScript', kilobytes(first, '.js'), 160],
  ['first CSS', kilobytes(first, '.css'), 20],
  ...fieldScreens.map((screen) => {
    const extra = without(filesOf([key(screen)]), first)
    return [screen, kilobytes(extra, '.js') + kilobytes(extra, '.css'), 30]
  }),
  ['map with its worker', mapWeight(), 460],
]

function mapWeight() {
  const files = without(filesOf([key('map/GlMap.vue')]), first)
  const assets = Object.values(manifest).flatMap((chunk) => chunk.assets ?? [])
  for (const file of assets) if (/maplibre.*worker/i.test(file)) files.add(file)
  return kilobytes(files, '.js') + kilobytes(files, '.css') + kilobytes(files, '.mjs')
}

let over = false
for (const [name, weight, budget] of lines) {
  const fits = weight <= budget
  over ||= !fits
  console.log(`${fits ? 'ok  ' : 'OVER'} ${weight.toFixed(1).padStart(7)} kB of ${String(budget).padStart(3)}  ${name}`)
}
process.exit(over ? 1 : 0)
