/** The ways in which a C program becomes something that runs: ours, and what it is compared with. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createExecutable } from '../compiler/index.ts'
import { paddingObject, paddingZig } from './padding.ts'
import type { Peer } from './report.ts'
import type { Settings } from './settings.ts'
import { CACHE, hostFlags, tool, WORK, zigCc } from './tools.ts'

/** A program in C, or in C++ without its library. */
export interface Program {
  name: string
  /** How the module is optimized before it is ours; `-O2` when left out, as native code always is. */
  wasmLevel?: string
  /** Paths. */
  sources: readonly string[]
  flags?: readonly string[]
  /** Of the module alone. */
  wasmFlags?: readonly string[]
  /** The arguments of a run that takes about a second, and of a short one. */
  args: readonly string[]
  quickArgs: readonly string[]
  /** How many layouts of its code are measured; default: all. In a large program chance evens out. */
  layouts?: number
}

/** Builds the program with `padding` bytes before its code, and gives the command that runs it. */
type Builder = (program: Program, padding: number, settings: Settings) => Promise<string[]>

export interface Builders {
  /** What is missing here, undefined if nothing is. */
  missing?: string
  build: Builder
}

const PERCENT = fileURLToPath(new URL('percent.h', import.meta.url))

const place = (program: Program, ...names: string[]) => join(WORK, 'programs', program.name, ...names)

/** The sources, and the headers that lie beside them or are shared. */
export function files({ sources }: Program): string[] {
  const headers = [...new Set(sources.map((source) => dirname(source)))].flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.h'))
      .map((name) => join(directory, name)),
  )
  return [...sources, ...headers, PERCENT]
}

/** The module that all but the native program are made of. */
export async function buildWasm(program: Program): Promise<string> {
  const wasm = place(program, 'program.wasm')
  const { wasmLevel = '-O2', flags = [], wasmFlags = [] } = program
  await zigCc(wasm, ['-target', 'wasm32-wasi', wasmLevel, ...flags, ...wasmFlags], files(program))
  return wasm
}

const paddingOf = async (bytes: number) => (process.platform === 'linux' ? [await paddingObject(bytes)] : [])

const native: Builder = async (program, padding, { libc, cpu }) => {
  const output = place(program, `native-${libc}-${padding}`)
  const flags = [...hostFlags(libc, cpu), '-O2', '-lm', ...(program.flags ?? [])]
  await zigCc(output, [...(await paddingOf(padding)), ...flags], files(program))
  return [output]
}

const ours: Builder = async (program, padding, { optimize, cpu }) => {
  const outFile = place(program, `ours-${padding}`)
  const bytes = readFileSync(await buildWasm(program))
  const toolchain = process.platform === 'linux' ? await paddingZig(padding) : 'zig'
  await createExecutable(bytes, { file: 'program.wasm', toolchain, cacheDir: CACHE, optimize, cpu, outFile })
  return [outFile]
}

/** Ours as another checkout makes it. */
const base: Builder = async (program, padding, { base: checkout, optimize, cpu }) => {
  const compiler = await import(pathToFileURL(join(checkout ?? '', 'compiler/index.ts')).href)
  const outFile = place(program, `base-${padding}`)
  const bytes = readFileSync(await buildWasm(program))
  const toolchain = await paddingZig(padding)
  await compiler.createExecutable(bytes, { file: 'program.wasm', toolchain, cacheDir: CACHE, optimize, cpu, outFile })
  return [outFile]
}

/** Debian's; npm's wabt has a newer one without its runtime. */
const WASM2C = '/usr/bin/wasm2c'
const WASM2C_RUNTIME = '/usr/share/wabt/wasm2c/wasm-rt-impl.c'
const WASM2C_MAIN = fileURLToPath(new URL('wasm2c/main.c', import.meta.url))

const wasm2c: Builder = async (program, padding, { cpu }) => {
  const directory = place(program, 'wasm2c')
  mkdirSync(directory, { recursive: true })
  const code = join(directory, 'program.c')
  tool(WASM2C, [await buildWasm(program), '-n', 'program', '-o', code])
  const output = join(directory, `program-${padding}`)
  const flags = [...hostFlags('gnu', cpu), '-O2', '-w', '-I', directory, '-idirafter', '/usr/include', '-lm']
  await zigCc(output, [...(await paddingOf(padding)), ...flags], [code, WASM2C_MAIN, WASM2C_RUNTIME])
  return [output]
}

const NODE_WASI = fileURLToPath(new URL('node-wasi.mjs', import.meta.url))

/** V8's fast calls into node:wasi crash Node 20 when memory.grow starts a garbage collection below one. */
const NODE_FLAGS = ['--no-warnings', '--no-turbo-fast-api-calls']

/** Runs a module in the Node that runs this. */
export const nodeCommand = (wasm: string): string[] => [process.execPath, ...NODE_FLAGS, NODE_WASI, wasm]

const node: Builder = async (program) => nodeCommand(await buildWasm(program))

export type SubjectName = 'ours' | Peer

/** Everything a program can be run as. */
export const BUILDERS: Record<SubjectName, Builders> = {
  ours: { build: ours },
  native: { build: native },
  wasm2c: { missing: existsSync(WASM2C_RUNTIME) ? undefined : 'needs apt-get install wabt', build: wasm2c },
  node: { build: node },
  base: { build: base },
}
