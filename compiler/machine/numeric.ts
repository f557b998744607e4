/** Numeric instructions: what is computed into which register. */
import { ADD, AND, flags, FNEAREST, FCEIL, MUL, OR, SHL, SUB, target, XOR, EQ } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction, type RuntimeFunction } from './runtime-functions.ts'
import { pending, takeCondition } from './control.ts'
import { pinOf } from './locals.ts'
import { r, s64, u32, word } from './reader.ts'
import {
  allocate,
  destination,
  drop,
  frameOffset,
  isConstant,
  isSmall,
  pop,
  push,
  pushConstant,
  release,
  resultOf,
  stack,
  swap,
  writable,
} from './stack.ts'
import { F32, F64, I32, I64, type Kind } from './types.ts'

/** Leaves a condition in the flags, if the next instruction takes it from there, or makes it an operand. */
export function condition(cc: number): void {
  const { asm } = target
  for (;;) {
    const next = r.bytes[r.pos]
    if (next !== 0x45) {
      if (next === 0x0d || next === 0x04 || next === 0x1b) {
        pending.condition = cc
        flags.live = true
        return
      }
      break
    }
    cc = asm.negate(cc)
    r.pos++
  }
  flags.live = true
  const d = allocate(I32)
  flags.live = false
  asm.set(cc, d)
  push(I32, d)
}

/** Comparisons with their operands exchanged, in the order of opcodes. */
const SWAPPED = [0, 1, 4, 5, 2, 3, 8, 9, 6, 7]

function compare(w: number, kind: number): void {
  const { asm } = target
  const b = stack.sp - 1
  if (isConstant(b - 1) && !isConstant(b) && stack.where[b] !== 0) {
    swap()
    kind = SWAPPED[kind]
  }
  if (isSmall(b)) {
    const value = stack.value[b]
    drop()
    const offset = frameOffset(stack.sp - 1)
    if (offset >= 0 && asm.foldsMemory) {
      drop()
      condition(asm.compareFrameConstant(w, kind, offset, value))
      return
    }
    const a = pop()
    release(a)
    condition(asm.compareConstant(w, kind, a, value))
    return
  }
  const rb = pop()
  const ra = pop()
  release(ra)
  release(rb)
  condition(asm.compare(w, kind, ra, rb))
}

function equalsZero(w: number): void {
  const { asm } = target
  const offset = frameOffset(stack.sp - 1)
  if (offset >= 0) {
    drop()
    condition(asm.compareFrameConstant(w, EQ, offset, 0))
    return
  }
  const a = pop()
  release(a)
  condition(asm.compareConstant(w, EQ, a, 0))
}

export function alu(op: number, w: number): void {
  const { asm } = target
  const commutes = op !== SUB
  const b = stack.sp - 1
  if (commutes && isConstant(b - 1) && !isConstant(b)) swap()
  if (isSmall(b)) {
    const value = stack.value[b]
    drop()
    const a = pop()
    const shifted = op === ADD && asm.addThree !== undefined ? nextAddsShifted(w) : -1
    const d = resultOf(w, a)
    if (shifted >= 0) asm.addThree!(w, d, a, pinOf[shifted], next.count, value)
    else asm.aluConstant(op, w, d, a, value)
    if (d !== a) release(a)
    push(w, d)
    return
  }
  const offset = frameOffset(b)
  if (offset >= 0 && asm.foldsMemory) {
    drop()
    const a = pop()
    const d = resultOf(w, a)
    asm.aluFrame(op, w, d, a, offset)
    if (d !== a) release(a)
    push(w, d)
    return
  }
  const rb = pop()
  const ra = pop()
  const three = op === ADD && nextAddsConstant(w)
  const d = resultOfTwo(w, ra, rb, commutes)
  if (three) asm.addThree!(w, d, ra, rb, 0, next.value)
  else asm.alu(op, w, d, ra, rb)
  if (d !== ra) release(ra)
  if (d !== rb) release(rb)
  push(w, d)
}

/** Of two operands that have been popped. */
export function resultOfTwo(kind: Kind, a: number, b: number, commutes: boolean): number {
  const d = destination(kind)
  if (d >= 0) return d
  if (writable(a)) return a
  return commutes && writable(b) ? b : allocate(kind)
}

const CONSTANTS = [0x41, 0x42]
const SHLS = [0x74, 0x86]
const ADDS = [0x6a, 0x7c]
/** What is found to come next. */
const next = { value: 0, count: 0 }

/** Whether a constant and an addition of it come next, that can be part of an `addThree`: they are passed over then. */
function nextAddsConstant(w: number): boolean {
  const { bytes, pos } = r
  if (bytes[pos] !== CONSTANTS[w] || target.asm.addThree === undefined) return false
  r.pos++
  s64()
  if (r.bytes[r.pos] === ADDS[w] && (w === I32 || r.hi === r.lo >> 31)) {
    r.pos++
    next.value = r.lo
    return true
  }
  r.pos = pos
  return false
}

