import type { LocalHandler } from 'cairn-sync'

export type Handlers = Record<string, LocalHandler>

/** What a mutations.ts exports: local handlers by mutation name, and the version of each that this build records. */
export interface MutationModule {
  handlers: Handlers
  versions?: Record<string, number>
}

const found: MutationModule[] = Object.values(
  import.meta.glob<MutationModule>(['../screens/*/mutations.ts', './mutations.ts'], { eager: true }),
)

export const handlers: Handlers = Object.assign({}, ...found.map((module) => module.handlers))

export const versions: Record<string, number> = Object.assign(
  Object.fromEntries(Object.keys(handlers).map((name) => [name, 1])),
  ...found.map((module) => module.versions ?? {}),
)
