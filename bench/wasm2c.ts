/** wasm2c of any version, as a peer: Debian's, or the one that the environment variable WASM2C names. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Unavailable } from './sources.ts'
import { tool } from './tools.ts'

const DEBIAN = '/usr/bin/wasm2c'
const MAIN = fileURLToPath(new URL('wasm2c/main.c', import.meta.url))

export interface Wasm2c {
  path: string
  version: string
  /** The directory of its runtime: the header that its output includes, and what is linked. */
  runtime: string
  /** It can address memory through a segment register. */
  segue: boolean
}

/** Where a runtime lies from the directory of its wasm2c: installed, in a build folder of its checkout, beside it. */
const RUNTIMES = ['../share/wabt/wasm2c', '../wasm2c', '../../wasm2c', '.']

/** @throws Unavailable if there is none, or its runtime is elsewhere */
export function findWasm2c(env: NodeJS.ProcessEnv = process.env): Wasm2c {
  const { WASM2C: named, WASM2C_RUNTIME: directory } = env
  const path = named ?? DEBIAN
  const version = versionOf(path)
  if (version === undefined)
    throw new Unavailable(named === undefined ? 'needs apt-get install wabt' : `WASM2C=${named} does not run`)
  const home = dirname(realpathSync(path))
  const candidates = directory === undefined ? RUNTIMES.map((from) => join(home, from)) : [directory]
  const runtime = candidates.find((candidate) => existsSync(join(candidate, 'wasm-rt-impl.c')))
  if (runtime === undefined)
    throw new Unavailable(
      `no wasm-rt-impl.c in ${candidates.join(', ')}: WASM2C_RUNTIME=DIRECTORY says where the runtime of ${path} is`,
    )
  const headers = [join(runtime, 'wasm-rt.h'), '/usr/include/wasm-rt.h']
  const header = headers.find((file) => existsSync(file))
  const segue = header !== undefined && readFileSync(header, 'utf8').includes('WASM_RT_ALLOW_SEGUE')
  return { path, version, runtime, segue }
}

/** The first line of what `PROGRAM --version` prints; undefined if it does not run. */
export function versionOf(path: string): string | undefined {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().split('\n')[0] : undefined
}

/** Memory is addressed through a segment register, which programs may set themselves where Linux and the processor let them. */
export function missingForSegue({ version, segue }: Wasm2c): string | undefined {
  if (!segue) return `wasm2c ${version} has none: WASM2C=PATH names a newer one`
  const allowed = existsSync('/proc/cpuinfo') && /\bfsgsbase\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  return allowed ? undefined : 'needs a processor and a Linux with fsgsbase'
}

/** What is compiled to an executable, and the flags that its names and its runtime need. */
export function translate(wasm2c: Wasm2c, wasm: string, directory: string): { sources: string[]; flags: string[] } {
  mkdirSync(directory, { recursive: true })
  const code = join(directory, 'program.c')
  tool(wasm2c.path, [wasm, '-n', 'program', '-o', code])
  // From 1.0.33 on names are others, and memories have a file of their own.
  const renamed = readFileSync(join(directory, 'program.h'), 'utf8').includes('wasm2c_program_instantiate')
  const parts = ['wasm-rt-impl.c', 'wasm-rt-mem-impl.c'].map((name) => join(wasm2c.runtime, name))
  return {
    sources: [code, MAIN, ...parts.filter((file) => existsSync(file))],
    flags: [
      '-w',
      '-I',
      directory,
      '-I',
      wasm2c.runtime,
      '-idirafter',
      '/usr/include',
      ...(renamed ? ['-DNEW_NAMES'] : []),
    ],
  }
}
