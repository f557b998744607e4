/** Modules that are linked to the module with `_start`. */
import { basename } from 'node:path'
import { decodeStages, integrity, moduleNames, type StageOptions } from './compile.ts'
import { hashKey } from './store.ts'
import type { Module } from './wasm/module.ts'

/** A module that others import from by its name. */
export interface Library {
  /** What stands in imports. */
  name: string
  bytes: Uint8Array
  /** For messages; default: the name and `.wasm`. */
  file?: string
}

/** A library as results and manifests show it. */
export interface LibraryInfo {
  name: string
  /** Of wasm. */
  bytes: number
  /** `sha256-` and base64, of the wasm. */
  integrity: string
}

/** What is shown of libraries. */
export function libraryInfo(libraries: readonly Library[]): LibraryInfo[] {
  return libraries.map(({ name, bytes }) => ({ name, bytes: bytes.byteLength, integrity: integrity(bytes) }))
}

/** Changes when one of the libraries does, or its name. */
export function librariesKey(libraries: readonly Library[]): string {
  return hashKey(...libraries.flatMap(({ name, bytes, file }) => [name, integrity(bytes), basename(file ?? '')]))
}

/** Decodes and validates the libraries. @throws CompileError with the file that is at fault */
export async function decodeLibraries(libraries: readonly Library[], options: StageOptions): Promise<Module[]> {
  const modules: Module[] = []
  for (const { name, bytes, file } of libraries) {
    const { module } = await decodeStages(bytes, moduleNames({ name, file: file ?? `${name}.wasm` }), options)
    modules.push(module)
  }
  return modules
}
