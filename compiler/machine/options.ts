import type { CanonicalTypes } from '../wasm/canonical-types.ts'

export interface MachineOptions {
  arch: 'x64' | 'arm64'
  /** Where memory 0 of the module lies, if it is its own. */
  memoryAt: number
  /** For arm64: the symbol that the linker finds by where it lies instead. */
  memoryName?: string
  /** What traps call the module: 'hello.wasm'. */
  file: string
  /** Types of all modules of the program: the same for each of them. */
  types?: CanonicalTypes
  /** Bytes of a page that the system can move into memory: large data lies in whole pages then (Linux). */
  imagePage?: number
  /** Imported functions other than WASI's may leave an exception. */
  importsThrow?: boolean
  /** Functions of the C library that the module brings along are the runtime's; default true. */
  replaceLibc?: boolean
  /** Of a library: its calls of WASI work on its own memory, whatever the program's do. */
  ownWasi?: boolean
  /** Imported functions are C; else only WASI's are, and what is imported from none of `modules`. */
  importsAreC?: boolean
  /** Some module of the program has objects that are collected: references of this one may be to them. */
  objects?: boolean
  /** Names of the program's modules. */
  modules?: ReadonlySet<string>
  /** A function `<symbol>_Zentry(arguments, results)` of C for each exported one: 16 bytes for each value. And `<symbol>_Zmemory`. */
  entries?: boolean
}
