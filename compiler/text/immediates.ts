import type { Immediates, Opcode } from '../wasm/opcodes.ts'
import type { ByteWriter } from './bytes.ts'
import type { Code } from './code.ts'
import type { Cursor } from './cursor.ts'
import { KEYWORD, NUMBER } from './lexer.ts'
import { isInteger, parseFloating, parseSigned, parseUnsigned } from './numbers.ts'
import type { Space } from './space.ts'

/** Reads the immediates of an instruction and writes the whole of it. */
export type WriteInstruction = (w: ByteWriter, op: Opcode, code: Code) => void

const index =
  (of: (code: Code) => Space): WriteInstruction =>
  (w, op, code) =>
    opcode(w, op).u32(of(code).index(code.cursor))

const label: WriteInstruction = (w, op, code) => opcode(w, op).u32(code.label())

/** The opcode, which may have a prefix. */
export function opcode(w: ByteWriter, { code }: Pick<Opcode, 'code'>): ByteWriter {
  return code < 0x100 ? w.byte(code) : w.byte(code >>> 16).u32(code & 0xffff)
}

/** An index that may be left out, and is 0 then. */
function optional(cursor: Cursor, space: Space): number {
  return cursor.isIndex ? space.index(cursor) : 0
}

/** Indices into two spaces of which both or none are there. */
function both(cursor: Cursor, first: Space, second: Space): [number, number] {
  return cursor.isIndex ? [first.index(cursor), second.index(cursor)] : [0, 0]
}

/** A memory or table, which may be left out, and then a segment. */
function segment(cursor: Cursor, space: Space, segments: Space): [number, number] {
  const start = cursor.at
  cursor.at++
  const two = cursor.isIndex
  cursor.at = start
  return two ? [space.index(cursor), segments.index(cursor)] : [0, segments.index(cursor)]
}

/** One writer for each kind of immediates. */
export const WRITE: Record<Immediates, WriteInstruction> = {
  '': (w, op) => opcode(w, op),
  block: (w, op, code) => code.module.types.block(code.cursor, opcode(w, op)),
  'block catches': (w, op, code) => {
    code.module.types.block(code.cursor, opcode(w, op))
    code.catches(w)
  },
  label,
  labels: (w, op, code) => {
    const labels = [code.label()]
    while (code.cursor.isIndex) labels.push(code.label())
    opcode(w, op).u32(labels.length - 1)
    for (const each of labels) w.u32(each)
  },
  func: index((code) => code.module.spaces.func),
  type: index((code) => code.module.types.space),
  'type table': (w, op, { cursor, module }) => {
    const table = optional(cursor, module.spaces.table)
    opcode(w, op).u32(module.types.use(cursor)).u32(table)
  },
  'type type': (w, op, { cursor, module: { types } }) => {
    opcode(w, op).u32(types.space.index(cursor)).u32(types.space.index(cursor))
  },
  'type field': (w, op, { cursor, module: { types } }) => {
    const type = types.space.index(cursor)
    opcode(w, op).u32(type).u32(types.fieldsOf(type).index(cursor))
  },
  'type count': (w, op, { cursor, module }) => {
    opcode(w, op)
      .u32(module.types.space.index(cursor))
      .u32(Number(cursor.unsigned(32, 'a number of elements')))
  },
  'type data': (w, op, code) => {
    const { cursor, module } = code
    code.usesData = true
    opcode(w, op).u32(module.types.space.index(cursor)).u32(module.spaces.data.index(cursor))
  },
  'type elem': (w, op, { cursor, module }) => {
    opcode(w, op).u32(module.types.space.index(cursor)).u32(module.spaces.elem.index(cursor))
  },
  local: index((code) => code.locals),
  global: index((code) => code.module.spaces.global),
  table: (w, op, { cursor, module }) => void opcode(w, op).u32(optional(cursor, module.spaces.table)),
  'table table': (w, op, { cursor, module: { spaces } }) => {
    const [to, from] = both(cursor, spaces.table, spaces.table)
    opcode(w, op).u32(to).u32(from)
  },
  elem: index((code) => code.module.spaces.elem),
  'elem table': (w, op, { cursor, module: { spaces } }) => {
    const [table, elem] = segment(cursor, spaces.table, spaces.elem)
    opcode(w, op).u32(elem).u32(table)
  },
  data: (w, op, code) => {
    const { cursor, module } = code
    code.usesData = true
    opcode(w, op).u32(module.spaces.data.index(cursor))
  },
  'data memory': (w, op, code) => {
    const { cursor, module } = code
    code.usesData = true
    const [memory, data] = segment(cursor, module.spaces.memory, module.spaces.data)
    opcode(w, op).u32(data).u32(memory)
  },
  memory: (w, op, { cursor, module }) => void opcode(w, op).u32(optional(cursor, module.spaces.memory)),
  'memory memory': (w, op, { cursor, module: { spaces } }) => {
    const [to, from] = both(cursor, spaces.memory, spaces.memory)
    opcode(w, op).u32(to).u32(from)
  },
  memarg: (w, op, { cursor, module }) => {
    memArg(cursor, opcode(w, op), op, optional(cursor, module.spaces.memory))
  },
  'memarg lane': (w, op, { cursor, module }) => {
    // One number is the lane; a memory has something behind it.
    const start = cursor.at
    cursor.at++
    const named = cursor.isIndex || /^(offset|align)=/.test(cursor.word)
    cursor.at = start
    memArg(cursor, opcode(w, op), op, named && cursor.isIndex ? module.spaces.memory.index(cursor) : 0)
    w.byte(lane(cursor))
  },
  lane: (w, op, { cursor }) => void opcode(w, op).byte(lane(cursor)),
  lanes: (w, op, { cursor }) => {
    opcode(w, op)
    for (let i = 0; i < 16; i++) w.byte(lane(cursor))
  },
  i32: (w, op, { cursor }) => void opcode(w, op).signed(integer(cursor, 32)),
  i64: (w, op, { cursor }) => void opcode(w, op).signed(integer(cursor, 64)),
  f32: (w, op, { cursor }) => void opcode(w, op).littleEndian(floating(cursor, 32), 4),
  f64: (w, op, { cursor }) => void opcode(w, op).littleEndian(floating(cursor, 64), 8),
  v128: (w, op, { cursor }) => vector(cursor, opcode(w, op)),
  heaptype: (w, op, { cursor, module }) => module.types.heapType(cursor, opcode(w, op)),
  // Of two opcodes the one for references that may be null is the second.
  'non-null heaptype': (w, op, { cursor, module }) => {
    const { nullable, heap } = module.types.reference(cursor)
    opcode(w, { code: op.code + (nullable ? 1 : 0) }).bytes(heap)
  },
  cast: (w, op, code) => {
    const target = code.label()
    const [from, to] = [code.module.types.reference(code.cursor), code.module.types.reference(code.cursor)]
    const flags = (from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)
    opcode(w, op).byte(flags).u32(target).bytes(from.heap).bytes(to.heap)
  },
  types: (w, op, { cursor, module }) => {
    const types: Uint8Array[] = []
    while (cursor.list('result')) {
      while (!cursor.isClosed) types.push(module.types.valueType(cursor))
      cursor.close()
    }
    opcode(w, op).u32(types.length)
    for (const type of types) w.bytes(type)
  },
  tag: index((code) => code.module.spaces.tag),
  'atomic.fence': (w, op) => void opcode(w, op).byte(0),
}

