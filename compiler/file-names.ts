/** The last part of a path, whichever system wrote it. */
export const baseName = (path: string): string => /[^\\/]*$/.exec(path)![0]

/** A file's stem may have this many characters: extensions and temporary names come behind it, and 255 are the limit. */
const MAX_STEM = 80

/** Windows opens devices by these names in any directory, whatever follows a dot or spaces. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i

/** Whether Windows takes a file's name for a device's. */
export const isDevice = (name: string): boolean => DEVICES.test(name)

/** Of those the ones that are made of letters and digits. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** A file's stem in characters that every compiler, shell and file system takes, and that no program takes for an option. */
export function safeName(name: string): string {
  const stem = name.replace(/[^\w.-]+/g, '_').slice(0, MAX_STEM)
  return stem.replace(/^[-.]|\.$/g, '_').replace(DEVICE, '$1_') || '_'
}

/** {@link safeName} of each, no two of them alike even where case does not count. */
export function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const safe = safeName(name)
    let unique = safe
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${safe}-${number}`
    taken.add(unique.toLowerCase())
    return unique
  })
}
