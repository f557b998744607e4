/** What the signatures of executables for macOS say, and from which version on they run. */
import { safeName } from './file-names.ts'
import { joinMachO, signMachO } from './image/macho-finish.ts'
import { checkKeys, optionError } from './options.ts'

export interface MacosOptions {
  /** What the signature calls the program: 'com.example.hello'. Default: its name. */
  identifier?: string
  /** The least version of macOS: '13' (default), '14.2'; 11 is the first. */
  minimumVersion?: string
}

const WORDS = ['identifier', 'minimumVersion'] as const
const IDENTIFIER = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?$/
const VERSION = /^(\d{1,4})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?$/
/** The first that runs on arm64. */
const FIRST_MACOS = 11

/** Rejects what no executable could hold. @throws CompileError */
export function checkMacos(options: MacosOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError('macos is no object', "write macos: { identifier: 'com.example.hello' }")
  }
  checkKeys('macos', options, WORDS)
  const { identifier, minimumVersion } = options
  if (identifier !== undefined && (typeof identifier !== 'string' || !IDENTIFIER.test(identifier)))
    throw optionError(
      `macos.identifier: ${JSON.stringify(identifier)} is no identifier`,
      'write letters, digits, hyphens and dots: "com.example.hello"',
    )
  if (minimumVersion !== undefined) versionNumber(minimumVersion)
}

/** A version in four bytes: two, one, one. @throws CompileError */
function versionNumber(version: string): number {
  const [, ...parts] = (typeof version === 'string' && VERSION.exec(version)) || []
  const [major = 0, minor = 0, patch = 0] = parts.map((part) => Number(part ?? 0))
  if (major >= FIRST_MACOS && major < 0x10000 && minor < 0x100 && patch < 0x100)
    return major * 0x10000 + minor * 0x100 + patch
  throw optionError(
    `macos.minimumVersion: ${JSON.stringify(version)} is no version of macOS from ${FIRST_MACOS} on`,
    'write "13", "14.2" or "14.2.1"',
  )
}

/** A finished Mach-O file, signed as the options say. @param name the program's. @throws CompileError */
export function finishMacos(file: Uint8Array, name: string, options: MacosOptions): Uint8Array {
  const { identifier = safeName(name), minimumVersion } = options
  return signMachO(file, {
    identifier,
    ...(minimumVersion !== undefined && { minimumVersion: versionNumber(minimumVersion) }),
  })
}

/** One file of those for each processor. All are signed: none is valid beside one that is not. @throws CompileError */
export const joinMacos = (files: readonly Uint8Array[], name: string, options: MacosOptions): Uint8Array =>
  joinMachO(files.map((file) => finishMacos(file, name, options)))
