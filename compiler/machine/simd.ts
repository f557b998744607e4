/** Vector instructions: what is computed into which register, by the target where it can, else by functions of the runtime. */
import { target, V128_LOAD, V128_STORE, type Assembler } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { runtimeFunction, type RuntimeFunction } from './runtime-functions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { popAddress, releaseAddress } from './memory.ts'
import { condition, resultOfTwo } from './numeric.ts'
import { r } from './reader.ts'
import {
  allocate,
  destination,
  drop,
  isConstant,
  pop,
  popKeeping,
  push,
  pushConstant,
  release,
  resultOf,
  stack,
} from './stack.ts'
import { place } from './traps.ts'
import { F32, F64, I32, I64, kindOf, V128, type Kind } from './types.ts'
import { CALLED, vectorNumber, VECTOR_NUMBERS, WITH_TEMPORARY } from './vectors.ts'

const [
  BINARY,
  UNARY,
  SHIFT,
  SPLAT,
  EXTRACT,
  REPLACE,
  TEST,
  BITS,
  SELECT,
  MULTIPLY_ADD,
  LOAD,
  LOAD_LANE,
  STORE_LANE,
  ONLY_CALLED,
] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
const CONST = 12
export const SHUFFLE = 13

interface Row {
  form: number
  /** That of the result. */
  kind: Kind
  width: number
  /** Bits of a lane that is shifted. */
  bits: number
  /** Where the immediate has a lane. */
  hasLane: boolean
  /** Its number, or that of the instruction that does the same without being relaxed. */
  sub: number
  /** Of loads and stores of a lane or of what becomes one: the plain instruction, the kind of that, and what makes a vector of it. */
  access: number
  accessKind: Kind
  /** -1: nothing has to be made of it. */
  part: number
  called: RuntimeFunction
}

/** Plain loads and stores by bits, with the lanes that are read or written; floating-point ones leave zeros above. */
const LANES: Record<string, { lanes: string; load: number; store: number; kind: Kind }> = {
  8: { lanes: 'i8x16', load: 0x2d, store: 0x3a, kind: I32 },
  16: { lanes: 'i16x8', load: 0x2f, store: 0x3b, kind: I32 },
  32: { lanes: 'f32x4', load: 0x2a, store: 0x38, kind: F32 },
  64: { lanes: 'f64x2', load: 0x2b, store: 0x39, kind: F64 },
}
/** What 8 bytes of memory are extended to. */
const EXTENDED: Record<string, string> = {
  '8x8': 'i16x8.extend_low_i8x16',
  '16x4': 'i32x4.extend_low_i16x8',
  '32x2': 'i64x2.extend_low_i32x4',
}
const extractOf = (lanes: string): number => vectorNumber(`${lanes}.extract_lane${lanes.startsWith('i') ? '_u' : ''}`)

function accessOf(name: string): Partial<Row> {
  const [, verb, bits, how] = /^v128\.(load|store)([\dx]*)_?(.*)$/.exec(name)!
  if (bits.includes('x'))
    return { form: LOAD, access: 0x2b, accessKind: F64, part: vectorNumber(`${EXTENDED[bits]}_${how}`) }
  if (bits === '') return {}
  const { lanes, load, store, kind } = LANES[bits]
  if (how === 'zero') return { form: LOAD, access: load, accessKind: kind, part: -1 }
  if (how === 'splat') return { form: LOAD, access: load, accessKind: kind, part: vectorNumber(`${lanes}.splat`) }
  return verb === 'load'
    ? { form: LOAD_LANE, access: load, accessKind: kind, part: vectorNumber(`${lanes}.replace_lane`) }
    : { form: STORE_LANE, access: store, accessKind: kind, part: extractOf(lanes) }
}

/** Relaxed instructions do what plain ones do: see runtime/simd/relaxed.h. */
function plain(name: string): number {
  const other = name.endsWith('laneselect')
    ? 'v128.bitselect'
    : name.replace('relaxed_trunc_', 'trunc_sat_').replace('relaxed_', '')
  return VECTOR_NUMBERS.get(other) ?? vectorNumber(name)
}

