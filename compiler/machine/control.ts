/** Blocks and branches. */
import { flags, NE, target } from './assembler.ts'
import { grown } from './arrays.ts'
import { Numbers, room } from './code.ts'
import { copiedTable, endCopy, isCopying, noteHead, noteTable } from './dispatch.ts'
import { closeTry, delegateTry, openCatch, openTry } from './exceptions.ts'
import { frame } from './frame.ts'
import { INNERMOST } from './heads.ts'
import { home, inRegister, pinOf } from './locals.ts'
import { awaitFromTable, bind, isAwaited, newLabel, placeOf } from './labels.ts'
import { r, s32, skipLeb, u32 } from './reader.ts'
import { skipImmediates, skipType } from './skip.ts'
import {
  clearCache,
  CONSTANT,
  drop,
  dropTo,
  flush,
  flushOperand,
  frameOffset,
  PINNED,
  pop,
  popWritable,
  pushSlot,
  REGISTER,
  release,
  slotAt,
  stack,
} from './stack.ts'
import { F32, F64, I32, I64, V128, type Kind } from './types.ts'
import { unit } from './unit.ts'

export const BLOCK = 0
export const LOOP = 1
export const IF = 2
export const FUNCTION = 3
export const TRY_TABLE = 4
export const TRY = 5
export const CATCH = 6

const NONE: readonly Kind[] = []
const ONE: readonly Kind[][] = [[I32], [I64], [F32], [F64], [V128]]

/** Frames of open blocks, outermost first. */
export const blocks = {
  count: 0,
  kind: new Uint8Array(256),
  /** Operands below its parameters. */
  height: new Int32Array(256),
  /** Where branches to it go, and where its `else` or its handler is; -1. */
  label: new Int32Array(256),
  other: new Int32Array(256),
  /** Of `try_table`: where its catches are; of `try`: its depth among them. */
  detail: new Int32Array(256),
  /** The innermost block around it whose handler guards it; 0 if there is none. */
  guard: new Int32Array(256),
  params: [] as (readonly Kind[])[],
  results: [] as (readonly Kind[])[],
}

/** Control does not come here. */
export const control = { dead: false }

let params: readonly Kind[] = NONE
let results: readonly Kind[] = NONE

function blockType(): void {
  const byte = r.bytes[r.pos]
  params = results = NONE
  if (byte >= 0x40 && byte < 0x80) {
    if (byte === 0x40) r.pos++
    else {
      results = byte >= 0x7b ? ONE[byte === 0x7b ? V128 : 0x7f - byte] : ONE[I64]
      skipType()
    }
    return
  }
  const signature = unit.typeSignatures[s32()]
  params = signature.params
  results = signature.results
}

/** Whether exceptions in a block go to a handler of its own. */
export const guards = (b: number): boolean => blocks.kind[b] === TRY || blocks.kind[b] === TRY_TABLE

/** Opens a block whose type has been read; operands are in their slots then. */
function open(kind: number, label: number, other: number): number {
  const { count } = blocks
  if (count === blocks.kind.length) {
    blocks.kind = grown(blocks.kind, count * 2)
    blocks.height = grown(blocks.height, count * 2)
    blocks.label = grown(blocks.label, count * 2)
    blocks.other = grown(blocks.other, count * 2)
    blocks.detail = grown(blocks.detail, count * 2)
    blocks.guard = grown(blocks.guard, count * 2)
  }
  const height = stack.sp - params.length
  blocks.kind[count] = kind
  blocks.height[count] = height
  blocks.label[count] = label
  blocks.other[count] = other
  blocks.detail[count] = 0
  blocks.guard[count] = count === 0 ? 0 : guards(count - 1) ? count - 1 : blocks.guard[count - 1]
  blocks.params[count] = params
  blocks.results[count] = results
  room(64 + 64 * (stack.sp - Math.min(stack.flushed, height)))
  flush(stack.sp)
  for (let i = height; i < stack.sp; i++) flushOperand(i)
  return blocks.count++
}

/** @param end where the body ends */
export function openFunction(types: readonly Kind[], end: number): void {
  params = NONE
  results = types
  blocks.count = 0
  tables.length = 0
  control.dead = false
  open(FUNCTION, newLabel(end), -1)
}

/** What is near in the module is not when it is written again. */
const labelAt = (place: number): number => newLabel(isCopying() ? undefined : place)

/** @param end where the block ends */
export function block(end: number): void {
  blockType()
  open(BLOCK, labelAt(end), -1)
}

/**
 * @param end where the loop ends
 * @param table of a loop that dispatches: where its `br_table` is; INNERMOST, if no loop is in it; else 0
 */
export function loop(end: number, table: number): void {
  blockType()
  const label = newLabel()
  const b = open(LOOP, label, -1)
  // The label of a copy becomes the first one's.
  if (isCopying()) return
  if (table > 0) noteHead(b, table)
  clearCache()
  if (table === INNERMOST) target.asm.alignLoop(end - r.pos)
  bind(label)
}