/** The pinned local that is shifted by 1 to 3 and added next, which is passed over then; -1. */
function nextAddsShifted(w: number): number {
  const { bytes, pos } = r
  if (bytes[pos] !== 0x20) return -1
  r.pos++
  const l = u32()
  const at = r.pos
  const count = bytes[at + 1]
  const fits = bytes[at] === CONSTANTS[w] && count >= 1 && count <= 3 && bytes[at + 2] === SHLS[w]
  if (fits && bytes[at + 3] === ADDS[w] && pinOf[l] >= 0) {
    r.pos = at + 4
    next.count = count
    return l
  }
  r.pos = pos
  return -1
}

function shift(op: number, w: number): void {
  const { asm } = target
  const b = stack.sp - 1
  if (!isConstant(b)) return asm.shiftBy(op, w)
  const count = stack.value[b] & (w ? 63 : 31)
  drop()
  if (op === SHL && count >= 1 && count <= 3 && r.bytes[r.pos] === ADDS[w] && !isConstant(stack.sp - 2)) {
    r.pos++
    const y = pop()
    const x = pop()
    const three = nextAddsConstant(w)
    const d = resultOfTwo(w, x, y, true)
    if (three) asm.addThree!(w, d, x, y, count, next.value)
    else asm.addShifted(w, d, x, y, count)
    if (d !== x) release(x)
    if (d !== y) release(y)
    push(w, d)
    return
  }
  const a = pop()
  const added = op === SHL && count >= 1 && count <= 3 && nextAddsConstant(w)
  const d = resultOf(w, a)
  if (added) asm.addThree!(w, d, -1, a, count, next.value)
  else asm.shiftConstant(op, w, d, a, count)
  finishUnary(w, d, a)
}

/** Of one operand, which has been popped: its result. */
function finishUnary(kind: Kind, d: number, a: number): void {
  if (d !== a) release(a)
  push(kind, d)
}

function float(op: number, kind: Kind): void {
  const { asm } = target
  const b = stack.sp - 1
  const commutes = op === 0 || op === 2
  if (op < 4 && asm.foldsMemory) {
    const offset = frameOffset(b)
    const constant = isConstant(b)
    if (offset >= 0 || constant) {
      const lo = stack.value[b]
      const hi = stack.high[b]
      drop()
      const a = pop()
      const d = resultOf(kind, a)
      if (constant) asm.floatConstant(op, kind, d, a, lo, hi)
      else asm.floatFrame(op, kind, d, a, offset)
      if (d !== a) release(a)
      push(kind, d)
      return
    }
  }
  const rb = pop()
  const ra = pop()
  const d = resultOfTwo(kind, ra, rb, commutes)
  asm.float(op, kind, d, ra, rb)
  if (d !== ra) release(ra)
  if (d !== rb) release(rb)
  push(kind, d)
}

function floatCompare(kind: Kind, op: number): void {
  const b = pop()
  const a = pop()
  release(a)
  release(b)
  condition(target.asm.floatCompare(kind, op, a, b))
}

export function select(): void {
  const { asm } = target
  const cc = takeCondition()
  flags.live = true
  const kind = stack.type[stack.sp - 1]
  const b = pop()
  const a = pop()
  const d = resultOf(kind, a)
  flags.live = false
  asm.select(cc, kind, d, a, b)
  if (d !== a) release(a)
  release(b)
  push(kind, d)
}

const ROUND = ['ceil', 'floor', 'trunc', 'nearest']
const ROUNDING = [F32, F64].map((kind) =>
  ROUND.map((name) => runtimeFunction(`${kind === F32 ? 'f32' : 'f64'}_${name}`, [kind], [kind])),
)
const POPCOUNT = [runtimeFunction('i32_popcnt', [I32], [I32]), runtimeFunction('i64_popcnt', [I64], [I64])]

function floatUnary(op: number, kind: Kind): void {
  const { asm } = target
  if (op >= FCEIL && op <= FNEAREST && !asm.hasRounding) return callRuntime(ROUNDING[kind - F32][op - FCEIL])
  const a = pop()
  const d = resultOf(kind, a)
  asm.floatUnary(op, kind, d, a)
  finishUnary(kind, d, a)
}

