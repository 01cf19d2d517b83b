const files = import.meta.glob<Record<string, any>>('./always/*.json', { eager: true, import: 'default' })

/** The words of the frame and the door. Each file is one area; its name is the first part of the keys it holds. */
export default Object.fromEntries(
  Object.entries(files).map(([path, messages]) => [path.slice('./always/'.length, -'.json'.length), messages]),
)
