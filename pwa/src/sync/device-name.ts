export function platformOf(userAgent: string): string {
  if (/Android/.test(userAgent)) return 'android'
  if (/iPhone|iPad/.test(userAgent)) return 'ios'
  return 'web'
}

/** How a person recognizes the device in the list: its kind and browser, nothing that tracks it. */
export function deviceName(userAgent: string): string {
  const browsers: [RegExp, string][] = [
    [/MicroMessenger/, 'WeChat'],
    [/Edg/, 'Edge'],
    [/HuaweiBrowser/, 'Huawei'],
    [/Firefox|FxiOS/, 'Firefox'],
    [/Chrome|CriOS/, 'Chrome'],
    [/Safari/, 'Safari'],
  ]
  const systems: [RegExp, string][] = [
    [/Android/, 'Android'],
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'Mac'],
    [/Linux/, 'Linux'],
  ]
  const nameIn = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(userAgent))?.[1]
  return [nameIn(browsers), nameIn(systems)].filter(Boolean).join(' · ') || 'Browser'
}
