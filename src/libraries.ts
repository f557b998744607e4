import { resolve } from 'node:path'
import { isComponent } from '../compiler/component/preamble.ts'
import { CompileError } from '../compiler/errors.ts'
import type { Library } from '../compiler/modules.ts'
import type { ReadFile } from '../compiler/read-file.ts'
import { decode } from '../compiler/wasm/decode.ts'
import { importedFrom } from '../compiler/wasm/program.ts'
import { readModule } from './input.ts'

/** Names that stand in imports to the files of the modules they mean: `{ math: './math.wasm' }`. */
export type Modules = Readonly<Record<string, string>>

/** Rejects what names no files. @throws CompileError */
export function checkModules(modules: Modules): void {
  const hint = 'write modules: { math: "./math.wasm" }'
  const optionError = (message: string) => new CompileError(message, { code: 'option', hint })
  if (typeof modules !== 'object' || modules === null || Array.isArray(modules))
    throw optionError('modules is no object')
  for (const [name, file] of Object.entries(modules)) {
    if (name === '') throw optionError('modules has an empty name')
    if (typeof file !== 'string' || file === '') throw optionError(`modules[${JSON.stringify(name)}] names no file`)
  }
}

/** `NAME=FILE`, as in queries and on the command line. Undefined if one of them is missing. */
export function parseModule(text: string): [name: string, file: string] | undefined {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? []
  return file === undefined ? undefined : [name, file]
}

/** Absolute paths of the modules. @param base what relative ones start from */
export function moduleFiles(modules: Modules, base: string): Map<string, string> {
  return new Map(Object.entries(modules).map(([name, file]) => [name, resolve(base, file)]))
}

/**
 * Reads those of the modules that a program imports from, itself or through another of them: the plugin's options are for
 * all programs, few of which need them all.
 * @param files absolute paths by name
 * @param show `display` is a path as messages show it; `read` reads a file
 * @throws CompileError
 */
export async function readLibraries(
  program: { bytes: Uint8Array; file: string },
  files: ReadonlyMap<string, string>,
  { display, read }: { display: (file: string) => string; read?: ReadFile },
): Promise<Library[]> {
  const libraries = new Map<string, Library>()
  const visit = async (bytes: Uint8Array, file: string): Promise<void> => {
    // Components import interfaces, and nothing by the name of a module.
    const names = isComponent(bytes) ? [] : importedFrom(decode(bytes, { name: 'module', file }))
    for (const name of names) {
      const path = files.get(name)
      if (path === undefined || libraries.has(name)) continue
      const hint = `the path is that of modules[${JSON.stringify(name)}] in the plugin’s options, or of module= in the query`
      const library = { name, file: display(path), bytes: await readModule(path, display(path), { hint, read }) }
      libraries.set(name, library)
      await visit(library.bytes, library.file)
    }
  }
  if (files.size > 0) await visit(program.bytes, program.file)
  return [...libraries.values()]
}
