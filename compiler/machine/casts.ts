/** Casts: what a reference is, found out in place by the object's type and those it is below. */
import { AND, EQ, flags, GT_U, LT_U, NE, ROTR, SUB, target, type Condition } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { collector, DISPLAY, GC, TYPE } from './collected.ts'
import { blockOf, branchIfTo } from './control.ts'
import { kindOf as heapKind } from '../wasm/subtyping.ts'
import {
  ANY,
  ARRAY,
  EQ as EQ_HEAP,
  EXN,
  EXTERN,
  FUNC,
  I31,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  NONE,
  STRUCT,
  type HeapType,
} from '../wasm/types.ts'
import { bind, newLabel } from './labels.ts'
import { condition } from './numeric.ts'
import { r, s32, u32 } from './reader.ts'
import { runtimeFunction } from './runtime-functions.ts'
import { allocate, held, pop, popKeeping, push, pushConstant, release } from './stack.ts'
import { TRAP, trapIf } from './traps.ts'
import { I32, I64 } from './types.ts'
import { unit } from './unit.ts'

const TEST_FUNCTION = runtimeFunction('gc_test_function', [I64, I32, I32, I32], [I32])
const TEST_HEAP = runtimeFunction('gc_test_heap', [I64, I32, I32], [I32])

const BOTTOMS: ReadonlySet<HeapType> = new Set([NONE, NOFUNC, NOEXTERN, NOEXN])
const TOPS: ReadonlySet<HeapType> = new Set([ANY, FUNC, EXTERN, EXN])
/** As the runtime's function numbers them. */
const HEAPS: HeapType[] = [EQ_HEAP, I31, STRUCT, ARRAY]

const isFunction = (heap: HeapType): boolean => heapKind(unit.module.types[heap]) === FUNC

/** Whether the runtime has to be asked. */
const isCalled = (heap: HeapType): boolean =>
  heap < 0 ? HEAPS.includes(heap) && heap !== I31 : isFunction(heap) && unit.module.types[heap].open === true

/** Makes the reference on top 1 if it is of that type, else 0. */
function callTest(heap: HeapType, nullable: boolean): void {
  if (heap < 0) pushConstant(I32, HEAPS.indexOf(heap), 0)
  else {
    pushConstant(I32, unit.typeNumbers[heap], 0)
    pushConstant(I32, unit.typeDepths[heap], 0)
  }
  pushConstant(I32, Number(nullable), 0)
  callRuntime(heap < 0 ? TEST_HEAP : TEST_FUNCTION)
}

/** No reference is lower but null. */
const LOWEST = 8

/**
 * Leaves in the flags whether a reference, whose register the caller holds, is of that type. `known`: it is an object or null.
 * Jumps to the end take flags along that say so too; nothing between them moves what registers hold.
 */
function compareType(reference: number, heap: HeapType, nullable: boolean, known: boolean): Condition {
  const { asm } = target
  if (TOPS.has(heap) || BOTTOMS.has(heap)) {
    if (TOPS.has(heap) !== nullable) return asm.compareConstant(I64, nullable ? EQ : NE, reference, 0)
    return asm.compare(I64, nullable ? EQ : NE, reference, reference)
  }
  const copy = allocate(I64)
  const end = newLabel()
  let equal: Condition
  if (nullable) {
    const isNull = asm.compareConstant(I64, EQ, reference, 0)
    // What comes between keeps a processor from testing the register without flags.
    asm.move(I64, copy, reference)
    asm.jumpIf(isNull, end)
  }
  if (heap === I31) {
    asm.aluConstant(AND, I32, copy, reference, 1)
    equal = asm.compareConstant(I32, EQ, copy, 1)
  } else if (isFunction(heap)) {
    if (!nullable) asm.jumpIf(asm.compareConstant(I64, LT_U, reference, LOWEST), end)
    asm.loadAt(I32, copy, reference, 4)
    equal = asm.compareConstant(I32, EQ, copy, unit.typeNumbers[heap])
  } else {
    if (!known) unlessObject(reference, copy, end)
    else if (!nullable) asm.jumpIf(asm.compareConstant(I64, LT_U, reference, LOWEST), end)
    asm.loadAt(I32, copy, reference, 0)
    equal = asm.compareConstant(I32, EQ, copy, unit.typeNumbers[heap])
    if (unit.module.types[heap].open) {
      asm.jumpIf(equal, end)
      compareDisplay(copy, heap, end)
    }
  }
  bind(end)
  release(copy)
  return equal
}

/** Jumps unless a reference is to an object: null, i31 and what is the host's are no multiples of 8 in the heap. */
function unlessObject(reference: number, copy: number, label: number): void {
  const { asm } = target
  const { intScratch } = asm
  asm.loadSymbol(I64, intScratch, collector(), GC.BASE)
  asm.alu(SUB, I64, copy, reference, intScratch)
  asm.shiftConstant(ROTR, I64, copy, copy, 3)
  asm.loadSymbol(I64, intScratch, collector(), GC.LAST)
  asm.jumpIf(asm.compare(I64, GT_U, copy, intScratch), label)
}

/** Compares what the type of a number, which the register holds, is below at that depth. */
function compareDisplay(number: number, heap: HeapType, end: number): void {
  const { asm } = target
  const depth = unit.typeDepths[heap]
  asm.loadSymbol(I64, asm.intScratch, collector(), GC.TYPES)
  asm.addShifted(I64, number, asm.intScratch, number, 3)
  asm.loadAt(I64, number, number, 0)
  if (depth >= DISPLAY) {
    asm.loadAt(I32, asm.intScratch, number, TYPE.DEPTH)
    asm.jumpIf(asm.compareConstant(I32, LT_U, asm.intScratch, depth), end)
  }
  asm.loadAt(I32, number, number, TYPE.MORE + 4 * depth)
  asm.compareConstant(I32, EQ, number, unit.typeNumbers[heap])
}

export function castTest(heap: HeapType, nullable: boolean): void {
  if (isCalled(heap)) return callTest(heap, nullable)
  const reference = pop()
  const cc = compareType(reference, heap, nullable, false)
  release(reference)
  condition(cc)
}

/** Of the reference on top, which stays: whether it is of that type, in the flags. */
function compareTop(heap: HeapType, nullable: boolean, known: boolean): Condition {
  const reference = popKeeping()
  if (isCalled(heap)) {
    held[reference]++
    push(I64, reference)
    push(I64, reference)
    callTest(heap, nullable)
    const result = pop()
    release(result)
    return target.asm.compareConstant(I32, NE, result, 0)
  }
  const cc = compareType(reference, heap, nullable, known)
  flags.live = true
  push(I64, reference)
  flags.live = false
  return cc
}

export function cast(heap: HeapType, nullable: boolean): void {
  const cc = compareTop(heap, nullable, false)
  trapIf(target.asm.negate(cc), TRAP.CAST_FAILURE)
}

/** What is below structures or arrays is an object, or null. */
const isObject = (heap: HeapType): boolean =>
  heap >= 0 ? !isFunction(heap) : heap === STRUCT || heap === ARRAY || heap === NONE

/** Flags say which of the two types have null. */
export function branchOnCast(fails: boolean): void {
  const nullable = (r.bytes[r.pos++] & 2) !== 0
  const block = blockOf(u32())
  const known = isObject(s32())
  const cc = compareTop(s32(), nullable, known)
  branchIfTo(block, fails ? target.asm.negate(cc) : cc)
}
