import type { BuildContext } from './c-build.ts'
import type { Unit } from './unit.ts'
import { symbol } from './c/symbols.ts'
import { prototype } from './c/types.ts'
import { STACK_FUNCTIONS, TRAP_FUNCTIONS } from './component/traps.ts'
import { GIVEN } from './wasm/given.ts'
import { WASI_FUNCTIONS, WASI_MODULE, WASI_UNSTABLE } from './wasi.ts'
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
  /** It has objects that are collected. */
  objects: boolean
  embed: boolean
  listen: boolean
  /** It has sockets. */
  net: boolean
  /** It counts its blocks. */
  profile: boolean
}

/**
 * The runtime as a unit: compiled once for each target, toolchain and choice of parts. Calls that a program does not import
 * are not compiled: a first build takes half the time, and what is left is smaller than what a linker could leave.
 */
export function runtimeUnit({ sources }: BuildContext, needs: RuntimeNeeds): Unit {
  const code = [
    ...macros(needs).map((macro) => `#define ${macro}`),
    '#include "types.h"',
    ...notImported(needs.imports),
    '#include "runtime.c"',
    '',
  ].join('\n')
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

/** Whether one of the modules has imports of 2019: its calls lead to any of today's. */
const isUnstable = (imports: readonly ImportName[]): boolean => imports.some(({ module }) => module === WASI_UNSTABLE)

/** Declarations that make the calls that no module imports static: the compiler leaves them out, with all that only they use. */
function notImported(imports: readonly ImportName[]): string[] {
  const unstable = isUnstable(imports)
  const names = new Set(imports.map(({ module, name }) => symbol(module, name)))
  const calls = [...WASI_FUNCTIONS.values()].map(({ name, type }) => ({ name: symbol(WASI_MODULE, name), type }))
  const given = [...GIVEN, ...TRAP_FUNCTIONS, ...STACK_FUNCTIONS].flatMap(({ module, name, type }) =>
    type ? [{ name: symbol(module, name), type }] : [],
  )
  return [...(unstable ? [] : calls), ...given]
    .filter(({ name }) => !names.has(name))
    .map(({ name, type }) => `static ${prototype(name, type, false)};`)
}

/** See runtime/runtime.c. */
function macros({ imports, atomics, rounding, threads, objects, embed, listen, net, profile }: RuntimeNeeds): string[] {
  const unstable = isUnstable(imports)
  const setsFlags = imports.some(({ name }) => /^path_open$|^sock_accept$|^fd_fdstat_set_flags$/.test(name))
  const chosen: Record<string, boolean> = {
    WASM_EMBED: embed,
    WASM_GC: objects,
    WASM_LISTEN: listen,
    WASM_NET: net,
    WASM_PROFILE: profile,
    WASM_THREADED: threads,
    WASM_WITHOUT_ATOMICS: !atomics,
    WASM_WITHOUT_FLAGS: !setsFlags && !unstable,
    WASM_WITHOUT_ROUNDING: !rounding,
    WASM_WITHOUT_UNSTABLE: !unstable,
  }
  return Object.keys(chosen).filter((macro) => chosen[macro])
}