const MEMORY_INDEX = 0x40

/** `offset=` and `align=`, in this order; both may be left out. */
function memArg(cursor: Cursor, w: ByteWriter, op: Opcode, memory: number): void {
  const offset = assigned(cursor, 'offset') ?? 0n
  const at = cursor.at
  const align = assigned(cursor, 'align') ?? BigInt(op.size!)
  if (align === 0n || (align & (align - 1n)) !== 0n) cursor.fail('alignment must be a power of two', at)
  const flags = align.toString(2).length - 1
  if (memory === 0) w.byte(flags)
  else w.u32(flags | MEMORY_INDEX).u32(memory)
  w.u64(offset)
}

function assigned(cursor: Cursor, what: string): bigint | undefined {
  const word = cursor.word
  if (!word.startsWith(`${what}=`)) return undefined
  const value = parseUnsigned(word.slice(what.length + 1), 64)
  if (value === undefined) cursor.fail(`${what}= must be a number below 2^64`)
  cursor.at++
  return value
}

const lane = (cursor: Cursor): number => Number(cursor.unsigned(8, 'the number of a lane'))

function integer(cursor: Cursor, bits: number): bigint {
  const value = cursor.kind === NUMBER ? parseSigned(cursor.text(), bits) : undefined
  if (value === undefined) notANumber(cursor, `an integer of ${bits} bits`)
  cursor.at++
  return value
}

function floating(cursor: Cursor, bits: 32 | 64): bigint {
  const isNumber = cursor.kind === NUMBER || cursor.kind === KEYWORD
  const value = isNumber ? parseFloating(cursor.text(), bits) : 'malformed'
  if (typeof value === 'string') notANumber(cursor, `a floating-point number of ${bits} bits`, value)
  cursor.at++
  return value
}

function notANumber(cursor: Cursor, expected: string, why?: 'malformed' | 'range'): never {
  const outOfRange = why === 'range' || (why === undefined && cursor.kind === NUMBER && isInteger(cursor.text()))
  if (outOfRange) cursor.fail(`constant out of range: expected ${expected}`)
  cursor.unexpected(expected)
}

type Scalar = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64'

const SHAPES: ReadonlyMap<string, [Scalar, number]> = new Map([
  ['i8x16', ['i8', 16]],
  ['i16x8', ['i16', 8]],
  ['i32x4', ['i32', 4]],
  ['i64x2', ['i64', 2]],
  ['f32x4', ['f32', 4]],
  ['f64x2', ['f64', 2]],
])

/** The contents of a v128.const: a shape and its numbers. */
export function vector(cursor: Cursor, w: ByteWriter): void {
  const shape = SHAPES.get(cursor.word)
  if (shape === undefined) cursor.unexpected('a shape: i8x16, i16x8, i32x4, i64x2, f32x4 or f64x2')
  cursor.at++
  for (let i = 0; i < shape[1]; i++) scalar(cursor, w, shape[0])
}

/** A number in as many bytes as it has bits. */
export function scalar(cursor: Cursor, w: ByteWriter, type: Scalar): void {
  const bits = Number(type.slice(1))
  const value = type.startsWith('f') ? floating(cursor, bits as 32 | 64) : integer(cursor, bits)
  w.littleEndian(BigInt.asUintN(bits, value), bits / 8)
}
