/** Checks names and versions that become packages, files and commands. */
import { isDevice } from '../../compiler/file-names.ts'
import { CompileError } from '../../compiler/index.ts'

/** Semantic Versioning 2.0.0, to the letter. */
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/
/** What npm's registry takes for new packages. */
const PACKAGE = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/
const RESERVED = new Set(['node_modules', 'favicon.ico'])
const MAX_PACKAGE = 214
/** What every shell and file system takes for a command. */
const COMMAND = /^[a-zA-Z\d][\w.+-]{0,99}$/
/** What ends a path or a name somewhere, is taken by Windows, or is not to be seen and may show the rest in another order. */
const NOT_PLAIN = /[/\\?#:"<>|*]|(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]|^[. ]+$/gu

/** A file's name on every system, and no directory's or device's. */
export function plainName(name: string): string {
  const plain = name.replaceAll(NOT_PLAIN, '_')
  return isDevice(plain) ? `_${plain}` : plain
}

/** @param suffix that the longest of the packages has behind the name. @throws CompileError */
export function checkPackageName(name: unknown, suffix = ''): string {
  const last = typeof name === 'string' ? name.slice(name.indexOf('/') + 1) : ''
  if (typeof name === 'string' && PACKAGE.test(name) && !RESERVED.has(last) && !isDevice(last)) {
    if (name.length + suffix.length <= MAX_PACKAGE) return name
    throw optionError(
      `${name}${suffix} is longer than the ${MAX_PACKAGE} characters that npm takes`,
      'choose a shorter name',
    )
  }
  throw optionError(
    `${JSON.stringify(name)} is no name of an npm package`,
    'write lower-case letters, digits, hyphens, dots and underscores: hello or @you/hello',
  )
}

/** @throws CompileError */
export function checkVersion(version: unknown): string {
  if (typeof version === 'string' && version.length <= 256 && SEMVER.test(version)) return version
  throw optionError(
    `${JSON.stringify(version)} is no version`,
    'write three numbers, and what follows a hyphen: 1.2.3 or 1.2.3-beta.1',
  )
}

/** @throws CompileError */
export function checkCommand(name: unknown): string {
  if (typeof name === 'string' && COMMAND.test(name) && !isDevice(name)) return name
  throw optionError(
    `${JSON.stringify(name)} is no name of a command`,
    'write letters, digits, hyphens, dots and underscores, a letter or digit first: bin: "hello", --bin hello',
  )
}

export const optionError = (message: string, hint?: string): CompileError =>
  new CompileError(message, { code: 'option', hint })
