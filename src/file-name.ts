import { CompileError } from '../compiler/errors.ts'
import { isDevice } from '../compiler/file-names.ts'
import { printable } from '../compiler/printable.ts'
import { didYouMean } from '../compiler/suggest.ts'
import type { BuiltFile } from './pipeline.ts'

const PLACEHOLDERS = ['name', 'target', 'triple', 'hash', 'ext']
const PLACEHOLDER = /\[(\w+)\]/g

/** What a file is called before a bundler adds its hash: 'hello-linux-x64', 'hello-win32-x64.exe'. */
export const PLAIN_NAME = '[name]-[target][ext]'
/** The same with our own hash, where a bundler gives none. */
export const HASHED_NAME = '[name]-[target]-[hash][ext]'

/** Where Tauri's `externalBin` looks. */
export const TAURI_DIRECTORY = 'src-tauri/binaries'
export const TAURI_NAME = '[name]-[triple][ext]'

/** @throws CompileError for a template that would leave the output directory or has an unknown placeholder */
export function checkTemplate(template: string): string {
  if (typeof template !== 'string' || template === '') {
    throw templateError('fileName is no template', `write fileName: "bin/${HASHED_NAME}"`)
  }
  for (const [placeholder, word] of template.matchAll(PLACEHOLDER)) {
    if (PLACEHOLDERS.includes(word)) continue
    const known = PLACEHOLDERS.map((name) => `[${name}]`)
    throw templateError(
      `fileName has an unknown placeholder ${placeholder}${didYouMean(placeholder, known)}`,
      `known are ${known.join(', ')}`,
    )
  }
  if (/[[\]:]/.test(template.replaceAll(PLACEHOLDER, ''))) {
    throw templateError(
      `fileName "${printable(template)}" has a bracket or a colon that belongs to no placeholder`,
      `placeholders are ${PLACEHOLDERS.map((name) => `[${name}]`).join(', ')}`,
    )
  }
  if (/\p{Cc}/u.test(template)) {
    throw templateError(`fileName "${printable(template)}" has control characters`, 'take them out')
  }
  if (/[?#]/.test(template)) {
    throw templateError(`fileName "${printable(template)}" has a ? or #, which ends a path in a URL`, 'take it out')
  }
  const slashed = emittedName(template.replaceAll('\\', '/'))
  if (!template.includes('[target]') && !template.includes('[triple]')) {
    throw templateError(
      `fileName "${printable(template)}" gives every target the same name`,
      'put [target] or [triple] into the template',
    )
  }
  return slashed
}

/**
 * A name that is in the output directory, on every system, without parts that mean nothing. What decides is what came of
 * a template, a module's name and a bundler's rules, not what they were.
 * @throws CompileError for any other name
 */
export function emittedName(name: string): string {
  const parts = name.split(/[\\/]/)
  // Windows takes dots and spaces from the end of a name, so that '.. .' is '..' there.
  const isUp = (part: string) => part.includes('..') && /^[. ]+$/.test(part)
  if (parts.some(isUp) || /^(?:[\\/]|[a-z]:)/i.test(name) || name.includes('\0')) {
    throw templateError(
      `the file name "${printable(name)}" leads out of the output directory`,
      'write a relative path without ".." as fileName, and see what the placeholders in it stand for',
    )
  }
  if (/^[. ]*$/.test(parts.at(-1)!)) {
    throw templateError(`the file name "${printable(name)}" is a directory’s`, 'end fileName with a name')
  }
  const device = parts.find(isDevice)
  if (device !== undefined) {
    throw templateError(
      `the file name "${printable(name)}" has the part "${printable(device)}", which is a device on Windows`,
      'put more into fileName than [name] between slashes, or call the module otherwise',
    )
  }
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

/**
 * What a name is to file systems that tell neither capital letters (of which `σ` and `ς` have one) nor forms of Unicode apart, to
 * those that leave out what is not to be seen, and to Windows, which takes dots and spaces from the ends of names.
 */
export const placeOf = (name: string): string =>
  name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKC')
    .replaceAll(/(?<=[^./\\ ])[. ]+(?=[/\\]|$)/g, '')

/** A file's name by a template. The hash is the first eight characters of the content's, in letters and digits. */
export function formatFileName(template: string, file: BuiltFile): string {
  return emittedName(fillTemplate(template, file, shortHash(file.integrity)))
}

/** The same for a file whose content, and so its hash, is not known yet: `hash` stands for it. */
export function fillTemplate(
  template: string,
  { name, target, triple, ext }: Pick<BuiltFile, 'name' | 'target' | 'triple' | 'ext'>,
  hash: string,
): string {
  const values: Record<string, string> = { name: name.replaceAll(/[?#\p{Cc}]/gu, '_'), target, triple, hash, ext }
  return template.replaceAll(PLACEHOLDER, (_, word: string) => values[word])
}

/** The last part of a name for bundlers to add their hash to. They take what follows any dot for an extension. */
export function undottedName(template: string, file: BuiltFile): string {
  const name = lastPart(formatFileName(template, file))
  const stem = name.slice(0, name.length - file.ext.length)
  return name === stem + file.ext ? stem.replaceAll('.', '_') + file.ext : name.replaceAll('.', '_')
}

/**
 * What an executable was made of, for the bundlers' own manifests: the import of this one target.
 * @param path the module's, relative to the project's root
 */
export function originalName(path: string, { target }: Pick<BuiltFile, 'target'>): string {
  return `${path.replaceAll('\\', '/')}?target=${target}&exe`
}

/** Eight characters of an integrity string that file systems and URLs do not mind. */
export function shortHash(integrity: string): string {
  return hexHash(integrity).slice(0, 8)
}

/** The hash in an integrity string, in hexadecimal. */
export function hexHash(integrity: string): string {
  return Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex')
}

/** The last part of a path or URL, without query. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[?#].*$/, '')
}

function templateError(message: string, hint: string): CompileError {
  return new CompileError(message, { code: 'option', hint })
}
