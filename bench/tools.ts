import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostTarget, type Cpu } from '../compiler/index.ts'
import { findToolchain } from '../compiler/toolchain/index.ts'

export const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url))
/** Where builds go; not under version control. */
export const WORK = fileURLToPath(new URL('.tmp/', import.meta.url))
export const CACHE = fileURLToPath(new URL('../node_modules/.cache/unplugin-wasm-exe', import.meta.url))

/** Runs a build step. @throws with the tool's own words */
export function tool(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): void {
  const { status, stderr, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    cwd,
    env: { ...process.env, ...env },
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${status}\n${stderr}`)
}

/** The path of Zig's binary. */
export async function zigPath(): Promise<string> {
  return (await findToolchain({ cacheDir: CACHE })).info.path
}

/** Calls Zig, with caches beside ours. */
export async function zig(args: readonly string[]): Promise<void> {
  tool(await zigPath(), args, { ZIG_GLOBAL_CACHE_DIR: `${CACHE}/zig`, ZIG_LOCAL_CACHE_DIR: `${CACHE}/zig` })
}

/** Calls `zig cc`, unless `output` is there from the same arguments and files. */
export async function zigCc(output: string, args: readonly string[], files: readonly string[]): Promise<void> {
  const hash = createHash('sha256').update([await zigPath(), ...args].join('\0'))
  for (const file of files) hash.update('\0').update(readFileSync(file))
  const key = hash.digest('hex')
  const remembered = `${output}.key`
  if (existsSync(output) && existsSync(remembered) && readFileSync(remembered, 'utf8') === key) return
  mkdirSync(dirname(output), { recursive: true })
  await zig(['cc', ...args, ...files.filter((file) => !file.endsWith('.h')), '-o', output])
  writeFileSync(remembered, key)
}

/** This machine with a C library and a processor: that of our executables, the least of its kind unless it is named. */
export function hostFlags(libc: 'gnu' | 'musl', cpu: Cpu = 'baseline'): string[] {
  const target = hostTarget()
  if (target === undefined) throw new Error(`no executables can be built for ${process.platform}-${process.arch}`)
  return [
    '-target',
    target.zig.replace('none', libc),
    `-mcpu=${cpu.replaceAll('-', '_')}`,
    ...(libc === 'musl' ? ['-static'] : []),
  ]
}

/** Debian's rustc: the one whose standard library for wasm32-wasi Debian has too (libstd-rust-dev-wasm32). */
export const RUSTC = '/usr/bin/rustc'

/** What is missing for Rust programs, undefined if nothing is. */
export function missingForRust(): string | undefined {
  if (!existsSync(RUSTC)) return 'needs Debian’s rustc: apt-get install rustc'
  if (!existsSync('/usr/lib/rustlib/wasm32-wasi')) return 'needs apt-get install libstd-rust-dev-wasm32'
  if (!existsSync('/usr/bin/wasm-ld-14')) return 'needs apt-get install lld-14'
  return undefined
}

/** The machine, for reports. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${model}, ${cpus().length} cores, ${process.platform}-${process.arch}, Node ${process.versions.node}`
}
