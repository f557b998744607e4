/**
 * The virtual stack, and the registers that its operands and locals are in.
 *
 * Operands below `flushed` are constants or in their slots; only the few above can be anything else, so what searches the
 * stack looks at those alone, and costs nothing more in deep stacks.
 */
import { target } from './assembler.ts'
import { grown } from './arrays.ts'
import { dirty, home, inRegister, pinOf, references, remaining, temporary, typeOf } from './locals.ts'
import { r, u32 } from './reader.ts'
import { F32, I32, I64, V128, type Kind } from './types.ts'

/** Where an operand is: its slot, a register, a constant, a pinned local, a local in its home (or cached from it). */
export const SLOT = 0
export const REGISTER = 1
export const CONSTANT = 2
export const PINNED = 3
export const LOCAL = 4

export const stack = {
  sp: 0,
  /** The highest it was. */
  max: 0,
  flushed: 0,
  where: new Uint8Array(1024),
  /** A register, a local, the low word of a constant. */
  value: new Int32Array(1024),
  high: new Int32Array(1024),
  type: new Uint8Array(1024),
  /** Frame offset of slot 0, and log2 of a slot's bytes. */
  slots: 0,
  slotShift: 3,
}

/** By register: operands and code that hold it; the local that is cached in it, or -1. */
export const held = new Uint8Array(64)
export const cached = new Int32Array(64).fill(-1)
/** Whether it is allocated at all. */
export const isTemp = new Uint8Array(64)
let ints: readonly number[] = []
let floats: readonly number[] = []
/** A pinned local that takes the next result, or -1: see {@link destination}. */
let destined = -1

/** As many unflushed operands are searched at most. */
const WINDOW = 96

export const isInt = (kind: Kind): boolean => kind < F32

export function beginStack(
  intTemps: readonly number[],
  floatTemps: readonly number[],
  slots: number,
  slotShift: number,
): void {
  ints = intTemps
  floats = floatTemps
  isTemp.fill(0)
  held.fill(0)
  cached.fill(-1)
  for (const register of ints) isTemp[register] = 1
  for (const register of floats) isTemp[register] = 1
  stack.sp = stack.max = stack.flushed = 0
  stack.slots = slots
  stack.slotShift = slotShift
  destined = -1
}

export const slotAt = (i: number): number => stack.slots + (i << stack.slotShift)

// Registers

export function uncache(register: number): void {
  const l = cached[register]
  if (l < 0) return
  if (dirty[l]) {
    target.asm.storeFrame(typeOf[l], register, home[l])
    dirty[l] = 0
  }
  inRegister[l] = -1
  cached[register] = -1
}

/** A register that is free, or is made so. */
export function allocate(kind: Kind, not = -1, not2 = -1): number {
  const temps = isInt(kind) ? ints : floats
  for (let i = 0; i < temps.length; i++) {
    const register = temps[i]
    if (held[register] === 0 && cached[register] < 0 && register !== not && register !== not2) {
      held[register] = 1
      return register
    }
  }
  let found = -1
  for (let i = 0; i < temps.length; i++) {
    const register = temps[i]
    if (held[register] !== 0 || register === not || register === not2) continue
    if (!dirty[cached[register]]) {
      found = register
      break
    }
    if (found < 0) found = register
  }
  if (found < 0) found = spillOne(kind, not, not2)
  uncache(found)
  held[found] = 1
  return found
}

/** Spills the register that the lowest operand is in. */
function spillOne(kind: Kind, not: number, not2: number): number {
  for (let i = stack.flushed; i < stack.sp; i++) {
    if (stack.where[i] !== REGISTER || isInt(stack.type[i]) !== isInt(kind)) continue
    const register = stack.value[i]
    if (register === not || register === not2) continue
    spill(register)
    if (held[register] === 0) return register
  }
  throw new Error('no register')
}

function spill(register: number): void {
  for (let i = stack.flushed; i < stack.sp; i++) {
    if (stack.where[i] !== REGISTER || stack.value[i] !== register) continue
    target.asm.storeFrame(stack.type[i], register, slotAt(i))
    stack.where[i] = SLOT
    held[register]--
  }
}

export function release(register: number): void {
  if (isTemp[register]) held[register]--
}

/** Whether an operand's register, which has been popped, is nobody else's. */
export const writable = (register: number): boolean =>
  isTemp[register] === 1 && held[register] === 1 && cached[register] < 0

/** Makes that register free and ours. */
export function take(register: number): void {
  if (held[register] > 0) evict(register)
  uncache(register)
  held[register] = 1
}

function evict(register: number): void {
  const temps = register < 32 ? ints : floats
  for (let k = 0; k < temps.length; k++) {
    const other = temps[k]
    if (other === register || held[other] !== 0 || cached[other] >= 0) continue
    moveOperands(register, other)
    if (held[register]) throw new Error('register in use')
    return
  }
  spill(register)
  if (held[register]) throw new Error('register in use')
}

