import type { CodeTarget, Target } from '../targets.ts'
import type { Need } from '../levels.ts'
import type { Cpu, Optimize } from '../options.ts'
import type { RunResult } from './process.ts'
import { findCc } from './cc.ts'
import { findZig } from './zig.ts'

/** The compiler that was used, as results and manifests record it: a C compiler, or this package itself. */
export interface ToolchainInfo {
  name: 'zig' | 'gcc' | 'clang' | 'unplugin-wasm-exe'
  version: string
  /** Absolute path; of this package its directory. */
  path: string
  /** Hex, of the binary; null for a system compiler and this package. */
  sha256: string | null
  /** The hash is the one pinned for this version and platform. */
  verified: boolean
}

/** What is being compiled: a module's C, the runtime, or the program's configuration. */
export type UnitKind = 'module' | 'runtime' | 'config'

/** Everything but the source that decides what an object file contains. */
export interface CompileMode {
  target: CodeTarget
  /** For an executable, or for an object file that C programs link. */
  form: 'executable' | 'object'
  kind: UnitKind
  /** The module's name: decides where an object's memory lies. */
  module: string
  /** Which place the memory of an executable's library takes, 1 or more; that of the program has no number. */
  memorySlot?: number
  optimize: Optimize
  /** Of modules for x64. */
  cpu: Cpu
  debug: boolean
}

/** One call of the compiler or linker. */
export interface Call {
  /** Relative to it sources are named, which keeps the place out of the results. */
  cwd: string
  /** Where the compiler may keep files of its own during this build. */
  scratch: string
  signal?: AbortSignal
}

export interface CompileCall extends Call {
  mode: CompileMode
  /** The directory of wasm.h, from `cwd`. */
  include: string
  source: string
  /** From `cwd`: how often the lines of the source are run, in clang's words. */
  samples?: string
  /** From `cwd`: LLVM writes under a temporary name in which every % of a path becomes a random digit. */
  output: string
  /** ccache and the like. */
  launcher?: string
}

export interface LinkCall extends Call {
  target: Target
  /** The directory of the linker scripts that targets name, from `cwd`. */
  runtime: string
  debug: boolean
  /** Absolute paths. */
  objects: readonly string[]
  /** From `cwd`, as {@link CompileCall.output}. */
  output: string
}

/** A C compiler with its linker. The calls report failure of the tool in their result, not as an exception. */
export interface Toolchain {
  info: ToolchainInfo
  /** Changes when the same input could give other bytes; part of every cache key. */
  identity: string
  /** The flags that decide what an object contains: part of its cache key, and the same in every directory. */
  flags(mode: CompileMode): string[]
  supports(target: Target): boolean
  compile(call: CompileCall): Promise<RunResult>
  link(call: LinkCall): Promise<RunResult>
  /** Puts objects into a static library. */
  archive(call: Omit<LinkCall, 'debug' | 'runtime'>): Promise<RunResult>
}

export interface ToolchainOptions {
  toolchain?: string
  /** The cache directory, for what is remembered about binaries. */
  cacheDir: string
  signal?: AbortSignal
  /** Why it is looked for. */
  need?: Need
}

/**
 * Finds the C compiler that the `toolchain` option asks for.
 * @throws CompileError saying what to do if there is none
 */
export async function findToolchain(options: ToolchainOptions): Promise<Toolchain> {
  return options.toolchain === 'cc' ? findCc(options) : findZig(options)
}
