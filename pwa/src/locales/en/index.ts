const files = import.meta.glob<Record<string, any>>('./*.json', { eager: true, import: 'default' })

/** Each file is one area; its name is the first part of the keys it holds. */
export default Object.fromEntries(
  Object.entries(files).map(([path, messages]) => [path.slice(2, -'.json'.length), messages]),
)
