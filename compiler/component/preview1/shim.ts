/**
 * Modules that component tools put where modules would import from each other in a circle: one has functions that call what
 * is in its table, another fills that when all is there.
 */
import { decodeBody } from '../../wasm/body.ts'
import type { ImportName, Module } from '../../wasm/module.ts'

/** A module that does nothing but call what is in its table. */
export function isShim(module: Module): boolean {
  const { funcs, tables, memories, globals, tags, elements, data, start } = module
  const others = memories.length + globals.length + tags.length + elements.length + data.length
  if (others > 0 || start !== undefined || tables.length !== 1) return false
  const [table] = tables
  if (table.import || table.init || table.type.max !== table.type.min) return false
  return funcs.every((_, index) => slotOf(module, index) !== undefined)
}

/** Where in the table it is what a function of a shim calls. */
export function slotOf(module: Module, index: number): number | undefined {
  const func = module.funcs[index]
  if (func.body === undefined) return undefined
  const { params, results } = func.type
  const { locals, instructions } = decodeBody(module, func)
  const [slot, call, end] = instructions.slice(params.length)
  const passes =
    locals.length === 0 &&
    instructions.length === params.length + 3 &&
    params.every((_, i) => instructions[i].op.name === 'local.get' && instructions[i].index === i) &&
    slot.op.name === 'i32.const' &&
    call.op.name === 'call_indirect' &&
    call.index2 === 0 &&
    end.op.name === 'end'
  if (!passes) return undefined
  const type = module.types[call.index!]
  const same = type.kind === undefined && sameTypes(type.params, params) && sameTypes(type.results, results)
  return same ? (slot.value as number) : undefined
}

const sameTypes = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((type, i) => type === b[i])

/** What a module fills its only table with, which it imports, from its beginning, if it does nothing else. */
export function fillsTable({
  funcs,
  tables,
  memories,
  globals,
  tags,
  elements,
  data,
  exports,
  start,
}: Module): { table: ImportName; items: ImportName[] } | undefined {
  const others = memories.length + globals.length + tags.length + data.length + exports.length
  if (others > 0 || start !== undefined || tables.length !== 1 || elements.length !== 1) return undefined
  const [{ mode, offset, items }] = elements
  const first = offset?.length === 1 && offset[0].op.name === 'i32.const' && offset[0].value === 0
  if (mode !== 'active' || !first || tables[0].import === undefined) return undefined
  const found = items.flatMap((item) => (typeof item === 'number' ? (funcs[item].import ?? []) : []))
  return found.length === items.length && funcs.every((func) => func.import)
    ? { table: tables[0].import, items: found }
    : undefined
}
