import type { CompiledModule, CompileOptions } from './compile.ts'
import type { BuildOptions } from './options.ts'
import type { TargetName } from './targets.ts'

export interface ObjectOptions extends BuildOptions, CompileOptions {
  /** Default `host`. */
  target?: string
  /** Where the object goes; a name that ends in `.a` makes it an archive. */
  outFile?: string
}

/** The module and its runtime in one file that a C program links. */
export interface ObjectFile {
  target: TargetName
  triple: string
  fileName: string
  path: string
  size: number
  integrity: string
  milliseconds: number
}

/** Builds an object file (or archive) for C programs: they include the header and link with nothing else. */
export declare function createObject(input: Uint8Array | CompiledModule, options?: ObjectOptions): Promise<ObjectFile>

/** The C header that declares a module's exports and what it imports. */
export declare function createHeader(input: Uint8Array | CompiledModule, options?: CompileOptions): Promise<string>