/** @param part where its first part ends. @param end where it ends */
export function ifBlock(part: number, end: number): void {
  blockType()
  const condition = takeCondition()
  flags.live = true
  const other = labelAt(part)
  open(IF, labelAt(end), other)
  flags.live = false
  target.asm.jumpIf(target.asm.negate(condition), other)
}

/** A comparison left its condition in the flags for what comes next, or the uppermost operand is one. */
export const pending = { condition: -1 }

export function takeCondition(): number {
  const { asm } = target
  const { condition } = pending
  if (condition >= 0) {
    pending.condition = -1
    flags.live = false
    return condition
  }
  const offset = frameOffset(stack.sp - 1)
  if (offset >= 0) {
    drop()
    return asm.compareFrameConstant(I32, NE, offset, 0)
  }
  const register = pop()
  release(register)
  return asm.compareConstant(I32, NE, register, 0)
}

/** Operands of these kinds, in the slots from the height of a block on. */
export function pushSlots(kinds: readonly Kind[]): void {
  for (let k = 0; k < kinds.length; k++) pushSlot(kinds[k])
}

export function elseBlock(): void {
  const b = blocks.count - 1
  leaveTo(b)
  dropTo(blocks.height[b])
  clearCache()
  bind(blocks.other[b])
  blocks.other[b] = -1
  pushSlots(blocks.params[b])
  control.dead = false
}

/** Ends a part of a block, with its results as operands, by a jump to its end. */
export function leaveTo(b: number): void {
  if (control.dead) return
  flushFrom(blocks.height[b])
  target.asm.jump(blocks.label[b])
}

function flushFrom(height: number): void {
  room(64 * (stack.sp - height))
  for (let i = height; i < stack.sp; i++) flushOperand(i)
}

export function end(): void {
  const b = blocks.count - 1
  const kind = blocks.kind[b]
  if (kind === FUNCTION) return endFunction()
  if (kind === TRY_TABLE || kind === TRY || kind === CATCH) closeTry(b)
  const label = blocks.label[b]
  const other = kind === IF ? blocks.other[b] : -1
  blocks.count--
  if (kind === LOOP || (!isAwaited(label) && other < 0)) {
    if (control.dead) skipDead()
    return
  }
  if (!control.dead) flushFrom(blocks.height[b])
  dropTo(blocks.height[b])
  clearCache()
  if (other >= 0) bind(other)
  bind(label)
  pushSlots(blocks.results[b])
  control.dead = false
}

function endFunction(): void {
  if (!control.dead) branchValues(0)
  dropTo(0)
  clearCache()
  bind(blocks.label[0])
  blocks.count = 0
}

/** What a branch to a block takes along. */
const branchKinds = (b: number): readonly Kind[] => (blocks.kind[b] === LOOP ? blocks.params[b] : blocks.results[b])

/** Writes operands to where a branch takes them; they stay what they are. The flags are nobody's. */
export function branchValues(b: number): void {
  const { asm } = target
  const kinds = branchKinds(b)
  const count = kinds.length
  if (count === 0) return
  const top = stack.sp - count
  if (blocks.kind[b] === FUNCTION && count === 1) {
    readInto(stack.sp - 1, kinds[0] < F32 ? asm.intResult : asm.floatResult)
    return
  }
  const height = blocks.kind[b] === FUNCTION ? 0 : blocks.height[b]
  room(64 * count)
  // Operands lie at or above where they go, so the lowest first.
  for (let k = 0; k < count; k++) {
    const i = top + k
    const offset = slotAt(height + k)
    const kind = stack.type[i]
    const value = stack.value[i]
    if (stack.where[i] === CONSTANT) asm.storeFrameConstant(kind, offset, value, stack.high[i])
    else if (stack.where[i] === REGISTER) asm.storeFrame(kind, value, offset)
    else if (stack.where[i] === PINNED) asm.storeFrame(kind, pinOf[value], offset)
    else {
      const from = frameOffset(i)
      if (from === offset) continue
      const scratch = kind < F32 ? asm.intScratch : asm.floatScratch
      readInto(i, scratch)
      asm.storeFrame(kind, scratch, offset)
    }
  }
}

/** Reads an operand, which stays, into a register. */
function readInto(i: number, register: number): void {
  const { asm } = target
  const kind = stack.type[i]
  const value = stack.value[i]
  const where = stack.where[i]
  if (where === REGISTER) asm.move(kind, register, value)
  else if (where === PINNED) asm.move(kind, register, pinOf[value])
  else if (where === CONSTANT) asm.constant(kind, register, value, stack.high[i])
  else if (where === 0) asm.loadFrame(kind, register, slotAt(i))
  else if (inRegister[value] >= 0) asm.move(kind, register, inRegister[value])
  else asm.loadFrame(kind, register, home[value])
}

