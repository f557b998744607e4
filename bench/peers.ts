/** The ways in which a C program becomes something that runs: ours, and what it is compared with. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  createExecutable,
  parseProfile,
  type ExecutableOptions,
  type Optimize,
  type Profile,
} from '../compiler/index.ts'
import { paddingObject, paddingZig } from './padding.ts'
import type { Peer } from './report.ts'
import type { Settings } from './settings.ts'
import { attempt, Unavailable } from './sources.ts'
import { findRuntime, type Runtime } from './runtime-peers.ts'
import { CACHE, hostFlags, WORK, zigCc } from './tools.ts'
import { findWasm2c, missingForSegue, translate } from './wasm2c.ts'

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
  missing?: () => string | undefined
  /** Of what is no part of this project nor of its toolchain. */
  version?: () => string
  build: Builder
}

const PERCENT = fileURLToPath(new URL('percent.h', import.meta.url))
const LAYOUT = fileURLToPath(new URL('layout.h', import.meta.url))

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
  await zigCc(wasm, wasmArguments(program), files(program))
  return wasm
}

const wasmArguments = ({ wasmLevel = '-O2', flags = [], wasmFlags = [] }: Program): string[] => [
  '-target',
  'wasm32-wasi',
  wasmLevel,
  ...flags,
  ...wasmFlags,
]

/**
 * The module for ours. What level 1 makes is linked by us: there a function of the module, in front of the program's, makes
 * the layouts.
 */
async function ourWasm(program: Program, padding: number, optimize: Optimize): Promise<string> {
  if (optimize !== 1 || program.layouts === 1) return buildWasm(program)
  const wasm = place(program, `layout-${padding}.wasm`)
  const layout = ['-include', LAYOUT, '-Wl,--export=layout', `-DLAYOUT=${padding}`]
  await zigCc(wasm, [...wasmArguments(program), ...layout], [LAYOUT, ...files(program)])
  return wasm
}

const paddingOf = async (bytes: number) => (process.platform === 'linux' ? [await paddingObject(bytes)] : [])

const native: Builder = async (program, padding, { libc, cpu }) => {
  const output = place(program, `native-${libc}-${padding}`)
  const flags = [...hostFlags(libc, cpu), '-O2', '-lm', ...(program.flags ?? [])]
  await zigCc(output, [...(await paddingOf(padding)), ...flags], files(program))
  return [output]
}

const ours: Builder = async (program, padding, { optimize, cpu, profile }) => {
  const outFile = place(program, `ours-${padding}`)
  const bytes = readFileSync(await ourWasm(program, padding, optimize))
  const toolchain = process.platform === 'linux' ? await paddingZig(padding) : 'zig'
  const options = { file: 'program.wasm', cacheDir: CACHE, optimize, cpu }
  const profileUse = profile ? [await profileOf(program, bytes, options)] : []
  await createExecutable(bytes, { ...options, toolchain, profileUse, outFile })
  return [outFile]
}

/** What a short run of the program counts. */
async function profileOf(program: Program, bytes: Uint8Array, options: ExecutableOptions): Promise<Profile> {
  const outFile = place(program, 'counts')
  await createExecutable(bytes, { ...options, profileGenerate: true, outFile })
  execFileSync(outFile, program.quickArgs, { cwd: place(program), stdio: ['ignore', 'ignore', 'inherit'] })
  const file = place(program, 'program.profile')
  return parseProfile(readFileSync(file), file)
}

/** Ours as another checkout makes it. */
const base: Builder = async (program, padding, { base: checkout, optimize, cpu }) => {
  const compiler = await import(pathToFileURL(join(checkout ?? '', 'compiler/index.ts')).href)
  const outFile = place(program, `base-${padding}`)
  const bytes = readFileSync(await ourWasm(program, padding, optimize))
  const toolchain = await paddingZig(padding)
  await compiler.createExecutable(bytes, { file: 'program.wasm', toolchain, cacheDir: CACHE, optimize, cpu, outFile })
  return [outFile]
}

/** wasm2c with its runtime as shipped, compiled like native code. */
const throughC =
  (segue: boolean): Builder =>
  async (program, padding, { cpu }) => {
    const directory = place(program, segue ? 'segue' : 'wasm2c')
    const { sources, flags } = translate(findWasm2c(), await buildWasm(program), directory)
    const output = join(directory, `program-${padding}`)
    const host = segue ? withSegue(hostFlags('gnu', cpu)) : hostFlags('gnu', cpu)
    await zigCc(output, [...(await paddingOf(padding)), ...host, '-O2', ...flags, '-lm'], sources)
    return [output]
  }

/** The segment is the program's own, so that it is set once. */
const withSegue = (flags: readonly string[]): string[] => [
  ...flags.map((flag) => (flag.startsWith('-mcpu=') ? `${flag}+fsgsbase` : flag)),
  '-DWASM_RT_ALLOW_SEGUE=1',
  '-DWASM_RT_SEGUE_FREE_SEGMENT=1',
]

const runtime =
  (name: Runtime): Builder =>
  async (program) => {
    const found = findRuntime(name)
    const wasm = await buildWasm(program)
    const compiled = place(program, `${name}-${found.version}`)
    if (!existsSync(compiled) || statSync(compiled).mtimeMs < statSync(wasm).mtimeMs) found.compile(wasm, compiled)
    return found.command(compiled)
  }

/** What `find` cannot do here. */
const missing = (find: () => unknown) => (): string | undefined => {
  const found = attempt(find)
  return found instanceof Unavailable ? found.message : undefined
}

const runtimeBuilders = (name: Runtime): Builders => ({
  missing: missing(() => findRuntime(name)),
  version: () => findRuntime(name).version,
  build: runtime(name),
})

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
  wasm2c: { missing: missing(findWasm2c), version: () => findWasm2c().version, build: throughC(false) },
  segue: {
    missing: () => missing(findWasm2c)() ?? missingForSegue(findWasm2c()),
    version: () => `of wasm2c ${findWasm2c().version}`,
    build: throughC(true),
  },
  node: { version: () => process.versions.node, build: node },
  wasmtime: runtimeBuilders('wasmtime'),
  wasmer: runtimeBuilders('wasmer'),
  base: { build: base },
}