function formOf(name: string, params: readonly Kind[], result: Kind): number {
  if (name.endsWith('madd')) return MULTIPLY_ADD
  if (name.endsWith('select')) return SELECT
  if (name.includes('extract_lane')) return EXTRACT
  if (name.includes('replace_lane')) return REPLACE
  if (name.endsWith('splat')) return SPLAT
  if (name.endsWith('bitmask')) return BITS
  if (result === I32) return TEST
  if (params.length === 2) return params[1] === I32 ? SHIFT : BINARY
  return params.length === 1 ? UNARY : ONLY_CALLED
}

const ROWS: Row[] = []
for (const { code, name, imm, params = [], results = [], size = 0 } of opcodes) {
  if (code >> 16 !== 0xfd) continue
  const isAccess = imm.startsWith('memarg')
  const hasLane = imm.endsWith('lane')
  const operands = params.map(kindOf)
  const kinds = operands.slice()
  // Where memory is accessed the address of the bytes comes last, then a lane.
  if (isAccess) kinds.shift()
  if (isAccess) kinds.push(I64)
  if (hasLane) kinds.push(I32)
  if (name === 'i8x16.shuffle') kinds.push(V128)
  const kind = results.length > 0 ? kindOf(results[0]) : I32
  ROWS[code & 0xffff] = {
    form: isAccess || imm.startsWith('v128') || imm === 'lanes' ? ONLY_CALLED : formOf(name, operands, kind),
    kind,
    width: size,
    bits: Number(/^i(\d+)x/.exec(name)?.[1] ?? 0),
    hasLane,
    sub: plain(name),
    access: 0,
    accessKind: I32,
    part: -1,
    called: runtimeFunction(name.replaceAll('.', '_'), kinds, results.map(kindOf)),
    ...(isAccess ? accessOf(name) : {}),
  }
}

/** Products and what they are added to or taken from. */
const MULTIPLY_ADDS = new Map(
  ['f32x4', 'f64x2'].flatMap((lanes) =>
    [false, true].map((isNegated): [number, { multiply: number; add: number; isNegated: boolean }] => [
      vectorNumber(`${lanes}.relaxed_${isNegated ? 'n' : ''}madd`),
      { multiply: vectorNumber(`${lanes}.mul`), add: vectorNumber(`${lanes}.${isNegated ? 'sub' : 'add'}`), isNegated },
    ]),
  ),
)

let callsOf: Assembler | undefined
const calls = new Uint8Array(512)

/** By number: whether a function of the runtime may be called. */
export function vectorCalls(): Uint8Array {
  const { asm } = target
  if (asm === callsOf) return calls
  callsOf = asm
  const { how } = asm.vectors
  ROWS.forEach(({ form, part, sub: same }, number) => {
    const isInline =
      form === MULTIPLY_ADD ||
      (form >= LOAD && form < ONLY_CALLED ? part < 0 || how[part] !== CALLED : how[same] !== CALLED)
    calls[number] = isInline && form !== ONLY_CALLED ? 0 : 1
  })
  for (const number of [0, 11, CONST]) calls[number] = 0
  return calls
}

/** The same of a shuffle, whose 16 numbers follow. */
export const shuffleCalls = (): boolean => !target.asm.vectors.shuffles(r.bytes, r.pos, wantedBytes(r.pos + 16))

/** By instruction that takes but the lower half of a vector: bytes of a lane. */
const LOWER = new Uint8Array(512)
for (const [from, to] of [
  ['i8x16', 'i16x8'],
  ['i16x8', 'i32x4'],
  ['i32x4', 'i64x2'],
])
  for (const sign of ['s', 'u'])
    LOWER[vectorNumber(`${to}.extend_low_${from}_${sign}`)] = Number(from.slice(1, from.indexOf('x'))) / 8

/**
 * How many bytes of a vector the next instructions take from it, the lower ones. Compilers take a part of a vector with a
 * shuffle that says nothing of the rest, and extend that.
 */
