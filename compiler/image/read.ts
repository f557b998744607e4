import { malformed } from './malformed.ts'
import type { RelocatableObject } from './object.ts'
import { readCoff } from './read-coff.ts'
import { readElf } from './read-elf.ts'
import { readMachO } from './read-macho.ts'

/** Reads a relocatable object as gcc, clang and Zig make them for x64 and arm64. @throws CompileError */
export function readObject(file: Uint8Array, name: string): RelocatableObject {
  const magic = file.length < 20 ? 0 : ((file[0] << 24) | (file[1] << 16) | (file[2] << 8) | file[3]) >>> 0
  const read = magic === 0x7f454c46 ? readElf : magic === 0xcffaedfe ? readMachO : readCoff
  try {
    return read(file, name)
  } catch (error) {
    if (error instanceof RangeError) throw malformed(name, 'the object file is cut short')
    throw error
  }
}
