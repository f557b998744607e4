/**
 * Exceptions. Nothing unwinds the stack: what throws notes tag and values in `wasm_exception` and its buffer, and jumps to the
 * innermost handler of its function or to the function's end; after each call that may throw the caller looks there. A
 * reference to an exception is the address of a copy: the tag's address, 8 bytes of nothing, the values.
 */
import { NE, target } from './assembler.ts'
import { EXCEPTION, loadException, storeException, VALUES } from './state.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction } from './runtime-functions.ts'
import {
  abandon,
  blockOf,
  blocks,
  branchTo,
  CATCH,
  caughtAt,
  control,
  guards,
  leaveTo,
  TRY,
  TRY_TABLE,
} from './control.ts'
import { room } from './code.ts'
import { bind, isAwaited, newLabel } from './labels.ts'
import { r, u32 } from './reader.ts'
import { found } from './scan.ts'
import { allocate, clearCache, dropTo, pop, popKeeping, popInto, push, release } from './stack.ts'
import { TRAP, trapIf } from './traps.ts'
import { I32, I64, layout, type Kind } from './types.ts'
import { unit } from './unit.ts'

/** Before the values in the buffer, and in a copy of it: the tag. */
const VALUES_AT = 16

const THROW = runtimeFunction('throw', [I64, I64, I32, I32], [])
const THROW_REFERENCE = runtimeFunction('throw_reference', [I64], [])
const REFERENCE = runtimeFunction('exception_reference', [], [I64])

/** Where an exception goes from here: to the handler of the innermost `try` that guards, or out of the function. */
export function handlerLabel(from = blocks.count - 1): number {
  const b = guards(from) ? from : blocks.guard[from]
  return b > 0 ? blocks.other[b] : blocks.label[0]
}

export function throwTag(): void {
  const { asm } = target
  const tag = u32()
  const kinds = tagKinds(tag)
  const { offsets } = layout(kinds)
  for (let i = kinds.length - 1; i >= 0; i--) {
    room(64)
    const register = pop()
    storeException(kinds[i], register, VALUES, VALUES_AT + offsets[i])
    release(register)
  }
  pushSymbol(unit.tagSymbols[tag])
  pushSymbol(unit.descriptor)
  pushNumber(unit.functionIndex)
  pushNumber(unit.offset - unit.body)
  callRuntime(THROW)
  asm.jump(handlerLabel())
  abandon()
}

function pushSymbol(symbol: number): void {
  const register = allocate(I64)
  target.asm.symbolAddress(register, symbol, 0)
  push(I64, register)
}

function pushNumber(value: number): void {
  const register = allocate(I32)
  target.asm.constant(I32, register, value, 0)
  push(I32, register)
}

export function throwReference(): void {
  const { asm } = target
  const register = popKeeping()
  trapIf(asm.compareConstant(I64, 0, register, 0), TRAP.NULL_EXCEPTION_REFERENCE)
  push(I64, register)
  callRuntime(THROW_REFERENCE)
  asm.jump(handlerLabel())
  abandon()
}

const tagKinds = (tag: number): readonly Kind[] => unit.tagSignatures[tag].params

/** Jumps to `next` unless the exception has that tag. */
function unlessTag(tag: number, next: number): void {
  const { asm } = target
  const [a] = asm.intTemps
  loadException(I64, a, EXCEPTION, 0)
  asm.symbolAddress(asm.intScratch, unit.tagSymbols[tag], 0)
  asm.jumpIf(asm.compare(I64, NE, a, asm.intScratch), next)
}

function pushValues(tag: number): void {
  const kinds = tagKinds(tag)
  const { offsets } = layout(kinds)
  for (let i = 0; i < kinds.length; i++) {
    room(128)
    const register = allocate(kinds[i])
    loadException(kinds[i], register, VALUES, VALUES_AT + offsets[i])
    push(kinds[i], register)
  }
}

function clear(): void {
  const register = allocate(I64)
  target.asm.constant(I64, register, 0, 0)
  storeException(I64, register, EXCEPTION, 0)
  release(register)
}

