import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { session } from '@/app/session'
import { dayOf } from '@/app/time'

/** Building an Intl formatter costs far more than using one, and lists use thousands. */
const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()
const relatives = new Map<string, Intl.RelativeTimeFormat>()

function cached<T>(cache: Map<string, T>, key: string, make: () => T): T {
  let found = cache.get(key)
  if (!found) {
    found = make()
    cache.set(key, found)
  }
  return found
}

export function formatDate(iso: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return ''
  const key = `${locale}|${JSON.stringify(options)}`
  return cached(dates, key, () => new Intl.DateTimeFormat(locale, options)).format(moment)
}

export function formatNumber(value: number, locale: string, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale}|${JSON.stringify(options)}`
  return cached(numbers, key, () => new Intl.NumberFormat(locale, options)).format(value)
}

/** Money as it is kept: whole minor units (fen, cents) of an ISO 4217 currency. */
export function formatMoney(minor: number, currency: string, locale: string): string {
  const options = { style: 'currency', currency } as const
  const format = cached(numbers, `${locale}|${currency}`, () => new Intl.NumberFormat(locale, options))
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits!)
}

/** Metres below a kilometre, in steps the eye can use; kilometres above. */
export function formatDistance(metres: number, locale: string): string {
  if (metres < 995) {
    const rounded = metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10
    return `${formatNumber(rounded, locale)} m`
  }
  const kilometres = metres / 1000
  return `${formatNumber(kilometres, locale, { maximumFractionDigits: kilometres < 10 ? 1 : 0 })} km`
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export function formatRelative(iso: string, now: number, locale: string): string {
  const seconds = (Date.parse(iso) - now) / 1000
  const formatter = cached(relatives, locale, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return formatter.format(Math.round(seconds / size), unit)
  }
  return formatter.format(0, 'second')
}

/** A span such as an age or a delay, in its largest unit. */
export function formatSpan(seconds: number, locale: string): string {
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const)
  return formatNumber(Math.round(Math.abs(seconds) / size), locale, { style: 'unit', unit, unitDisplay: 'short' })
}

export function organizationZone(): string {
  return session.session?.organization?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Formatters bound to the language in use and to the organization's zone. */
export function useFormat() {
  const { locale } = useI18n()
  const zone = computed(organizationZone)
  const date = (iso: string, options: Intl.DateTimeFormatOptions) =>
    formatDate(iso, locale.value, { timeZone: zone.value, ...options })
  return {
    zone,
    time: (iso: string) => date(iso, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: (iso: string) => date(iso, { weekday: 'long', month: 'long', day: 'numeric' }),
    shortDay: (iso: string) => date(iso, { month: 'short', day: 'numeric', weekday: 'short' }),
    dateTime: (iso: string) =>
      date(iso, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    fullDate: (iso: string) => date(iso, { year: 'numeric', month: 'short', day: 'numeric' }),
    relative: (iso: string) => formatRelative(iso, Date.now(), locale.value),
    span: (seconds: number) => formatSpan(seconds, locale.value),
    distance: (metres: number) => formatDistance(metres, locale.value),
    number: (value: number, options?: Intl.NumberFormatOptions) => formatNumber(value, locale.value, options),
    money: (minor: number, currency: string) => formatMoney(minor, currency, locale.value),
    dayKey: (iso: string) => dayOf(iso, zone.value),
  }
}
