/** Our own linker: objects in, the bytes of an executable out, the same on every machine. */
import { writeElf } from './elf.ts'
import { writeMachO } from './macho.ts'
import { TLS_DIRECTORY_SYMBOL, writePe } from './pe.ts'
import type { RelocatableObject } from './object.ts'
import { resolve, type ImageTarget, type Imports } from './resolve.ts'

export interface LinkOptions {
  target: ImageTarget
  /** The executable's name: macOS's code signatures hold it. */
  name: string
  /** What the system's libraries have. */
  imports: Imports
}

/** Where each system starts a program. */
const ENTRY = { linux: '_start', darwin: 'main', win32: 'mainCRTStartup' } as const

/** @throws CompileError; UndefinedSymbolsError, a kind of it, if something is missing */
export function linkImage(objects: readonly RelocatableObject[], { target, name, imports }: LinkOptions): Uint8Array {
  const entry = ENTRY[target.platform]
  const program = resolve(target, objects, entry, target.platform === 'win32' ? [TLS_DIRECTORY_SYMBOL] : [], imports)
  switch (target.platform) {
    case 'linux':
      return writeElf(program, entry)
    case 'darwin':
      return writeMachO(program, entry, name)
    case 'win32':
      return writePe(program, entry)
  }
}
