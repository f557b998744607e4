import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findToolchain } from '../compiler/toolchain/index.ts'

export const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url))
/** Where builds go; not under version control. */
export const WORK = fileURLToPath(new URL('.tmp/', import.meta.url))
const CACHE = fileURLToPath(new URL('../node_modules/.cache/unplugin-wasm-exe', import.meta.url))

/** Runs a build step. @throws with the tool's own words */
export function tool(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
}

/** Calls Zig, with caches beside ours. */
export async function zig(args: readonly string[]): Promise<void> {
  const { info } = await findToolchain({ cacheDir: CACHE })
  tool(info.path, args, { ZIG_GLOBAL_CACHE_DIR: `${CACHE}/zig`, ZIG_LOCAL_CACHE_DIR: `${CACHE}/zig` })
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