/** By opcode, from 0xa7 on: operand and result. */
const OPERAND = [
  I64,
  F32,
  F32,
  F64,
  F64,
  I32,
  I32,
  F32,
  F32,
  F64,
  F64,
  I32,
  I32,
  I64,
  I64,
  F64,
  I32,
  I32,
  I64,
  I64,
  F32,
  F32,
  F64,
  I32,
  I64,
]
const RESULT = [
  I32,
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
  F32,
  F32,
  F32,
  F32,
  F32,
  F64,
  F64,
  F64,
  F64,
  F64,
  I32,
  I64,
  F32,
  F64,
]
const NAMES = ['i32', 'i64', 'f32', 'f64']
/** Conversions that are functions of the runtime. */
const CONVERSIONS: (RuntimeFunction | undefined)[] = []
for (let i = 0; i < OPERAND.length; i++) {
  const [from, to] = [OPERAND[i], RESULT[i]]
  const op = 0xa7 + i
  const unsigned = (op < 0xac ? i - 1 : op < 0xb2 ? op - 0xae : op - 0xb2) & 1
  if (op >= 0xa8 && op <= 0xb1 && op !== 0xac && op !== 0xad)
    CONVERSIONS[op] = runtimeFunction(`${NAMES[to]}_trunc_${NAMES[from]}_${unsigned ? 'u' : 's'}`, [from], [to])
}
CONVERSIONS[0xb5] = runtimeFunction('f32_convert_i64_u', [I64], [F32])
CONVERSIONS[0xba] = runtimeFunction('f64_convert_i64_u', [I64], [F64])
const SATURATING = [I32, I64].flatMap((to) =>
  [F32, F64].flatMap((from) =>
    ['s', 'u'].map((sign) => runtimeFunction(`${NAMES[to]}_trunc_sat_${NAMES[from]}_${sign}`, [from], [to])),
  ),
)

function convert(op: number): void {
  const { asm } = target
  const kind = RESULT[op - 0xa7]
  const called = CONVERSIONS[op]
  if (called !== undefined && !(op < 0xb2 ? asm.truncates(op) : asm.converts(op))) return callRuntime(called)
  if (op === 0xad) return extend()
  const a = pop()
  const d = resultOf(kind, a)
  if (op === 0xa7) asm.zeroExtend(d, a)
  else if (op === 0xac) asm.signExtend(op, d, a)
  else if (op < 0xb2) asm.truncate(op, d, a)
  else if (op < 0xbc) asm.convert(op, d, a)
  else asm.reinterpret(op, d, a)
  finishUnary(kind, d, a)
}

/** The upper half is zero already. */
function extend(): void {
  const i = stack.sp - 1
  if (isConstant(i)) {
    const value = stack.value[i]
    drop()
    return pushConstant(I64, value, 0)
  }
  const a = pop()
  const d = resultOf(I64, a)
  target.asm.move(I64, d, a)
  finishUnary(I64, d, a)
}

export function saturate(sub: number): void {
  const { asm } = target
  if (!asm.hasSaturation) return callRuntime(SATURATING[sub])
  const kind = sub < 4 ? I32 : I64
  const a = pop()
  const d = resultOf(kind, a)
  asm.saturate(sub, d, a)
  finishUnary(kind, d, a)
}

/** add128 sub128 mul_wide_s mul_wide_u */
export function wide(i: number): void {
  if (i < 2) target.asm.addWide(i)
  else target.asm.multiplyWide(i === 2)
}

const ALU = [ADD, SUB, MUL, -1, -1, -1, -1, AND, OR, XOR]

/** Instructions 0x45..0xc4. */
export function numeric(op: number): void {
  const { asm } = target
  if (op < 0x50) return op === 0x45 ? equalsZero(I32) : compare(I32, op - 0x46)
  if (op < 0x5b) return op === 0x50 ? equalsZero(I64) : compare(I64, op - 0x51)
  if (op < 0x67) return op < 0x61 ? floatCompare(F32, op - 0x5b) : floatCompare(F64, op - 0x61)
  if (op < 0x8b) return op < 0x79 ? integer(op - 0x67, I32) : integer(op - 0x79, I64)
  if (op < 0xa7) {
    const kind = op < 0x99 ? F32 : F64
    const i = op - (kind === F32 ? 0x8b : 0x99)
    if (i < 7) return floatUnary(i, kind)
    return float(i - 7, kind)
  }
  if (op < 0xc0) return convert(op)
  const kind = op < 0xc2 ? I32 : I64
  const a = pop()
  const d = resultOf(kind, a)
  asm.signExtend(op, d, a)
  finishUnary(kind, d, a)
}

/** clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr */
function integer(i: number, w: number): void {
  const { asm } = target
  if (i >= 13) return shift(i - 13, w)
  if (i >= 3) return i >= 6 && i <= 9 ? asm.divide(i - 6, w) : alu(ALU[i - 3], w)
  if (i === 2 && !asm.hasPopcount) return callRuntime(POPCOUNT[w])
  const a = pop()
  let d = destination(w)
  if (d < 0) d = allocate(w)
  if (i === 0) asm.clz(w, d, a)
  else if (i === 1) asm.ctz(w, d, a)
  else asm.popcount(w, d, a)
  release(a)
  push(w, d)
}

export function constant(op: number): void {
  if (op === 0x43) return pushConstant(F32, word(), 0)
  const lo = word()
  pushConstant(F64, lo, word())
}
