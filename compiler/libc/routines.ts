/** Which functions of a module are functions of the C library that `runtime/libc.h` has a faster form of. */
import { isUnchecked } from '../c/memories.ts'
import type { Body } from '../wasm/instructions.ts'
import type { Func, Module } from '../wasm/module.ts'
import { I32 } from '../wasm/types.ts'
import { Fingerprints } from './fingerprint.ts'
import { FINGERPRINTS } from './table.ts'

/** `libc_` and one of these is a function of `runtime/libc.h`. */
export type Routine =
  | 'bcmp'
  | 'memchr'
  | 'memcmp'
  | 'memcpy'
  | 'memmove'
  | 'mempcpy'
  | 'memrchr'
  | 'memset'
  | 'stpcpy'
  | 'stpncpy'
  | 'strcat'
  | 'strchr'
  | 'strchrnul'
  | 'strcmp_difference'
  | 'strcmp_order'
  | 'strcpy'
  | 'strlen'
  | 'strncat'
  | 'strncmp_difference'
  | 'strncmp_order'
  | 'strncpy'
  | 'strnlen'
  | 'strrchr'

/** With as many pages, a 32-bit memory is as large as it can be. */
const ALL_PAGES = 0x10000

export class Routines {
  readonly #fingerprints: Fingerprints | undefined

  constructor(module: Module) {
    const memory = module.memories[0]
    if (memory === undefined || !isUnchecked(memory)) return
    // Another thread may make the memory as large as that while a routine runs that has found it smaller.
    if (memory.type.shared && Number(memory.type.max) >= ALL_PAGES) return
    this.#fingerprints = new Fingerprints(module)
  }

  /** What the function is, undefined for any that is not known instruction by instruction. */
  find(func: Func, body: Body): Routine | undefined {
    const { params, results } = func.type
    if (params.length < 1 || params.length > 3 || results.length !== 1) return undefined
    if (![...params, ...results].every((type) => type === I32)) return undefined
    const fingerprint = this.#fingerprints?.of(func, body)
    return fingerprint === undefined ? undefined : FINGERPRINTS.get(fingerprint)
  }
}