/** Operands in a register are in another one then. */
function moveOperands(from: number, to: number): void {
  let wide: Kind = -1
  for (let i = stack.flushed; i < stack.sp; i++) {
    if (stack.where[i] !== REGISTER || stack.value[i] !== from) continue
    stack.value[i] = to
    held[to]++
    held[from]--
    wide = Math.max(wide, stack.type[i])
  }
  if (wide >= 0) target.asm.move(from < 32 ? I64 : V128, to, from)
}

// Pushing

export function reserveSlot(): void {
  const { sp } = stack
  if (sp >= stack.where.length) {
    stack.where = grown(stack.where, sp * 2)
    stack.value = grown(stack.value, sp * 2)
    stack.high = grown(stack.high, sp * 2)
    stack.type = grown(stack.type, sp * 2)
  }
  if (sp - stack.flushed > WINDOW) flush(sp - 16)
}

export function pushed(): void {
  if (++stack.sp > stack.max) stack.max = stack.sp
}

/** A result in a register that the caller holds. */
export function push(kind: Kind, register: number): void {
  if (destined >= 0) {
    // It went into a pinned local: the local.set or local.tee that follows is done.
    const op = r.bytes[r.pos++]
    u32()
    const l = destined
    destined = -1
    if (op === 0x22) pushPinned(l)
    return
  }
  reserveSlot()
  const { sp } = stack
  stack.where[sp] = REGISTER
  stack.value[sp] = register
  stack.type[sp] = kind
  pushed()
}

export function pushConstant(kind: Kind, lo: number, hi: number): void {
  reserveSlot()
  const { sp } = stack
  stack.where[sp] = CONSTANT
  stack.value[sp] = lo
  stack.high[sp] = hi
  stack.type[sp] = kind
  pushed()
}

/** An operand whose value is in its slot already. */
export function pushSlot(kind: Kind): void {
  reserveSlot()
  const { sp } = stack
  stack.where[sp] = SLOT
  stack.type[sp] = kind
  pushed()
}

export function pushPinned(l: number): void {
  reserveSlot()
  const { sp } = stack
  stack.where[sp] = PINNED
  stack.value[sp] = l
  stack.type[sp] = typeOf[l]
  references[l]++
  pushed()
}

// Popping

/** Takes an operand's value into a register, of which the caller has a share. */
export function operandRegister(i: number): number {
  const { asm } = target
  const kind = stack.type[i]
  const value = stack.value[i]
  switch (stack.where[i]) {
    case REGISTER:
      return value
    case PINNED:
      references[value]--
      return pinOf[value]
    case CONSTANT: {
      const register = allocate(kind)
      asm.constant(kind, register, value, stack.high[i])
      return register
    }
    case LOCAL: {
      references[value]--
      const known = inRegister[value]
      if (known >= 0) {
        held[known]++
        return known
      }
      const register = allocate(kind)
      asm.loadFrame(kind, register, home[value])
      if (!(temporary[value] && remaining[value] === 0)) {
        inRegister[value] = register
        cached[register] = value
        dirty[value] = 0
      }
      return register
    }
    default: {
      const register = allocate(kind)
      asm.loadFrame(kind, register, slotAt(i))
      return register
    }
  }
}

export function popped(): number {
  const i = --stack.sp
  if (stack.flushed > i) stack.flushed = i
  return i
}

export const pop = (): number => operandRegister(popped())

/** Writes an operand into exactly that register, and lets go of it. */
export function operandInto(i: number, register: number): void {
  const { asm } = target
  const kind = stack.type[i]
  const value = stack.value[i]
  switch (stack.where[i]) {
    case REGISTER:
      if (value !== register) asm.move(kind, register, value)
      return release(value)
    case PINNED:
      references[value]--
      return asm.move(kind, register, pinOf[value])
    case CONSTANT:
      return asm.constant(kind, register, value, stack.high[i])
    case LOCAL:
      references[value]--
      if (inRegister[value] >= 0) return asm.move(kind, register, inRegister[value])
      return asm.loadFrame(kind, register, home[value])
    default:
      return asm.loadFrame(kind, register, slotAt(i))
  }
}

export const popInto = (register: number): void => operandInto(popped(), register)

/** Pops to a register that may be written. */
export function popWritable(): number {
  const kind = stack.type[stack.sp - 1]
  const register = pop()
  if (writable(register)) return register
  const copy = allocate(kind)
  target.asm.move(kind, copy, register)
  release(register)
  return copy
}

/** Pops to a register that can be pushed again: no pinned local's. */
export function popKeeping(): number {
  const kind = stack.type[stack.sp - 1]
  const register = pop()
  if (isTemp[register]) return register
  const copy = allocate(kind)
  target.asm.move(kind, copy, register)
  return copy
}

/** Pops to that register, and holds it. */
export function popFixed(register: number): void {
  const i = stack.sp - 1
  if (stack.where[i] !== REGISTER || stack.value[i] !== register) {
    take(register)
    popInto(register)
    return
  }
  popped()
  if (held[register] > 1) {
    // The value stays; other operands in this register get a copy.
    const other = allocate(register < 32 ? I64 : V128, register)
    held[register]--
    moveOperands(register, other)
    held[other]--
    if (held[register] !== 0) throw new Error('register in use')
    held[register] = 1
  }
  uncache(register)
}

