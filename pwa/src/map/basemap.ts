import { addProtocol } from 'maplibre-gl'
import { PMTiles, Protocol, type RangeResponse, type Source } from 'pmtiles'

const BUNDLED_URL = '/basemap.pmtiles'

/**
 * The bundled basemap, read whole: at half a megabyte one request is quicker than many ranges, and a whole file is what
 * a service worker keeps without any trouble.
 */
class WholeFile implements Source {
  private bytes: Promise<ArrayBuffer> | null = null

  constructor(private readonly url: string) {}

  getKey(): string {
    return this.url
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    this.bytes ??= this.fetchAll().catch((error: unknown) => {
      // Forgotten, so that the next tile tries again when the network is back.
      this.bytes = null
      throw error
    })
    return { data: (await this.bytes).slice(offset, offset + length) }
  }

  private async fetchAll(): Promise<ArrayBuffer> {
    const response = await fetch(this.url)
    if (!response.ok) throw new Error(`basemap answered ${response.status}`)
    return response.arrayBuffer()
  }
}

let registered = false

/** Teaches MapLibre `bundled://` (the small basemap) and `pmtiles://` (an organization's own file). */
export function registerBasemap(): void {
  if (registered) return
  registered = true
  const bundled = new PMTiles(new WholeFile(BUNDLED_URL))
  addProtocol('bundled', async ({ url }) => {
    const [z, x, y] = url.split('/').slice(-3).map(Number) as [number, number, number]
    const tile = await bundled.getZxy(z, x, y)
    return { data: tile?.data ?? new ArrayBuffer(0) }
  })
  addProtocol('pmtiles', new Protocol().tile)
}