/** The block that an instruction's label means. */
export const blockOf = (depth: number): number => blocks.count - 1 - depth

/** What follows is not reached. */
export function abandon(): void {
  dropTo(blocks.height[blocks.count - 1])
  control.dead = true
  skipDead()
}

export function branch(): void {
  branchTo(blockOf(u32()))
  abandon()
}

export function branchTo(b: number): void {
  branchValues(b)
  target.asm.jump(blocks.label[b])
}

export function returnNow(): void {
  branchTo(0)
  abandon()
}

export function branchIf(): void {
  branchIfTo(blockOf(u32()), takeCondition())
}

export function branchIfTo(b: number, condition: number): void {
  const { asm } = target
  if (branchKinds(b).length === 0 || inPlace(b)) {
    asm.jumpIf(condition, blocks.label[b])
    return
  }
  const around = branchKinds(b).length < 4 ? labelAt(r.pos) : newLabel()
  asm.jumpIf(asm.negate(condition), around)
  branchTo(b)
  bind(around)
}

/** Whether a branch's operands are where it takes them. */
function inPlace(b: number): boolean {
  if (blocks.kind[b] === FUNCTION) return false
  const count = branchKinds(b).length
  if (blocks.height[b] !== stack.sp - count) return false
  for (let i = stack.sp - count; i < stack.sp; i++) if (stack.where[i] !== 0) return false
  return true
}

/** Jump tables of the function: their label, how many, and labels. */
const tables = new Numbers()
/** By block: the label of code that takes operands there, of the br_table that is being written. */
let stubs = new Map<number, number>()

/** @param at where it is */
export function branchTable(at: number): void {
  const { asm } = target
  const count = u32()
  const register = popWritable()
  release(register)
  const copiedFrom = copiedTable(at)
  if (copiedFrom >= 0) {
    for (let i = 0; i < count; i++) skipLeb()
    asm.jumpIf(asm.compareConstant(I32, 9, register, count), blocks.label[blockOf(u32())])
    asm.jumpTable(register, copiedFrom)
    return endCopy()
  }
  const table = newLabel()
  tables.push(table)
  tables.push(count)
  stubs = new Map()
  for (let i = 0; i < count; i++) tables.push(stubFor(blockOf(u32())))
  const other = stubFor(blockOf(u32()))
  asm.jumpIf(asm.compareConstant(I32, 9, register, count), other)
  asm.jumpTable(register, table)
  if (stubs.size === 0) noteTable(at, table)
  for (const [b, label] of stubs) {
    bind(label)
    room(256)
    branchTo(b)
  }
  abandon()
}

function stubFor(b: number): number {
  if (branchKinds(b).length === 0) {
    awaitFromTable(blocks.label[b])
    return blocks.label[b]
  }
  let label = stubs.get(b)
  if (label === undefined) stubs.set(b, (label = newLabel()))
  return label
}

/** Behind the function, where all places are known. */
export function writeJumpTables(write: (value: number) => void, at: () => number): void {
  for (let i = 0; i < tables.length;) {
    const label = tables.values[i]
    const count = tables.values[i + 1]
    room(4 * count + 16)
    target.asm.align(4)
    bind(label)
    const start = at()
    for (let k = 0; k < count; k++) write(placeOf(tables.values[i + 2 + k]) - start)
    i += 2 + count
  }
  tables.length = 0
}

/** To the `end`, `else` or `catch` that ends unreachable code. */
function skipDead(): void {
  for (let depth = 0; ;) {
    const op = r.bytes[r.pos]
    if (depth === 0 && (op === 0x0b || op === 0x05 || op === 0x07 || op === 0x18 || op === 0x19)) return
    r.pos++
    if (op === 0x0b) depth--
    else if (op === 0x18) {
      depth--
      skipLeb()
      continue
    } else if (op === 0x02 || op === 0x03 || op === 0x04 || op === 0x06 || op === 0x1f) depth++
    skipImmediates(op)
  }
}

// Exceptions: their own file decides what handlers do.

export function tryTable(): void {
  blockType()
  const b = open(TRY_TABLE, newLabel(), newLabel())
  blocks.detail[b] = r.pos
  for (let n = u32(); n > 0; n--) {
    if (r.bytes[r.pos++] < 2) skipLeb()
    skipLeb()
  }
}

export function legacyTry(): void {
  blockType()
  openTry(open(TRY, newLabel(), newLabel()))
}

export const catchBlock = (tag: number): void => openCatch(blocks.count - 1, tag)

export function delegate(): void {
  const depth = u32()
  delegateTry(blocks.count - 1, depth)
  end()
}

/** The slot of what a `try` caught, for `rethrow`. */
export const caughtAt = (b: number): number => frame.caught + 8 * blocks.detail[b]
