import { useQuasar } from 'quasar'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { BasemapSystem, Organization } from '@/generated/documents'
import { useRows } from '@/sync/useRows'

/** How this organization and this person want their maps: system, own tiles, darkness, language of the names. */
export function useBasemap() {
  const organizations = useRows('organization')
  const organization = computed<Pick<Organization, 'basemap'> | null>(() => organizations.value?.[0] ?? null)
  const quasar = useQuasar()
  const { locale } = useI18n()
  return {
    system: computed<BasemapSystem>(() => organization.value?.basemap?.system ?? 'wgs84'),
    tilesUrl: computed(() => organization.value?.basemap?.tiles_url ?? null),
    dark: computed(() => quasar.dark.isActive),
    language: computed<'zh' | 'en'>(() => (locale.value.startsWith('zh') ? 'zh' : 'en')),
  }
}

let capable: boolean | null = null

/** Whether this browser can draw with WebGL 2; asked once, because every probe costs a graphics context. */
export function canDrawMap(): boolean {
  if (capable === null) {
    const context = document.createElement('canvas').getContext('webgl2')
    capable = context !== null
    context?.getExtension('WEBGL_lose_context')?.loseContext()
  }
  return capable
}
