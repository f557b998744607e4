/** Loads, stores, and instructions on whole memories. */
import { ADD, LT_U, memory, SUB, target } from './assembler.ts'
import { loadVariable, storeVariable, variableAddress } from './state.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction } from './runtime-functions.ts'
import { condition, resultOfTwo } from './numeric.ts'
import { r, u32, u64 } from './reader.ts'
import { allocate, drop, isConstant, isInt, isSmall, pop, push, release, resultOf, stack } from './stack.ts'
import { destination } from './stack.ts'
import { place, TRAP, trapIf } from './traps.ts'
import { F32, F64, I32, I64, type Kind } from './types.ts'
import { unit } from './unit.ts'

/** Registers that hold the operand's parts, to be released; -1. */
const parts = { base: -1, index: -1 }

/** Reads a memory immediate and pops the address: the operand of the next access of `width` bytes. */
export function popAddress(width: number): void {
  const flags = u32()
  const index = flags >= 64 ? u32() : 0
  u64()
  parts.base = parts.index = -1
  const place_ = unit.memories[index]
  if (place_.checked) return popChecked(index, width, r.lo, r.hi)
  popUnchecked(index, r.lo >>> 0)
}

function popUnchecked(index: number, offset: number): void {
  const { asm } = target
  const top = stack.sp - 1
  memory.disp = offset
  if (isConstant(top)) {
    memory.disp += stack.value[top] >>> 0
    drop()
    memory.index = -1
  } else memory.index = parts.index = pop()
  const { fixed, symbol, addend } = unit.memories[index]
  if (fixed) memory.base = asm.memoryBase
  else {
    memory.base = parts.base = allocate(I64)
    asm.loadSymbol(I64, memory.base, symbol, addend)
  }
}

/** Nothing but this check keeps the access in its memory. */
function popChecked(index: number, width: number, lo: number, hi: number): void {
  const { asm } = target
  const { symbol, addend, is64 } = unit.memories[index]
  const { intScratch } = asm
  const start = pop()
  const at = allocate(I64)
  parts.index = at
  if (lo === 0 && hi === 0) asm.move(I64, at, start)
  else {
    asm.constant(I64, intScratch, lo, hi)
    asm.alu(ADD, I64, at, start, intScratch)
    if (is64) trapIf(asm.compare(I64, LT_U, at, start), TRAP.MEMORY_OUT_OF_BOUNDS)
  }
  release(start)
  asm.loadSymbol(I64, intScratch, symbol, addend + 8)
  trapIf(asm.compare(I64, LT_U, intScratch, at), TRAP.MEMORY_OUT_OF_BOUNDS)
  asm.alu(SUB, I64, intScratch, intScratch, at)
  trapIf(asm.compareConstant(I64, LT_U, intScratch, width), TRAP.MEMORY_OUT_OF_BOUNDS)
  asm.loadSymbol(I64, intScratch, symbol, addend)
  memory.base = intScratch
  memory.index = at
  memory.disp = 0
}

export function releaseAddress(): void {
  if (parts.base >= 0) release(parts.base)
  if (parts.index >= 0) release(parts.index)
}

/** By plain opcode from 0x28: kind, and bytes. */
const KIND = [
  I32,
  I64,
  F32,
  F64,
  I32,
  I32,
  I32,
  I32,
  I64,
  I64,
  I64,
  I64,
  I64,
  I64,
  I32,
  I64,
  F32,
  F64,
  I32,
  I32,
  I64,
  I64,
  I64,
]
const WIDTH = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4]

/** Operations on a loaded value of full width that take it from memory, by opcode: add sub mul and or xor. */
const FOLDED = [new Int8Array(256).fill(-1), new Int8Array(256).fill(-1)]
;[0x6a, 0x6b, 0x6c, -1, -1, 0x71, 0x72, 0x73].forEach((op, i) => {
  if (op < 0) return
  const alu = [0, 1, 5, -1, -1, 2, 3, 4][i]
  FOLDED[0][op] = alu
  FOLDED[1][op + 0x12] = alu
})

export function load(op: number): void {
  const { asm } = target
  const kind = KIND[op - 0x28]
  popAddress(WIDTH[op - 0x28])
  if (asm.foldsMemory && op < 0x2c && fold(kind, r.bytes[r.pos])) return
  const { index } = memory
  const d = index >= 0 && parts.index === index && isInt(kind) ? resultOf(kind, index) : freshResult(kind)
  place()
  asm.load(op, d)
  if (d === parts.index) parts.index = -1
  releaseAddress()
  push(kind, d)
}

