/** What a module is called, and what is known about it without compiling it. */
import { baseName } from './file-names.ts'
import { entitiesOf, type Module } from './wasm/module.ts'

export interface CompileOptions {
  /** The file's path, for messages; default 'module.wasm'. */
  file?: string
  /** The module's name in symbols; default: the file's stem. */
  name?: string
  /** Lines for debuggers in the C; default false. */
  debug?: boolean
}

/** The names among the options. */
export type ModuleNames = Required<Pick<CompileOptions, 'file' | 'name'>>

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

/** File and name with their defaults. */
export function moduleNames({ file = 'module.wasm', name }: CompileOptions): ModuleNames {
  return { file, name: name ?? programName(file) }
}

/** A program's name by its module's file: the stem, unless that is nothing, or a directory. */
export function programName(file: string): string {
  const stem = baseName(file).replace(/\.[^.]*$/, '')
  return /^\.*$/.test(stem) ? 'module' : stem
}

/** @param integrity of the module's bytes */
export function describeModule(module: Module, integrity: string): ModuleInfo {
  return {
    name: module.name,
    file: module.file,
    size: module.bytes.byteLength,
    integrity,
    imports: Object.entries(entitiesOf(module)).flatMap(([kind, list]) =>
      list.filter((entity) => entity.import !== undefined).map((entity) => ({ ...entity.import!, kind })),
    ),
    exports: module.exports.map(({ name, kind }) => ({ name, kind })),
  }
}
