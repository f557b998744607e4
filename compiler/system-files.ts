/** Reads the files that options of one system name. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { optionError } from './options.ts'
import { checkWindows, isXml, type WindowsContents, type WindowsOptions } from './windows.ts'

/** The absolute paths that options name. @param base what relative paths start from */
export function windowsFiles({ icon, manifest }: WindowsOptions, base = '.'): string[] {
  const named = [icon, manifest].filter((value) => typeof value === 'string')
  return named.filter((value) => !isXml(value)).map((path) => resolve(base, path))
}

/** The options with the contents of the files that they name. @throws CompileError */
export async function readWindows(options: WindowsOptions, base = '.'): Promise<WindowsContents> {
  checkWindows(options)
  const { icon, manifest, ...rest } = options
  const contents: WindowsContents = rest
  if (icon !== undefined) contents.icon = typeof icon === 'string' ? await read('icon', icon, base) : icon
  if (manifest === false) contents.manifest = false
  else if (manifest !== undefined)
    contents.manifest = isXml(manifest) ? manifest : (await read('manifest', manifest, base)).toString('utf8')
  return contents
}

async function read(option: string, path: string, base: string): Promise<Buffer> {
  try {
    return await readFile(resolve(base, path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw optionError(`windows.${option}: ${path} cannot be read: ${reason}`, 'check the path', cause)
  }
}