/** Ends what a block guards and begins its handler, if some exception goes there. */
function beginHandler(b: number): boolean {
  leaveTo(b)
  dropTo(blocks.height[b])
  clearCache()
  control.dead = true
  if (!isAwaited(blocks.other[b])) return false
  bind(blocks.other[b])
  control.dead = false
  return true
}

/** At the end of a `try_table` or `try`. */
export function closeTry(b: number): void {
  if (blocks.kind[b] === TRY_TABLE) return closeTryTable(b)
  depth--
  if (blocks.kind[b] === TRY) {
    if (!isAwaited(blocks.other[b])) return
    beginHandler(b)
  } else {
    // The open catch ends; exceptions of other tags than any clause's go on outside.
    leaveTo(b)
    dropTo(blocks.height[b])
    clearCache()
    control.dead = true
    if (blocks.other[b] < 0) return
    bind(blocks.other[b])
  }
  target.asm.jump(handlerLabel(b - 1))
  control.dead = true
}

function closeTryTable(b: number): void {
  const { asm } = target
  if (!isAwaited(blocks.other[b])) return
  const back = r.pos
  beginHandler(b)
  r.pos = blocks.detail[b]
  let all = false
  for (let n = u32(); n > 0; n--) {
    const kind = r.bytes[r.pos++]
    const tag = kind < 2 ? u32() : -1
    // Labels are counted outside of the block, whose frame is still there.
    const to = blockOf(u32() + 1)
    if (all) continue
    room(256)
    const next = newLabel()
    if (tag >= 0) unlessTag(tag, next)
    if (tag >= 0) pushValues(tag)
    if (kind & 1) callRuntime(REFERENCE)
    clear()
    branchTo(to)
    dropTo(blocks.height[b])
    clearCache()
    if (tag >= 0) bind(next)
    else all = true
  }
  if (!all) asm.jump(handlerLabel(b - 1))
  control.dead = true
  r.pos = back
}

// The older form

let depth = 0

export function beginTries(): void {
  depth = 0
}

export function openTry(b: number): void {
  blocks.detail[b] = depth++
}

/** `tag` -1: catch_all. */
export function openCatch(b: number, tag: number): void {
  const { asm } = target
  if (blocks.kind[b] === TRY) {
    const reached = beginHandler(b)
    blocks.kind[b] = CATCH
    if (!reached) {
      blocks.other[b] = -1
      return abandonCatch()
    }
  } else {
    leaveTo(b)
    dropTo(blocks.height[b])
    clearCache()
    control.dead = true
    if (blocks.other[b] < 0) return abandonCatch()
    bind(blocks.other[b])
    control.dead = false
  }
  blocks.other[b] = -1
  if (tag >= 0) {
    blocks.other[b] = newLabel()
    unlessTag(tag, blocks.other[b])
  }
  if (found.tries > 0) {
    // A reference, while the buffer holds what was caught.
    callRuntime(REFERENCE)
    popInto(asm.intScratch)
    asm.storeFrame(I64, asm.intScratch, caughtAt(b))
  }
  if (tag >= 0) pushValues(tag)
  clear()
}

/** Nothing throws, or what does has been caught. */
function abandonCatch(): void {
  control.dead = true
  abandon()
}

export function rethrow(): void {
  const { asm } = target
  const b = blockOf(u32())
  const register = allocate(I64)
  asm.loadFrame(I64, register, caughtAt(b))
  push(I64, register)
  callRuntime(THROW_REFERENCE)
  asm.jump(handlerLabel())
  abandon()
}

/** Exceptions go where they would if they were thrown at another block around the `try`. */
export function delegateTry(b: number, label: number): void {
  const handled = isAwaited(blocks.other[b])
  if (handled) {
    beginHandler(b)
    target.asm.jump(handlerLabel(b - 1 - label))
    control.dead = true
  }
  blocks.kind[b] = 0
  depth--
}
