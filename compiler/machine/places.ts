/** Where everything of a module that is not code lies: found once, before the first instruction is written. */
import { contents, dataRuns } from '../c/data-runs.ts'
import { isUnchecked } from '../c/memories.ts'
import { isWasi, symbol as symbolName } from '../c/symbols.ts'
import type { TablePlan } from '../c/tables.ts'
import type { ImportName, Module } from '../wasm/module.ts'
import { isTraced } from '../wasm/objects.ts'
import { isThreadSpawn } from '../wasm/threads.ts'
import { knownConstant } from './constants.ts'
import type { MachineOptions } from './options.ts'
import { RODATA, STATE, type Sections } from './sections.ts'
import { INSTANCE_HEAD } from './state.ts'
import { kindOf, layout, V128 } from './types.ts'
import { symbolOf, unit } from './unit.ts'

/** Bytes of the runtime's structures. */
const MODULE_BYTES = 64
const MEMORY_BYTES = 64
const TABLE_BYTES = 32

type ExportKind = Module['exports'][number]['kind']

/** Fills `unit` with them, in `sections`. `symbol`: the module's name, as symbols have it. */
export function placeAll(
  module: Module,
  options: MachineOptions,
  plans: readonly TablePlan[],
  sections: Sections,
  symbol: string,
): void {
  const exports = exportNames(module)
  /** Gives an entity the names that it is exported by. */
  const named: Named = (kind, index, section, offset) => {
    // A module that starts threads is a program of its own: nobody imports what each thread has another of.
    if (unit.threaded && (kind === 'global' || kind === 'table')) return offset
    for (const name of exports.get(`${kind} ${index}`) ?? [])
      sections.global(symbolName(module.name, name), section, offset)
    return offset
  }
  unit.ownBytes = INSTANCE_HEAD
  unit.descriptor = sections.local('module', STATE, sections.allocate(MODULE_BYTES, 16))
  placeImportedFunctions(module, options)
  placeMemories(module, sections, named)
  if (options.entries && module.memories.length > 0 && !module.memories[0].import)
    sections.global(`${symbol}_Zmemory`, STATE, unit.memories[0].addend)
  placeGlobals(module, sections, named, (index) => exports.has(`global ${index}`))
  placeTables(module, plans, sections, named)
  placeTags(module, sections, named)
  placeSegments(module, plans, sections)
}

type Named = (kind: ExportKind, index: number, section: number, offset: number) => number

const external = ({ module, name }: ImportName): number => symbolOf(symbolName(module, name))

/** By kind and index. */
function exportNames(module: Module): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { kind, index, name } of module.exports) {
    const key = `${kind} ${index}`
    const names = found.get(key)
    if (names === undefined) found.set(key, [name])
    else names.push(name)
  }
  return found
}

function placeImportedFunctions({ funcs }: Module, { importsAreC, modules, ownWasi }: MachineOptions): void {
  funcs.forEach((func, i) => {
    if (!func.import) return
    unit.functionSymbol[i] = external(func.import)
    const { module: from } = func.import
    const isC = importsAreC || isWasi(from) || isThreadSpawn(func.import) || modules?.has(from) === false
    unit.isRuntime[i] = !isC ? 0 : ownWasi && isWasi(from) ? 2 : 1
  })
}

function placeMemories({ memories }: Module, sections: Sections, named: Named): void {
  unit.memories = memories.map((memory, i) => ({
    symbol: memory.import ? external(memory.import) : unit.state,
    addend: memory.import ? 0 : named('memory', i, STATE, sections.allocate(MEMORY_BYTES)),
    is64: memory.type.is64,
    fixed: i === 0 && !memory.import && isUnchecked(memory),
    checked: !isUnchecked(memory),
  }))
  unit.hasFixedMemory = unit.memories.some(({ fixed }) => fixed)
}

function placeGlobals(
  { globals, types }: Module,
  sections: Sections,
  named: Named,
  isExported: (index: number) => boolean,
): void {
  // Those that the collector looks at lie together.
  const isRoot = ({ type, import: origin }: Module['globals'][number]): boolean =>
    unit.objects && !origin && isTraced(type.type, types)
  const count = globals.filter(isRoot).length
  const rootsAt = sections.allocateOwn(8 * count)
  unit.rootGlobals = { addend: rootsAt, count }
  let nextRoot = rootsAt
  unit.globals = globals.map((global, i) => {
    const kind = kindOf(global.type.type)
    if (global.import) return { kind, symbol: external(global.import), addend: 0 }
    const constant = global.type.mutable || kind === V128 ? undefined : knownConstant(global.init!)
    if (constant && !isExported(i)) return { kind, symbol: -1, addend: 0, constant }
    const bytes = kind === V128 ? 16 : 8
    const at = isRoot(global) ? nextRoot : sections.allocateOwn(bytes, bytes)
    if (isRoot(global)) nextRoot += 8
    return { kind, symbol: unit.own, addend: named('global', i, STATE, at), constant }
  })
}

function placeTables({ tables }: Module, plans: readonly TablePlan[], sections: Sections, named: Named): void {
  unit.tables = tables.map((table, i) => {
    const place = { constantAt: -1, size: 0, symbol: unit.own, addend: 0 }
    if (table.import) return { ...place, symbol: external(table.import) }
    if (plans[i].kind === 'constant') return place
    return { ...place, addend: named('table', i, STATE, sections.allocateOwn(TABLE_BYTES)) }
  })
}

function placeTags({ tags }: Module, sections: Sections, named: Named): void {
  unit.tagSymbols = tags.map((tag, i) => {
    if (tag.import) return external(tag.import)
    const size = new Uint8Array(16)
    new DataView(size.buffer).setUint32(0, layout(unit.tagSignatures[i].params).size, true)
    // An address of its own.
    const at = sections.constant(size, 16)
    named('tag', i, RODATA, at)
    return sections.local(`tag${i}`, RODATA, at)
  })
}

function placeSegments(module: Module, plans: readonly TablePlan[], sections: Sections): void {
  const runs = dataRuns(module)
  unit.data = module.data.map((segment) => ({
    // Where only runs are copied, what is left of an active segment is nothing.
    symbol: runs && segment.mode === 'active' ? unit.state : sections.data(contents(module, segment), 1),
    size: segment.mode === 'passive' || module.dataCount !== undefined ? sections.allocateOwn(4, 4) : -1,
  }))
  unit.runs = runs?.map((run) => sections.run(run))
  unit.elements = module.elements.map((segment) => {
    const size = sections.allocateOwn(4, 4)
    const constant = segment.mode === 'active' && plans[segment.table].kind === 'constant'
    // Nothing is left to do at the start, and what instructions find is empty.
    if (constant || segment.mode === 'declarative') return { size, items: -1 }
    // Instances share them: they are the same for each, and never change.
    return { size, items: sections.allocate(8 * segment.items.length) }
  })
}
