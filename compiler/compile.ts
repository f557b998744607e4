import type { Generated } from './c/index.ts'
import type { Module } from './wasm/module.ts'

export interface CompileOptions {
  /** The file's path, for messages and, without its extension, for symbols; default 'module.wasm'. */
  file?: string
  /** The module's name in symbols and traps; default: the file's stem. */
  name?: string
}

/** What is known about a module without compiling it; plain data. */
export interface ModuleInfo {
  name: string
  /** As given in {@link CompileOptions.file}. */
  file: string
  /** Bytes of wasm. */
  size: number
  /** `sha256-` and base64, of the wasm. */
  integrity: string
  imports: { module: string; name: string; kind: string }[]
  exports: { name: string; kind: string }[]
}

/** A module that was decoded, validated and turned into C. */
export interface CompiledModule {
  info: ModuleInfo
  module: Module
  code: Generated
}

/** Decodes, validates and generates C. @throws CompileError with file, byte offset and function */
export declare function compile(bytes: Uint8Array, options?: CompileOptions): Promise<CompiledModule>
