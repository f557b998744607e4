/**
 * Commands of preview 1 that tools made components of: what they ask of the adapter is asked of the runtime, which has these
 * calls. That opens nothing, as both have the same grants, and one table of handles.
 */
import { CompileError } from '../../errors.ts'
import { planProgram, type ProgramPlan } from '../../plan.ts'
import { WASI_FUNCTIONS, WASI_MODULE } from '../../wasi.ts'
import type { ImportName, Module } from '../../wasm/module.ts'
import { I32 } from '../../wasm/types.ts'
import { FunctionBuilder, ModuleBuilder } from '../builder.ts'
import { hostKey } from '../host.ts'
import { itemKey, type Linker, type LoweredFunction, type PlacedModule } from '../link.ts'
import type { LiftedFunction } from '../link-scope.ts'
import { isKnownAdapter } from './adapter.ts'
import { MAIN_MODULE } from './canonical-code.ts'
import { fillsTable, isShim, slotOf } from './shim.ts'

/**
 * The program without its adapter; undefined where the component is anything but a command, a known adapter, and what
 * connects them with each other and with the system.
 * @param run what the component is called by
 */
export function planDirectly(linker: Linker, run: LiftedFunction, name: string): ProgramPlan | undefined {
  const { placed, lowered } = linker
  const parts = findParts(placed, run.func.module)
  if (parts === undefined || linker.hasTasks || run.postReturn !== undefined) return undefined
  const { main, adapter } = parts
  const memory = adapter.linked.memories.at(0)?.import
  if (memory === undefined || !hasOneMemory(main.linked, memory)) return undefined

  const calls = main.linked.funcs.map((func) => func.import && target(func.import, parts))
  const asked = calls.flatMap((call) => call ?? [])
  const answers = asked.every(({ module, name }) => module === adapter.linked.name && isDirect(name))
  if (!answers || !isKnownAdapter(adapter.original, [...asked.map((call) => call.name), run.func.name]))
    return undefined

  const isSystems = ({ import: origin }: Module['funcs'][number], index: number): boolean => {
    if (origin === undefined) return true
    const given = target(adapter.linked.funcs[index].import!, parts)
    if (origin.module === MAIN_MODULE) return given.module === main.linked.name && given.name === '_start'
    const known = lowered.get(itemKey(given))
    return known?.key === hostKey(origin.module, origin.name) && passes(known, memory, adapter.linked)
  }
  if (!adapter.original.funcs.every(isSystems)) return undefined
  return planCommand(main.linked, name, (index) => calls[index]?.name)
}

/** Calls that adapters answer by themselves: they trap, or say that there is no such thing. */
const REFUSED: ReadonlySet<string> = new Set(
  'fd_allocate fd_fdstat_set_rights fd_renumber proc_raise sock_accept sock_recv sock_send sock_shutdown'.split(' '),
)

const isDirect = (name: string): boolean => WASI_FUNCTIONS.has(name) && !REFUSED.has(name)

interface Parts {
  main: PlacedModule
  adapter: PlacedModule
  /** By name of a function of the shim, what it calls. */
  calls: ReadonlyMap<string, ImportName | undefined>
  shim: string
}

/** The four modules, where there are no others. */
function findParts(placed: readonly PlacedModule[], adapterName: string): Parts | undefined {
  if (placed.length !== 4) return undefined
  const adapter = placed.find(({ linked }) => linked.name === adapterName)
  const shim = placed.find(({ linked }) => isShim(linked))?.linked
  const filling = placed.flatMap(({ linked }) => {
    const found = fillsTable(linked)
    return found?.table.module === shim?.name ? [{ linked, ...found! }] : []
  })
  if (adapter === undefined || shim === undefined || filling.length !== 1) return undefined
  if (filling[0].items.length > Number(shim.tables[0].type.min)) return undefined
  const main = placed.find(({ linked }) => ![adapter.linked, shim, filling[0].linked].includes(linked))
  if (main === undefined || !isAlone(main.linked) || adapter.linked.tables.some((table) => table.import))
    return undefined
  const funcs = shim.exports.filter(({ kind }) => kind === 'func')
  const { items } = filling[0]
  const calls = new Map(funcs.map(({ name, index }) => [name, items[slotOf(shim, index)!] as ImportName | undefined]))
  return { main, adapter, shim: shim.name, calls }
}

/** It has all but functions itself, and begins with `_start` alone. */
const isAlone = ({ tables, memories, globals, tags, start, exports }: Module): boolean =>
  start === undefined &&
  [...tables, ...memories, ...globals, ...tags].every((entity) => !entity.import) &&
  exports.every((item) => item.name !== '_initialize')

/** The memory that the adapter works on is the program's, which has no other. */
const hasOneMemory = ({ name, memories, exports }: Module, memory: ImportName): boolean =>
  memories.length === 1 &&
  memory.module === name &&
  exports.some((item) => item.kind === 'memory' && item.name === memory.name)

/** A lowered function works on that memory, and allocates by the adapter. */
const passes = ({ caller }: LoweredFunction, memory: ImportName, adapter: Module): boolean => {
  const { memory: own = memory, realloc, encoding } = caller ?? { encoding: 'utf8' }
  const allocates = realloc === undefined || (realloc.module === adapter.name && realloc.name === 'cabi_import_realloc')
  return own.module === memory.module && own.name === memory.name && allocates && encoding === 'utf8'
}

/** What is called in the end, through the shim or not. */
function target(origin: ImportName, { shim, calls }: Parts): ImportName {
  return origin.module === shim ? (calls.get(origin.name) ?? origin) : origin
}

/** @param callOf the call that an imported function is */
function planCommand(
  main: Module,
  name: string,
  callOf: (index: number) => string | undefined,
): ProgramPlan | undefined {
  const exit = new ModuleBuilder(`${name}.exit`)
  const funcs = main.funcs.map((func, index) => {
    const call = callOf(index)
    if (call === undefined) return func
    const ends = call === 'proc_exit'
    return { ...func, import: ends ? { module: exit.name, name: call } : { module: WASI_MODULE, name: call } }
  })
  const exits = funcs.some((func) => func.import?.module === exit.name)
  if (exits) writeExit(exit)
  try {
    return planProgram({ ...main, name, funcs }, exits ? [exit.finish(main.file)] : [])
  } catch (error) {
    if (error instanceof CompileError) return undefined
    throw error
  }
}

/** `wasi:cli/exit` knows success and failure, and no numbers. */
function writeExit(module: ModuleBuilder): void {
  const type = { params: [I32], results: [] }
  const exit = module.function({ module: WASI_MODULE, name: 'proc_exit', kind: 'func' }, type)
  module.export('proc_exit', module.define(type, new FunctionBuilder(1).get(0).i32(0).op('i32_ne').call(exit)))
}
