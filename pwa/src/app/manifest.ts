import type { ManifestOptions } from 'vite-plugin-pwa'

/** What the phone's home screen shows; names stay short because launchers cut them at about twelve letters. */
export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Cairn',
  short_name: 'Cairn',
  description: 'Field service and customers, with or without a network.',
  lang: 'zh-CN',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  orientation: 'any',
  background_color: '#f6f5f2',
  theme_color: '#f6f5f2',
  categories: ['business', 'productivity'],
  icons: [
    { src: '/icons/cairn-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: '/icons/cairn-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: '/icons/cairn-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: '/icons/cairn.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
  ],
  shortcuts: [
    { name: 'Today', url: '/today' },
    { name: 'Customers', url: '/customers' },
  ],
}
