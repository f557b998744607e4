import type { CompiledModule, CompileOptions, ModuleInfo } from './compile.ts'
import type { BuildOptions, Grants, NormalGrants, Optimize } from './options.ts'
import type { TargetName } from './targets.ts'
import type { ToolchainInfo } from './toolchain/index.ts'

export interface ExecutableOptions extends BuildOptions, CompileOptions {
  grants?: Grants
}

/** One executable, complete on disk. */
export interface Executable {
  target: TargetName
  /** Rust's triple of the target. */
  triple: string
  /** The module's name and the target's extension: 'hello.exe'. */
  fileName: string
  /** Absolute path: `outFile` where that was asked for, else a file in the cache, to be read or copied soon and not changed. */
  path: string
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
  /** It was there before, nothing was compiled or linked. */
  cached: boolean
  milliseconds: number
}

/** Executables of one module for several targets, in the order of the targets' table. */
export interface Build {
  module: ModuleInfo
  toolchain: ToolchainInfo
  optimize: Optimize
  grants: NormalGrants
  executables: Executable[]
}

/** Builds executables for several targets (`host` and `all` included); they share the C and one queue of compilers. */
export declare function createExecutables(
  input: Uint8Array | CompiledModule,
  options?: ExecutableOptions & {
    targets?: readonly string[]
    /** Where a target's executable is written: temporary name, then renamed, mode 0755. */
    outFile?: (target: TargetName) => string | undefined
  },
): Promise<Build>

/** Builds one executable; default target: `host`. */
export declare function createExecutable(
  input: Uint8Array | CompiledModule,
  options?: ExecutableOptions & { target?: string; outFile?: string },
): Promise<Executable & Omit<Build, 'executables'>>
