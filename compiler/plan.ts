/** What a program is made of, whichever generator writes its code. */
import { checkOwnNames } from './c/conflicts.ts'
import { isFixed } from './c/memories.ts'
import { checkNoThreads } from './threads.ts'
import { usesNet } from './net.ts'
import { isWasiModule } from './wasi.ts'
import { withGiven } from './wasm/given.ts'
import { entitiesOf, type ImportName, type Module } from './wasm/module.ts'
import type { ProgramConfig } from './config.ts'
import { DEFAULT_HEAP_MAX } from './heap.ts'
import type { ProgramInfo } from './program-info.ts'
import { usesObjects } from './wasm/objects.ts'
import { ModuleSet } from './wasm/program.ts'
import { calledAtStart, checkLibrary, checkProgram } from './wasm/recognize.ts'
import { spawnsThreads } from './wasm/threads.ts'

/** A module of a program. */
export interface PlannedModule {
  /** Its imports name what they mean where it is defined; memories and tables that programs are given are its own. */
  module: Module
  isProgram: boolean
  /** The place of a library's own memory, 1 or more. */
  memorySlot?: number
  /** Exports that are called once it is instantiated, in their order. */
  start: string[]
}

export interface ProgramPlan {
  /** In the order in which they are instantiated: the program is the last. */
  modules: PlannedModule[]
  /** What the modules import from none of them. */
  imports: ImportName[]
  /** Of a component: the functions of WASI's interfaces that it calls, by their versions. */
  interfaces?: readonly ImportName[]
  /** A module may let an exception out, where it is called from outside. */
  throws: boolean
  /** What modules import from each other may. */
  importsThrow: boolean
  /** It starts threads. */
  threads: boolean
}

/** Whether a program has objects that are collected. */
export const hasObjects = ({ modules }: Pick<ProgramPlan, 'modules'>): boolean =>
  modules.some(({ module }) => usesObjects(module))

/**
 * Checks a validated program and its libraries, each by itself and against each other.
 * @throws CompileError with the file that is at fault
 */
export function planProgram(program: Module, libraries: readonly Module[]): ProgramPlan {
  const plan = libraries.length === 0 ? planAlone(program) : planLinked(program, libraries)
  for (const { module } of plan.modules) checkOwnNames(module)
  return plan
}

function planAlone(program: Module): ProgramPlan {
  checkProgram(program)
  const imports = Object.values(entitiesOf(program)).flatMap((entities) =>
    entities.flatMap((entity) => (entity.import ? [entity.import] : [])),
  )
  return {
    modules: [{ module: withGiven(program), isProgram: true, start: calledAtStart(program, true) }],
    imports,
    throws: program.tags.length > 0,
    importsThrow: false,
    threads: spawnsThreads(program),
  }
}

function planLinked(program: Module, libraries: readonly Module[]): ProgramPlan {
  const names = new Set([program, ...libraries].map(({ name }) => name))
  const main = withGiven(program, names)
  const set = new ModuleSet(main, libraries)
  checkProgram(program, names)
  for (const module of libraries) checkLibrary(module, names)
  const order = set.order()
  for (const module of order) checkNoThreads(module, 'a program of several modules')
  let slots = 1
  const modules = order.map((original): PlannedModule => {
    const isProgram = original === main
    const module = set.linked(original)
    if (isProgram) return { module, isProgram, start: calledAtStart(original, true) }
    const ownMemory = module.memories.length > 0 && isFixed(module, 0)
    return {
      module,
      isProgram,
      memorySlot: ownMemory ? slots++ : undefined,
      start: calledAtStart(original, false),
    }
  })
  const outside = ({ module }: ImportName): boolean => isWasiModule(module) || !names.has(module)
  return {
    modules,
    imports: order.flatMap(({ funcs }) =>
      funcs.flatMap((func) => (func.import && outside(func.import) ? [func.import] : [])),
    ),
    throws: true,
    importsThrow: order.some(({ features }) => features.has('exception-handling') || features.has('legacy-exceptions')),
    threads: false,
  }
}

/** What ties a program to the runtime. */
export function programConfig(plan: ProgramPlan, info: ProgramInfo): ProgramConfig {
  const { modules, imports, throws } = plan
  const { name, grants, embedded, heapMax = DEFAULT_HEAP_MAX } = info
  const libraries = modules
    .filter(({ isProgram }) => !isProgram)
    .map(({ module, start }) => ({ name: module.name, start }))
  return {
    name,
    start: modules.at(-1)!.start,
    libraries,
    throws,
    net: usesNet(imports),
    ...(hasObjects(plan) && { heapMax }),
    grants,
    embedded,
    info,
  }
}
