/**
 * The compiler as a library: WebAssembly bytes in, executables, object files and headers out.
 *
 * Prints nothing and reads no global state but the environment variables named in the documentation. Everything that
 * fails is a {@link CompileError}; an aborted signal rejects with the signal's reason.
 */
export { isIntact } from './checked-file.ts'
export { defaultCacheDir } from './store.ts'
export { CompileError } from './errors.ts'
export {
  BACKENDS,
  backendOf,
  CPUS,
  DEFAULT_CPU,
  DEFAULT_OPTIMIZE,
  OPTIMIZE_LEVELS,
  STAGES,
  checkKeys,
  normalizeGrants,
  parseCpu,
  parseOptimize,
  type ArgsGrant,
  type Backend,
  type BuildOptions,
  type Cpu,
  type DirGrant,
  type DirGrantOptions,
  type Grants,
  type NormalGrants,
  type Optimize,
  type Progress,
  type Stage,
} from './options.ts'
export {
  ALL_TARGETS,
  DEFAULT_TARGETS,
  TARGETS,
  TARGET_NAMES,
  findTarget,
  type Target,
  type TargetName,
  type TargetSelector,
} from './targets.ts'
export { hostTarget, selectTarget, selectTargets } from './target-selection.ts'
export { compile, programName, type CompiledModule, type CompileOptions, type ModuleInfo } from './compile.ts'
export {
  createExecutable,
  createExecutables,
  type Build,
  type Executable,
  type ExecutableOptions,
} from './executable.ts'
export { grantWarnings } from './grant-warnings.ts'
export { parseProfile, type Profile } from './c/profile/profile.ts'
export { parseHeapMax } from './heap.ts'
export { checkMacos, joinMacos, type MacosOptions } from './macos.ts'
export { readWindows, windowsFiles } from './system-files.ts'
export { checkWindows, type WindowsOptions } from './windows.ts'
export { type Made } from './executable-maker.ts'
export { hasMachineCode } from './machine-targets.ts'
export { libraryInfo, type Library, type LibraryInfo } from './modules.ts'
export { checkEmbed, readEmbedded, type Embed, type EmbeddedFiles, type EmbeddedInfo } from './embed.ts'
export { type ProgramInfo } from './program-info.ts'
export { createHeader, createObject, type ObjectFile, type ObjectOptions } from './object.ts'
export { type ToolchainInfo } from './toolchain/index.ts'
export { isComponent } from './component/preamble.ts'
export { decode, type DecodeOptions } from './wasm/decode.ts'
export { validateModule, type ValidateOptions } from './wasm/validate.ts'
export { importedFrom } from './wasm/program.ts'
export { checkProgram } from './wasm/recognize.ts'
export type { Module } from './wasm/module.ts'
export { assemble } from './wat.ts'
