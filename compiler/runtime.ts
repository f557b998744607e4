import type { BuildContext } from './build.ts'
import type { Unit } from './unit.ts'
import { WASI_UNSTABLE } from './wasi.ts'
import type { ImportName } from './wasm/module.ts'

/** What decides which parts of the runtime a program gets. */
export interface RuntimeNeeds {
  /** Calls of WASI that its modules import. */
  imports: readonly ImportName[]
  /** One of its modules may wait on memory, or wake who does. */
  atomics: boolean
  /** One of its modules may round floating-point numbers. */
  rounding: boolean
  /** It starts threads. */
  threads: boolean
  embed: boolean
  listen: boolean
}

/**
 * The runtime as a unit: compiled once for each target, toolchain and choice of parts. The linker would drop what a program
 * does not import; not compiling it halves the time of a first build.
 */
export function runtimeUnit({ sources }: BuildContext, needs: RuntimeNeeds): Unit {
  const code = [...macros(needs).map((macro) => `#define ${macro}`), '#include "runtime.c"', ''].join('\n')
  return {
    kind: 'runtime',
    module: '',
    name: 'runtime-parts',
    code,
    includes: sources.runtimeHash,
    data: [],
    contents: 'the runtime of unplugin-wasm-exe',
    weight: 100_000,
  }
}

/** See runtime/runtime.c. */
function macros({ imports, atomics, rounding, threads, embed, listen }: RuntimeNeeds): string[] {
  const unstable = imports.some(({ module }) => module === WASI_UNSTABLE)
  const imported = (pattern: RegExp): boolean => unstable || embed || imports.some(({ name }) => pattern.test(name))
  const chosen: Record<string, boolean> = {
    WASM_EMBED: embed,
    WASM_LISTEN: listen,
    WASM_THREADED: threads,
    WASM_WITHOUT_ATOMICS: !atomics,
    WASM_WITHOUT_FLAGS: !imported(/^path_open$|^sock_accept$|^fd_fdstat_set_flags$/),
    WASM_WITHOUT_PATHS: !imported(/^path_|^fd_readdir$/),
    WASM_WITHOUT_POLL: !listen && !imported(/^poll_|^sock_/),
    WASM_WITHOUT_ROUNDING: !rounding,
    WASM_WITHOUT_UNSTABLE: !unstable,
  }
  return Object.keys(chosen).filter((macro) => chosen[macro])
}