function wantedBytes(at: number): number {
  const { bytes } = r
  let wanted = 16
  for (let lane = 1; wanted > 1; lane *= 2) {
    if (bytes[at] !== 0xfd || bytes[at + 2] !== 1 || LOWER[bytes[at + 1]] < lane) return wanted
    lane = LOWER[bytes[at + 1]]
    wanted >>= 1
    at += 3
  }
  return wanted
}

function pushVector(): void {
  const register = allocate(V128)
  target.asm.vector(register, r.bytes, r.pos)
  r.pos += 16
  push(V128, register)
}

export function vectorInstruction(number: number): void {
  if (number === CONST) return pushVector()
  if (number === 0 || number === 11) return number === 0 ? load() : store()
  if (number === SHUFFLE) return shuffle()
  const row = ROWS[number]
  if (vectorCalls()[number]) return call(row)
  const { form, sub: same } = row
  const { vectors } = target.asm
  switch (form) {
    case BINARY:
      return binary(same)
    case UNARY:
      return unary(same)
    case SHIFT:
      return shift(row)
    case SPLAT: {
      const a = pop()
      const d = freshVector()
      vectors.splat(same, d, a)
      release(a)
      return push(V128, d)
    }
    case EXTRACT:
      return extract(row)
    case REPLACE: {
      const lane = r.bytes[r.pos++]
      const b = pop()
      const a = pop()
      const d = resultOf(V128, a)
      vectors.replace(same, d, a, b, lane)
      if (d !== a) release(a)
      release(b)
      return push(V128, d)
    }
    case TEST: {
      const a = pop()
      const cc = vectors.test(same, a)
      release(a)
      return condition(cc)
    }
    case BITS: {
      const a = pop()
      const d = allocate(I32)
      vectors.bits(same, d, a)
      release(a)
      return push(I32, d)
    }
    case SELECT: {
      const mask = pop()
      const b = pop()
      const a = pop()
      const d = resultOf(V128, a)
      vectors.select(d, a, b, mask)
      if (d !== a) release(a)
      release(b)
      release(mask)
      return push(V128, d)
    }
    case MULTIPLY_ADD:
      return multiplyAdd(number)
    default:
      return access(row)
  }
}

/** A place for the result that is none of the operands. */
function freshVector(): number {
  const d = destination(V128)
  return d >= 0 ? d : allocate(V128)
}

/** A register for what {@link VectorAssembler} wants one for; -1. */
const temporary = (number: number): number => (target.asm.vectors.how[number] === WITH_TEMPORARY ? allocate(V128) : -1)

function letGo(register: number): void {
  if (register >= 0) release(register)
}

function binary(number: number): void {
  const { vectors } = target.asm
  const b = pop()
  const a = pop()
  const t = temporary(number)
  const d = resultOfTwo(V128, a, b, vectors.commutes[number] === 1)
  vectors.binary(number, d, a, b, t)
  letGo(t)
  if (d !== a) release(a)
  if (d !== b) release(b)
  push(V128, d)
}

function unary(number: number): void {
  const a = pop()
  const t = temporary(number)
  const d = resultOf(V128, a)
  target.asm.vectors.unary(number, d, a, t)
  letGo(t)
  if (d !== a) release(a)
  push(V128, d)
}

function shift({ sub: number, bits }: Row): void {
  const { vectors } = target.asm
  const top = stack.sp - 1
  const known = isConstant(top) ? stack.value[top] & (bits - 1) : -1
  let count = -1
  if (known >= 0) drop()
  else count = pop()
  const a = pop()
  const t = temporary(number)
  const d = resultOf(V128, a)
  if (known === 0) target.asm.move(V128, d, a)
  else if (known > 0) vectors.shiftConstant(number, d, a, known, t)
  else {
    vectors.shift(number, d, a, count, t)
    release(count)
  }
  letGo(t)
  if (d !== a) release(a)
  push(V128, d)
}

