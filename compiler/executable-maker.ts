import type { CompiledModule } from './compile.ts'
import type { EmbeddedFiles } from './embed.ts'
import type { Backend, Optimize } from './options.ts'
import type { ProgramPlan } from './plan.ts'
import type { ProgramInfo } from './program-info.ts'
import type { StoredFile } from './store.ts'
import type { Target } from './targets.ts'
import type { ToolchainInfo } from './toolchain/index.ts'

/** A program that is ready to be generated. */
export interface PlannedProgram {
  plan: ProgramPlan
  info: ProgramInfo
  /** What `info` describes as embedded. */
  files: EmbeddedFiles
  /** The program's module, if it came with its C. */
  compiled?: CompiledModule
  /** A hash of all that decides what its modules' code is. */
  codeKey: string
}

/** What made an executable. */
export interface Made {
  /** What wrote the code. */
  backend: Backend
  /** What compiled it: a C compiler, or this package. */
  toolchain: ToolchainInfo
  optimize: Optimize
}

/** One way to make executables. */
export interface ExecutableMaker extends Made {
  /** What it makes counts what it runs. */
  counts?: boolean
  /** All beside the program itself that decides what an executable holds. @param module the program's name */
  key(target: Target, module: string): Promise<string[]>
  /**
   * Makes a program's executables.
   * @param keep puts what `write` writes to a path of its own among the cached files
   */
  make(
    program: PlannedProgram,
    targets: readonly Target[],
    keep: (target: Target, write: (temporary: string) => Promise<void>) => Promise<StoredFile>,
  ): Promise<StoredFile[]>
}