function freshResult(kind: Kind): number {
  const d = destination(kind)
  return d >= 0 ? d : allocate(kind)
}

/** Whether the next instruction was written, with its second operand in memory. */
function fold(kind: Kind, next: number): boolean {
  const { asm } = target
  if (kind >= F32) {
    const op = next - (kind === F64 ? 0xa0 : 0x92)
    if (op < 0 || op > 3) return false
    r.pos++
    const a = pop()
    const d = resultOf(kind, a)
    place()
    asm.floatMemory(op, kind, d, a)
    if (d !== a) release(a)
    releaseAddress()
    push(kind, d)
    return true
  }
  const comparison = next - (kind === I64 ? 0x51 : 0x46)
  if (comparison >= 0 && comparison < 10) {
    r.pos++
    const a = pop()
    place()
    const cc = asm.compareMemory(kind, comparison, a)
    release(a)
    releaseAddress()
    condition(cc)
    return true
  }
  const op = FOLDED[kind][next]
  if (op < 0) return false
  r.pos++
  const a = pop()
  let d = resultOfTwo(kind, a, a, false)
  // The address must live until the access.
  if (d !== a && (d === memory.index || d === memory.base)) {
    const copy = allocate(kind)
    place()
    asm.aluMemory(op, kind, copy, a)
    asm.move(kind, d, copy)
    release(copy)
  } else {
    place()
    asm.aluMemory(op, kind, d, a)
  }
  if (d !== a) release(a)
  releaseAddress()
  push(kind, d)
  return true
}

export function store(op: number): void {
  const { asm } = target
  const kind = KIND[op - 0x28]
  const width = WIDTH[op - 0x28]
  const top = stack.sp - 1
  if (isInt(kind) && isSmall(top) && asm.storesConstant(op, stack.value[top], stack.value[top] >> 31)) {
    const lo = stack.value[top]
    drop()
    popAddress(width)
    place()
    asm.storeConstant(op, lo, lo >> 31)
    releaseAddress()
    return
  }
  const value = pop()
  popAddress(width)
  place()
  asm.store(op, value)
  release(value)
  releaseAddress()
}

export function memorySize(): void {
  const { symbol, addend, is64 } = unit.memories[u32()]
  const kind = is64 ? I64 : I32
  const d = freshResult(kind)
  target.asm.loadSymbol(kind, d, symbol, addend + 16)
  push(kind, d)
}

const GROW = [runtimeFunction('memory_grow', [I32, I64], [I32]), runtimeFunction('memory_grow', [I64, I64], [I64])]
const COPY = runtimeFunction('memory_copy', [I64, I64, I64, I64, I64], [])
const FILL = runtimeFunction('memory_fill', [I64, I32, I64, I64], [])
const INIT = runtimeFunction('memory_init', [I64, I32, I32, I64, I64, I32], [])

/** The address of a variable as an operand. */
export function pushAddress(symbol: number, addend: number): void {
  const register = allocate(I64)
  variableAddress(register, symbol, addend)
  push(I64, register)
}

/** The address of memory 0, which is fixed. */
export function fixedMemory(d: number): void {
  const { asm } = target
  const { memoryAt, memoryPlace } = unit
  if (memoryPlace < 0) asm.constant(I64, d, memoryAt | 0, Math.floor(memoryAt / 0x100000000))
  else asm.placeAddress!(d, memoryPlace)
}

export function pushVariable(kind: Kind, symbol: number, addend: number): void {
  const register = allocate(kind)
  loadVariable(kind, register, symbol, addend)
  push(kind, register)
}

const pushMemory = (index: number): void => pushAddress(unit.memories[index].symbol, unit.memories[index].addend)

export function memoryGrow(): void {
  const index = u32()
  pushMemory(index)
  callRuntime(GROW[unit.memories[index].is64 ? 1 : 0])
}

export function memoryCopy(): void {
  const to = u32()
  const from = u32()
  pushMemory(to)
  pushMemory(from)
  callRuntime(COPY)
}

export function memoryFill(): void {
  pushMemory(u32())
  callRuntime(FILL)
}

export function memoryInit(): void {
  const segment = unit.data[u32()]
  pushMemory(u32())
  pushAddress(segment.symbol, 0)
  pushVariable(I32, unit.own, segment.size)
  callRuntime(INIT)
}

export function dataDrop(): void {
  const { asm } = target
  asm.constant(I32, asm.intScratch, 0, 0)
  storeVariable(I32, asm.intScratch, unit.own, unit.data[u32()].size)
}
