/** Programs that are components: what they export is called, and their modules are planned like those of other programs. */
import { checkOwnNames } from '../c/conflicts.ts'
import { isFixed } from '../c/memories.ts'
import { CompileError } from '../errors.ts'
import type { PlannedModule, ProgramPlan } from '../plan.ts'
import { COMPONENT_MODULE, isWasiModule, WASI_MODULE } from '../wasi.ts'
import { decode } from '../wasm/decode.ts'
import type { Module } from '../wasm/module.ts'
import { usesObjects } from '../wasm/objects.ts'
import { ModuleSet } from '../wasm/program.ts'
import { I32 } from '../wasm/types.ts'
import { hasTasks } from './async/has-tasks.ts'
import { TASKS_MODULE } from './async/tasks.ts'
import { FunctionBuilder, ModuleBuilder } from './builder.ts'
import type { Component } from './definitions.ts'
import { coreModules } from './describe.ts'
import { track } from './host.ts'
import { decompress } from '../image/lz.ts'
import { hasExceptions, Linker } from './link.ts'
import type { LiftedFunction, Value } from './link-scope.ts'
import { outside } from './link-system.ts'
import { planDirectly } from './preview1/direct.ts'
import { importsOf } from './subtyping.ts'
import { isRuntimeFunction } from './traps.ts'
import { trimModule } from './trim.ts'

export interface ComponentProgramOptions {
  name: string
  file: string
  /** The bytes of the system's side. */
  host: Uint8Array
}

const HOST_NAME = 'wasi.host'

/** Nobody imports from a component by the name of its file, which may be one of ours. */
const nameBesideOurs = (name: string): string =>
  isWasiModule(name) || [HOST_NAME, TASKS_MODULE, COMPONENT_MODULE].includes(name) ? `${name}.component` : name

/** Links a valid component that exports `wasi:cli/run`. @throws CompileError */
export const planComponent = (component: Component, options: ComponentProgramOptions): ProgramPlan =>
  planCalls(component, options, (program, linker, exports) => {
    const run = findRun(exports, options.file)
    const direct = planDirectly(linker, run, nameBesideOurs(options.name))
    if (direct === undefined) writeStart(program, linker, run)
    return direct
  })

/** Links a valid component with a program that calls what it exports: `write` gives it its `_start`, or a plan of its own. */
export function planCalls(
  component: Component,
  { name: ofFile, file, host }: ComponentProgramOptions,
  write: (
    program: ModuleBuilder,
    linker: Linker,
    exports: ReadonlyMap<string, Value>,
  ) => ProgramPlan | undefined | void,
): ProgramPlan {
  const name = nameBesideOurs(ofFile)
  const system = decode(decompress(host), { name: HOST_NAME, file })
  const tasks = hasTasks(component)
  const linker = new Linker({
    name,
    file,
    host: { module: system },
    throws: hasExceptions(component),
    tasks: hasTasks(component),
  })
  const exports = linker.instantiate(component)
  const program = new ModuleBuilder(name)
  if (tasks) checkObjects(component, file)
  const planned = write(program, linker, exports)
  if (planned) return { ...planned, interfaces: linker.interfaces }
  const linked = linker
    .finish([program])
    .flatMap((module, _, all) => (module.name === HOST_NAME ? trimModule(module, usedOf(HOST_NAME, all)) : [module]))
  return { ...planModules(linked), interfaces: linker.interfaces }
}

/** The collector looks for references on the stack that runs, and tasks have others. */
function checkObjects(component: Component, file: string): void {
  if (!coreModules(component).some((module) => usesObjects(module))) return
  throw new CompileError('objects that are collected, in a component with tasks, are not compiled yet', {
    code: 'unsupported',
    file,
    hint: 'use either',
  })
}

/** What the other modules import from one. */
const usedOf = (name: string, modules: readonly Module[]): Set<string> =>
  new Set(modules.flatMap((module) => importsOf(module).flatMap((item) => (item.module === name ? [item.name] : []))))

/** A command of WASI, of whichever version: of 0.3 if it is both. */
function findRun(exports: ReadonlyMap<string, Value>, file: string): LiftedFunction {
  for (const wanted of ['0.3', '0.2']) {
    for (const [name, value] of exports) {
      const [path, version = ''] = name.split('@')
      if (path !== 'wasi:cli/run' || value.sort !== 'instance' || track(version) !== wanted) continue
      const run = value.exports.get('run')
      if (run?.sort === 'func') return run.func
    }
  }
  const names = [...exports.keys()].slice(0, 5).join(', ')
  throw new CompileError(`this component exports no wasi:cli/run of 0.2 or 0.3; it exports ${names || 'nothing'}`, {
    code: 'no-start',
    file,
    hint: names.includes('wasi:http/')
      ? 'servers of wasi:http are not compiled: build a command, which may listen through wasi:sockets'
      : 'build a command of WASI, with a main function',
  })
}

/** `_start`: exit code 1 where `run` says that it failed. */
function writeStart(program: ModuleBuilder, linker: Linker, run: LiftedFunction): void {
  const call = linker.call(program, run, outside)
  const exit = program.function(
    { module: WASI_MODULE, name: 'proc_exit', kind: 'func' },
    { params: [I32], results: [] },
  )
  const code = new FunctionBuilder(0)
  code
    .call(program.function(call, { params: [], results: [I32] }))
    .if()
    .i32(1)
    .call(exit)
    .op('end')
  program.export('_start', program.define({ params: [], results: [] }, code))
}

/** The modules in their order, the last of which is the program. */
function planModules(linked: readonly Module[]): ProgramPlan {
  const program = linked.at(-1)!
  const set = new ModuleSet(program, linked.slice(0, -1))
  const own = linked.filter((module) => module.memories.length > 0 && isFixed(module, 0))
  const main = own.toSorted((a, b) => b.bytes.length - a.bytes.length).at(0)
  let slots = 1
  const modules = linked.map((original): PlannedModule => {
    const module = set.linked(original)
    checkOwnNames(module)
    const isProgram = original === program
    const memorySlot = original !== main && own.includes(original) ? slots++ : undefined
    return { module, isProgram, memorySlot, start: isProgram ? ['_start'] : [] }
  })
  return {
    modules,
    imports: linked.flatMap(({ funcs }) =>
      funcs.flatMap((func) =>
        func.import && (isWasiModule(func.import.module) || isRuntimeFunction(func.import)) ? [func.import] : [],
      ),
    ),
    throws: true,
    importsThrow: linked.some(
      ({ features }) => features.has('exception-handling') || features.has('legacy-exceptions'),
    ),
    threads: false,
  }
}