function extract({ sub: number, kind }: Row): void {
  const lane = r.bytes[r.pos++]
  const a = pop()
  const known = destination(kind)
  const d = known >= 0 ? known : allocate(kind)
  target.asm.vectors.extract(number, d, a, lane)
  release(a)
  push(kind, d)
}

/** Both rounded, one after the other. */
function multiplyAdd(number: number): void {
  const { vectors } = target.asm
  const { multiply, add, isNegated } = MULTIPLY_ADDS.get(number)!
  const c = pop()
  const b = pop()
  const a = pop()
  const product = allocate(V128)
  vectors.binary(multiply, product, a, b, -1)
  release(a)
  release(b)
  const known = destination(V128)
  const d = known >= 0 ? known : product
  if (isNegated) vectors.binary(add, d, c, product, -1)
  else vectors.binary(add, d, product, c, -1)
  release(c)
  if (d !== product) release(product)
  push(V128, d)
}

function shuffle(): void {
  const { vectors } = target.asm
  const { bytes, pos } = r
  const wanted = wantedBytes(pos + 16)
  if (!vectors.shuffles(bytes, pos, wanted)) {
    pushVector()
    return callRuntime(ROWS[SHUFFLE].called)
  }
  r.pos += 16
  const b = pop()
  const a = pop()
  const t = temporary(SHUFFLE)
  const d = resultOf(V128, a)
  vectors.shuffle(d, a, b, bytes, pos, wanted, t)
  letGo(t)
  if (d !== a) release(a)
  release(b)
  push(V128, d)
}

function call({ width, hasLane, called }: Row): void {
  const { asm } = target
  if (width > 0) {
    const vector = called.signature().params.length > (hasLane ? 2 : 1) ? popKeeping() : -1
    popAddress(width)
    const address = allocate(I64)
    asm.memoryAddress(address)
    releaseAddress()
    if (vector >= 0) push(V128, vector)
    push(I64, address)
  }
  if (hasLane) pushConstant(I32, r.bytes[r.pos++], 0)
  callRuntime(called)
}

/** Loads and stores of less than a vector. */
function access(row: Row): void {
  if (row.form === LOAD) loadPart(row)
  else if (row.form === LOAD_LANE) loadLane(row)
  else storeLane(row)
}

function loadPart({ width, access: op, accessKind: kind, part }: Row): void {
  const { asm } = target
  const { vectors } = asm
  popAddress(width)
  const value = allocate(kind === I32 ? I32 : V128)
  place()
  asm.load(op, value)
  releaseAddress()
  if (part < 0) return push(V128, value)
  const d = destination(V128)
  const to = d >= 0 ? d : kind === I32 ? allocate(V128) : value
  const isSplat = ROWS[part].form === SPLAT
  const t = isSplat ? -1 : temporary(part)
  if (isSplat) vectors.splat(part, to, value)
  else vectors.unary(part, to, value, t)
  letGo(t)
  if (to !== value) release(value)
  push(V128, to)
}

function loadLane({ width, access: op, accessKind: kind, part }: Row): void {
  const { asm } = target
  const vector = popKeeping()
  popAddress(width)
  const lane = r.bytes[r.pos++]
  const value = allocate(kind)
  place()
  asm.load(op, value)
  releaseAddress()
  const d = resultOf(V128, vector)
  asm.vectors.replace(part, d, vector, value, lane)
  release(value)
  if (d !== vector) release(vector)
  push(V128, d)
}

function storeLane({ width, access: op, accessKind: kind, part }: Row): void {
  const { asm } = target
  const vector = pop()
  popAddress(width)
  const lane = r.bytes[r.pos++]
  const value = allocate(kind)
  asm.vectors.extract(part, value, vector, lane)
  place()
  asm.store(op, value)
  release(value)
  release(vector)
  releaseAddress()
}

function load(): void {
  popAddress(16)
  const d = allocate(V128)
  place()
  target.asm.load(V128_LOAD, d)
  releaseAddress()
  push(V128, d)
}

function store(): void {
  const value = pop()
  popAddress(16)
  place()
  target.asm.store(V128_STORE, value)
  release(value)
  releaseAddress()
}
