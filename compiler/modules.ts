/** Programs of several modules: libraries that are linked to the module with `_start`. */
import { basename } from 'node:path'
import { isFixed } from './c/memories.ts'
import { ownWasiCalls } from './c/wasi-calls.ts'
import {
  decodeStages,
  generateAside,
  integrity,
  moduleNames,
  runStage,
  type DecodedModule,
  type StageOptions,
} from './compile.ts'
import { CompileError } from './errors.ts'
import { moduleUnits } from './module-units.ts'
import { hashKey } from './store.ts'
import { withGiven } from './wasm/given.ts'
import { checkNoThreads } from './threads.ts'
import type { Unit } from './unit.ts'
import { isWasiModule } from './wasi.ts'
import { CanonicalTypes } from './wasm/canonical-types.ts'
import type { ImportName, Module } from './wasm/module.ts'
import { ModuleSet } from './wasm/program.ts'
import { calledAtStart, checkLibrary, checkProgram } from './wasm/recognize.ts'

/** A module that others import from by its name. */
export interface Library {
  /** What stands in imports. */
  name: string
  bytes: Uint8Array
  /** For messages; default: the name and `.wasm`. */
  file?: string
}

/** What a program of several modules is linked from. */
export interface LinkedModules {
  units: Unit[]
  /** Modules in the order in which they are instantiated, and what of their exports is called then. */
  libraries: { name: string; start: string[] }[]
  /** What the modules import from none of them. */
  imports: ImportName[]
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

/**
 * Decodes the libraries, checks all modules against each other, and generates their C.
 * @throws CompileError with the file that is at fault
 */
export async function linkModules(
  program: DecodedModule,
  libraries: readonly Library[],
  options: StageOptions,
): Promise<LinkedModules> {
  const decoded: Module[] = []
  for (const { name, bytes, file } of libraries) {
    const { module } = await decodeStages(bytes, moduleNames({ name, file: file ?? `${name}.wasm` }), options)
    decoded.push(module)
  }
  const names = new Set([program.module, ...decoded].map(({ name }) => name))
  const main = withGiven(program.module, names)
  const set = new ModuleSet(main, decoded)
  checkProgram(program.module, names)
  for (const module of decoded) checkLibrary(module, names)
  const order = set.order()
  for (const module of order) checkNoThreads(module, 'a program of several modules')

  const throwing = order.some(({ features }) => features.has('exception-handling') || features.has('legacy-exceptions'))
  const linked: LinkedModules = { units: [], libraries: [], imports: [] }
  const types = new CanonicalTypes()
  let slots = 1
  for (const [position, original] of order.entries()) {
    const isProgram = original === main
    const module = set.linked(original)
    const calls = isProgram ? '' : wasiCalls(set, original)
    const form = {
      file: basename(module.file),
      importsThrow: throwing || undefined,
      debug: options.debug,
      types,
      ownWasi: calls !== '',
    }
    const code = await runStage('generate', module.file, options, () => generateAside(module, form, options.signal))
    const ownMemory = module.memories.length > 0 && isFixed(module, 0)
    const memorySlot = isProgram || !ownMemory ? undefined : slots++
    const units = moduleUnits({ info: { ...program.info, name: module.name, file: module.file }, code })
    // Names of files, which no other unit has.
    const stem = `${program.info.name}.library${position}`
    linked.units.push(
      ...units.map((unit) => ({ ...unit, name: isProgram ? unit.name : `${stem}.${unit.name}`, memorySlot })),
    )
    if (calls !== '') linked.units.unshift(callsUnit(module, `${stem}.wasi`, calls))
    for (const { import: origin } of original.funcs)
      if (origin && (isWasiModule(origin.module) || !names.has(origin.module))) linked.imports.push(origin)
    if (!isProgram) linked.libraries.push({ name: module.name, start: calledAtStart(original, false) })
  }
  return linked
}

/** The C of a library's WASI calls. */
function wasiCalls(set: ModuleSet, library: Module): string {
  const memory = set.wasiMemory(library)
  if (memory === undefined) return ''
  if (memory !== null) return ownWasiCalls(library, memory)
  if (library.funcs.every((func) => !func.import || !isWasiModule(func.import.module))) return ''
  throw new CompileError('calls WASI, but exports no memory for these calls to work on', {
    code: 'imports',
    file: library.file,
    hint: 'export its memory, as "memory"',
  })
}

const callsUnit = (module: Module, name: string, code: string): Unit => ({
  kind: 'config',
  module: module.name,
  name,
  code,
  data: [],
  contents: `the WASI calls of ${basename(module.file)}`,
  weight: 0,
})
