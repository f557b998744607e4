/** Reads the files that options of one system name. */
import { resolve } from 'node:path'
import { CompileError } from './errors.ts'
import { optionError } from './options.ts'
import { readAny, type ReadFile } from './read-file.ts'
import { checkWindows, isXml, type WindowsContents, type WindowsOptions } from './windows.ts'

/** The absolute paths that options name. @param base what relative paths start from */
export function windowsFiles({ icon, manifest }: WindowsOptions, base = '.'): string[] {
  const named = [icon, manifest].filter((value) => typeof value === 'string')
  return named.filter((value) => !isXml(value)).map((path) => resolve(base, path))
}

/** The options with the contents of the files that they name. @throws CompileError */
export async function readWindows(options: WindowsOptions, base = '.', read = readAny): Promise<WindowsContents> {
  checkWindows(options)
  const { icon, manifest, ...rest } = options
  const contents: WindowsContents = rest
  const named = (option: string, path: string) => readNamed(option, path, resolve(base, path), read)
  if (icon !== undefined) contents.icon = typeof icon === 'string' ? await named('icon', icon) : icon
  if (manifest === false) contents.manifest = false
  else if (manifest !== undefined)
    contents.manifest = isXml(manifest) ? manifest : (await named('manifest', manifest)).toString('utf8')
  return contents
}

async function readNamed(option: string, path: string, file: string, read: ReadFile): Promise<Buffer> {
  try {
    return await read(file)
  } catch (cause) {
    if (cause instanceof CompileError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw optionError(`windows.${option}: ${path} cannot be read: ${reason}`, 'check the path', cause)
  }
}
