/** What the generator of C hands to the toolchain. */
import type { CanonicalTypes } from '../wasm/canonical-types.ts'

/** Shape of the generated C. Nothing here depends on the target: that is left to macros given to the C compiler. */
export interface GenerateOptions {
  /** Name in trap messages: 'hello.wasm'. */
  file: string
  /** Bytes of wasm function bodies that a chunk aims at. Default 32 KiB, in large modules 96; `Infinity` makes one chunk. */
  chunkBytes?: number
  /** Bytes of a function body from which it gets a chunk of its own. Default 64 KiB. */
  aloneBytes?: number
  /** With `#line` for every statement: the line that it comes from, or the offset in the module. */
  debug?: boolean
  /**
   * Functions imported from other modules than WASI may leave exceptions. By default they may if the module uses
   * exceptions itself; say so for the modules of a program of which some other one does.
   */
  importsThrow?: boolean
  /** The types of the program's other modules, so that equal ones have equal identities. Default: there are none. */
  types?: CanonicalTypes
  /** Some module of the program has objects that are collected. Default: the module itself. */
  objects?: boolean
  /** WASI's calls are made through functions of the module's own; see wasi-calls.ts. Default false. */
  ownWasi?: boolean
  /** Functions of the C library that the module brings along are done by the runtime's, default true; see ../libc/. */
  replaceLibc?: boolean
  /** Is given each chunk but the last when it is finished, and says what is kept of it. Default: all. */
  keep?: (chunk: Chunk) => Chunk
}

/** One translation unit. */
export interface Chunk {
  /** Stem for the C file and the object: 'hello' or, by its first function, 'hello-f120'. */
  name: string
  code: string
  /** How many wasm functions it defines. */
  functions: number
  /** Bytes of their bodies in the wasm file. */
  bytes: number
  /** Holds one function so large, 256 KiB and more, that compilers take a minute for it at level 2. */
  giant: boolean
}

/** A file that a chunk includes with `.incbin` or `.include`; must be in a directory given with `-I`. */
export interface DataFile {
  name: string
  bytes: Uint8Array
}

export interface Generated {
  /** The module's C name, the first part of all its symbols. `<symbol>_instantiate` starts it, `<symbol>_module` describes it. */
  symbol: string
  chunks: Chunk[]
  /** The header for C programs that link the module; file name `<stem>.h`. */
  header: string
  data: DataFile[]
}