export function drop(): void {
  forgetOperand(popped())
}

function forgetOperand(i: number): void {
  const where = stack.where[i]
  if (where === REGISTER) release(stack.value[i])
  else if (where === PINNED || where === LOCAL) references[stack.value[i]]--
}

export function dropTo(height: number): void {
  while (stack.sp > height) drop()
}

// Slots

/** Operands from a height on, all of them constants or in their slots. */
export interface Operands {
  height: number
  where: Uint8Array
  value: Int32Array
  high: Int32Array
  type: Uint8Array
}

/** Takes the operands from a height on away, until they are put back there. */
export function takeOperands(height: number): Operands {
  const { sp, where, value, high, type } = stack
  stack.sp = stack.flushed = height
  return {
    height,
    where: where.slice(height, sp),
    value: value.slice(height, sp),
    high: high.slice(height, sp),
    type: type.slice(height, sp),
  }
}

/** In place of all that lie at that height or above. */
export function putOperands({ height, where, value, high, type }: Operands): void {
  dropTo(height)
  stack.where.set(where, height)
  stack.value.set(value, height)
  stack.high.set(high, height)
  stack.type.set(type, height)
  stack.sp = stack.flushed = height + where.length
}

/** Puts an operand, a constant too, into its slot. */
export function flushOperand(i: number): void {
  const { asm } = target
  const kind = stack.type[i]
  const value = stack.value[i]
  switch (stack.where[i]) {
    case SLOT:
      return
    case REGISTER:
      asm.storeFrame(kind, value, slotAt(i))
      release(value)
      break
    case PINNED:
      asm.storeFrame(kind, pinOf[value], slotAt(i))
      references[value]--
      break
    case CONSTANT:
      asm.storeFrameConstant(kind, slotAt(i), value, stack.high[i])
      break
    default: {
      const register = operandRegister(i)
      asm.storeFrame(kind, register, slotAt(i))
      release(register)
    }
  }
  stack.where[i] = SLOT
}

/** Whatever changes below `height` (locals, registers) is no matter then; constants stay what they are. */
export function flush(height: number): void {
  for (let i = stack.flushed; i < height; i++) if (stack.where[i] !== CONSTANT) flushOperand(i)
  if (height > stack.flushed) stack.flushed = height
}

/** As much, of operands in registers that calls do not keep. */
export function flushRegisters(height: number): void {
  for (let i = stack.flushed; i < height; i++) if (stack.where[i] === REGISTER) flushOperand(i)
}

/** Nothing is cached any more. */
export function clearCache(): void {
  for (let register = 0; register < 64; register++) {
    const l = cached[register]
    if (l < 0) continue
    inRegister[l] = -1
    cached[register] = -1
    dirty[l] = 0
  }
}

/** What temporaries hold, to their homes; before a call. */
export function saveTemporaries(): void {
  for (let register = 0; register < 64; register++) {
    const l = cached[register]
    if (l < 0 || !dirty[l]) continue
    target.asm.storeFrame(typeOf[l], register, home[l])
    dirty[l] = 0
  }
}

// What instructions ask

export const isConstant = (i: number): boolean => stack.where[i] === CONSTANT
/** A constant that is its low word with the sign extended. */
export const isSmall = (i: number): boolean =>
  stack.where[i] === CONSTANT &&
  stack.type[i] < F32 &&
  (stack.type[i] === I32 || stack.high[i] === stack.value[i] >> 31)

/** The frame offset of an operand that is nowhere but in the frame, -1 of others. */
export function frameOffset(i: number): number {
  const where = stack.where[i]
  if (where === SLOT) return slotAt(i)
  return where === LOCAL && inRegister[stack.value[i]] < 0 ? home[stack.value[i]] : -1
}

/** Exchanges the two uppermost operands, unless one is in its slot. */
export function swap(): void {
  const b = stack.sp - 1
  const a = b - 1
  const { where, value, high, type } = stack
  if (where[a] === SLOT || where[b] === SLOT) return
  const [w, v, h, t] = [where[a], value[a], high[a], type[a]]
  where[a] = where[b]
  value[a] = value[b]
  high[a] = high[b]
  type[a] = type[b]
  where[b] = w
  value[b] = v
  high[b] = h
  type[b] = t
  if (stack.flushed > a) stack.flushed = a
}

/**
 * The register of a pinned local that the next instruction sets to the result, or -1. Whoever asks writes the result there
 * and pushes it, or calls {@link undestine}.
 */
export function destination(kind: Kind): number {
  const op = r.bytes[r.pos]
  if (op !== 0x21 && op !== 0x22) return -1
  const before = r.pos++
  const l = u32()
  r.pos = before
  if (pinOf[l] < 0 || references[l] > 0 || typeOf[l] !== kind) return -1
  destined = l
  return pinOf[l]
}

export function undestine(): void {
  destined = -1
}

/** Where a result of one operand goes, which has been popped: a pinned local, its own register, a new one. */
export function resultOf(kind: Kind, operand: number): number {
  const d = destination(kind)
  if (d >= 0) return d
  return isInt(kind) === operand < 32 && writable(operand) ? operand : allocate(kind)
}
