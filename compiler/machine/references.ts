/** Variables, tables and references. */
import { EQ, GE_U, NE, target } from './assembler.ts'
import { loadVariable, storeVariable } from './state.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction } from './runtime-functions.ts'
import { blockOf, branchIfTo } from './control.ts'
import { pushAddress, pushVariable } from './memory.ts'
import { condition } from './numeric.ts'
import { u32 } from './reader.ts'
import { allocate, destination, drop, pop, popKeeping, push, pushConstant, release } from './stack.ts'
import { TRAP, trapIf } from './traps.ts'
import { I32, I64 } from './types.ts'
import { symbolOf, unit } from './unit.ts'

export function globalGet(index: number): void {
  const { kind, symbol, addend, constant } = unit.globals[index]
  if (constant) return pushConstant(kind, constant.lo, constant.hi)
  let d = destination(kind)
  if (d < 0) d = allocate(kind)
  loadVariable(kind, d, symbol, addend)
  push(kind, d)
}

export function globalSet(index: number): void {
  const { kind, symbol, addend } = unit.globals[index]
  const register = pop()
  storeVariable(kind, register, symbol, addend)
  release(register)
}

/** The address of a function's record. */
export function pushFunction(index: number): void {
  const { asm } = target
  const d = allocate(I64)
  const at = unit.recordAt[index]
  if (at >= 0) asm.codeAddress(d, at)
  else asm.symbolAddress(d, symbolOf(`${unit.symbols[unit.functionSymbol[index]].name}.ref`), 0)
  push(I64, d)
}

export function isNull(): void {
  const register = pop()
  release(register)
  condition(target.asm.compareConstant(I64, EQ, register, 0))
}

export function asNonNull(): void {
  const register = popKeeping()
  trapIf(target.asm.compareConstant(I64, EQ, register, 0), TRAP.NULL_REFERENCE)
  push(I64, register)
}

/** The reference stays where it is not null. */
export function branchOnNull(): void {
  const { asm } = target
  const b = blockOf(u32())
  const copy = popKeeping()
  branchIfTo(b, asm.compareConstant(I64, EQ, copy, 0))
  push(I64, copy)
}

/** The label takes it along. */
export function branchOnNonNull(): void {
  const { asm } = target
  const b = blockOf(u32())
  const copy = popKeeping()
  push(I64, copy)
  branchIfTo(b, asm.compareConstant(I64, NE, copy, 0))
  drop()
}

// Tables that change: struct wasm_table holds the elements' address, then their number, 8 bytes each.

const indexKind = (table: number): number => (unit.module.tables[table].type.is64 ? I64 : I32)

/** Pops an index, and gives the register of the element's address, which is nobody else's. */
function popElement(table: number): number {
  const { asm } = target
  const { symbol, addend } = unit.tables[table]
  const index = pop()
  const at = allocate(I64)
  loadVariable(I64, asm.intScratch, symbol, addend + 8)
  trapIf(asm.compare(I64, GE_U, index, asm.intScratch), TRAP.TABLE_OUT_OF_BOUNDS)
  loadVariable(I64, asm.intScratch, symbol, addend)
  asm.addShifted(I64, at, asm.intScratch, index, 3)
  release(index)
  return at
}

export function tableGet(): void {
  const at = popElement(u32())
  target.asm.loadAt(I64, at, at, 0)
  push(I64, at)
}

export function tableSet(): void {
  const value = pop()
  const at = popElement(u32())
  target.asm.storeAt(I64, value, at, 0)
  release(value)
  release(at)
}

const pushTable = (table: number): void => pushAddress(unit.tables[table].symbol, unit.tables[table].addend)

export function tableSize(): void {
  const table = u32()
  const { symbol, addend } = unit.tables[table]
  pushVariable(indexKind(table), symbol, addend + 8)
}

const GROW = [
  runtimeFunction('table_grow', [I64, I32, I64], [I32]),
  runtimeFunction('table_grow', [I64, I64, I64], [I64]),
]
const FILL = runtimeFunction('table_fill', [I64, I64, I64, I64], [])
const COPY = runtimeFunction('table_copy', [I64, I64, I64, I64, I64], [])
const INIT = runtimeFunction('table_init', [I64, I32, I32, I64, I64, I32], [])

export function tableGrow(): void {
  const table = u32()
  pushTable(table)
  callRuntime(GROW[indexKind(table)])
}

export function tableFill(): void {
  pushTable(u32())
  callRuntime(FILL)
}

export function tableCopy(): void {
  const to = u32()
  const from = u32()
  pushTable(to)
  pushTable(from)
  callRuntime(COPY)
}

export function tableInit(): void {
  const segment = unit.elements[u32()]
  pushTable(u32())
  pushAddress(unit.state, segment.items)
  pushVariable(I32, unit.own, segment.size)
  callRuntime(INIT)
}

export function elementDrop(): void {
  const { asm } = target
  asm.constant(I32, asm.intScratch, 0, 0)
  storeVariable(I32, asm.intScratch, unit.own, unit.elements[u32()].size)
}
