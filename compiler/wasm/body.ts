import { CompileError } from '../errors.ts'
import { unsupported, use } from './features.ts'
import type { Body, Catch, Instruction, MemArg } from './instructions.ts'
import type { Func, Module } from './module.ts'
import { checkLimit } from './limits.ts'
import { Locals } from './locals.ts'
import { opcodeByCode, plainOpcodes, type Immediates, type Opcode } from './opcodes.ts'
import { refuseInstruction } from './proposals.ts'
import { Reader } from './reader.ts'
import { heapType, referenceTo, valType } from './type-reader.ts'
import { I32, I64, F32, F64, V128, type FuncType, type ValType } from './types.ts'

const FIRST_PREFIX = 0xfb

/** Decodes the body of a function that is not imported. */
export function decodeBody(module: Module, func: Func): Body {
  const { start, end } = func.body!
  checkLimit('bytes of a function', end - start, start)
  const r = new Reader(module.bytes, start, end, 'unexpected end of section or function')
  const locals = readLocals(r, module, func.type.params.length)
  const instructions = readExpression(r, module)
  if (!r.done) r.fail('END opcode expected at the end of the function, not before')
  return { locals, instructions }
}

/** The groups of locals that a body begins with. */
export function readLocals(r: Reader, module: Module, params: number): Locals {
  const start = r.pos
  let total = 0
  const groups = r.vec(() => {
    const count = r.u32()
    total += count
    return { count, type: valType(r, module) }
  })
  if (total > 0xffffffff) r.fail(`too many locals: ${total}`)
  checkLimit('locals of a function', params + total, start)
  return total === 0 ? NO_LOCALS : new Locals(groups)
}

const NO_LOCALS = new Locals([])

/** Reads instructions up to the `end` that closes the expression, which is the last one returned. */
export function readExpression(r: Reader, module: Module): Instruction[] {
  const instructions: Instruction[] = []
  for (let depth = 1; depth > 0;) {
    const instruction = readInstruction(r, module)
    instructions.push(instruction)
    depth += NESTING[instruction.op.id]
  }
  return instructions
}

export function readInstruction(r: Reader, module: Module): Instruction {
  const offset = r.pos
  const byte = r.byte()
  let op = plainOpcodes[byte]
  if (op === undefined) op = readOpcode(r, byte, offset)
  if (op.feature !== 'mvp') use(module.features, op.feature, op.name, offset)
  return IMMEDIATES_OF[op.id](op, offset, r, module)
}

function readOpcode(r: Reader, byte: number, offset: number): Opcode {
  if (byte < FIRST_PREFIX || byte === 0xff) {
    refuseInstruction(byte, offset)
    r.fail(`illegal opcode ${hex(byte)}`, offset)
  }
  const sub = r.u32()
  const code = byte * 0x10000 + sub
  const op = sub < 0x10000 ? opcodeByCode.get(code) : undefined
  if (op) return op
  if (sub < 0x10000) refuseInstruction(code, offset)
  return r.fail(`illegal opcode ${hex(byte)} ${hex(sub)}`, offset)
}

const hex = (n: number): string => n.toString(16).padStart(2, '0')

type ReadImmediates = (op: Opcode, offset: number, r: Reader, module: Module) => Instruction

const index: ReadImmediates = (op, offset, r) => ({ op, offset, index: r.u32() })
const reference = (r: Reader, module: Module, nullable: boolean): ValType =>
  referenceTo(module, heapType(r, module), nullable)
const two: ReadImmediates = (op, offset, r) => ({ op, offset, index: r.u32(), index2: r.u32() })
/** The index of a table, which the module remembers. */
const tableIndex = (r: Reader, module: Module): number => {
  const table = r.u32()
  module.namedTables.add(table)
  return table
}
const memoryIndex = (r: Reader, module: Module, op: Opcode): number => {
  const at = r.pos
  const memory = r.u32()
  if (memory > 0) use(module.features, 'multi-memory', `${op.name} of memory ${memory}`, at)
  return memory
}

/** One reader for each kind of immediates. */
const READ: Record<Immediates, ReadImmediates> = {
  '': (op, offset) => ({ op, offset }),
  block: (op, offset, r, module) => ({ op, offset, block: blockType(r, module) }),
  'block catches': (op, offset, r, module) => ({
    op,
    offset,
    block: blockType(r, module),
    catches: r.vecOf('catch clauses', () => catchClause(r)),
  }),
  label: index,
  labels: (op, offset, r) => {
    const labels = r.vecOf('labels of a branch table', () => r.u32())
    labels.push(r.u32())
    return { op, offset, labels }
  },
  func: index,
  type: index,
  'type table': (op, offset, r, module) => {
    const type = r.u32()
    const at = r.pos
    const table = r.u32()
    if (table > 0) use(module.features, 'reference-types', `${op.name} of table ${table}`, at)
    return { op, offset, index: type, index2: table }
  },
  'type type': two,
  'type field': two,
  'type count': (op, offset, r) => {
    const type = r.u32()
    const at = r.pos
    const count = r.u32()
    checkLimit('elements of array.new_fixed', count, at)
    return { op, offset, index: type, index2: count }
  },
  'type data': (op, offset, r, module) => ({ op, offset, index: r.u32(), index2: dataIndex(r, module) }),
  'type elem': two,
  local: index,
  global: index,
  table: (op, offset, r, module) => ({ op, offset, index: tableIndex(r, module) }),
  'table table': (op, offset, r, module) => ({
    op,
    offset,
    index: tableIndex(r, module),
    index2: tableIndex(r, module),
  }),
  elem: index,
  'elem table': (op, offset, r, module) => ({ op, offset, index: r.u32(), index2: tableIndex(r, module) }),
  data: (op, offset, r, module) => ({ op, offset, index: dataIndex(r, module) }),
  'data memory': (op, offset, r, module) => ({
    op,
    offset,
    index: dataIndex(r, module),
    index2: memoryIndex(r, module, op),
  }),
  memory: (op, offset, r, module) => ({ op, offset, index: memoryIndex(r, module, op) }),
  'memory memory': (op, offset, r, module) => ({
    op,
    offset,
    index: memoryIndex(r, module, op),
    index2: memoryIndex(r, module, op),
  }),
  memarg: (op, offset, r, module) => ({ op, offset, memarg: memArg(r, module, op) }),
  'memarg lane': (op, offset, r, module) => ({ op, offset, memarg: memArg(r, module, op), index: r.byte() }),
  lane: (op, offset, r) => ({ op, offset, index: r.byte() }),
  lanes: (op, offset, r) => ({ op, offset, lanes: sixteenBytes(r) }),
  i32: (op, offset, r) => ({ op, offset, value: r.s32() }),
  i64: (op, offset, r) => ({ op, offset, value: r.s64() }),
  f32: (op, offset, r) => ({ op, offset, value: r.f32() }),
  f64: (op, offset, r) => ({ op, offset, value: r.f64() }),
  v128: (op, offset, r) => ({ op, offset, lanes: sixteenBytes(r) }),
  heaptype: (op, offset, r, module) => ({ op, offset, types: [reference(r, module, true)] }),
  'non-null heaptype': (op, offset, r, module) => ({ op, offset, types: [reference(r, module, false)] }),
  cast: (op, offset, r, module) => {
    const flags = r.byte()
    if (flags > 3) r.fail('malformed cast flags', r.pos - 1)
    const label = r.u32()
    const from = reference(r, module, (flags & 1) !== 0)
    return { op, offset, index: label, types: [from, reference(r, module, (flags & 2) !== 0)] }
  },
  types: (op, offset, r, module) => ({ op, offset, types: r.vec(() => valType(r, module)) }),
  tag: index,
  'atomic.fence': (op, offset, r) => {
    const order = r.byte()
    if (order === ACQUIRE_RELEASE)
      throw unsupported('shared-everything-threads', { what: `${op.name} acq_rel`, offset })
    if (order !== 0) r.fail('zero byte expected', r.pos - 1)
    return { op, offset }
  },
}

/** The order of an atomic instruction, where it is not sequentially consistent; in a memarg a bit says that there is one. */
const ACQUIRE_RELEASE = 1
const HAS_ORDER = 0x20

const IMMEDIATES_OF: ReadImmediates[] = []
/** +1 for instructions that open a block, -1 for those that close one. */
const NESTING: number[] = []
for (const op of opcodeByCode.values()) {
  IMMEDIATES_OF[op.id] = READ[op.imm]
  NESTING[op.id] = op.imm.startsWith('block') ? 1 : op.name === 'end' || op.name === 'delegate' ? -1 : 0
}

const EMPTY: FuncType = { params: [], results: [] }
const SINGLE: Record<number, FuncType> = Object.fromEntries(
  [I32, I64, F32, F64, V128].map((type) => [type, { params: [], results: [type] }]),
)

/** Of a block, a loop and the like. */
export function blockType(r: Reader, module: Module): FuncType {
  const offset = r.pos
  const byte = offset < r.end ? r.bytes[offset] : r.byte()
  if (byte === 0x40) {
    r.pos++
    return EMPTY
  }
  if (byte > 0x40 && byte < 0x80) {
    const type = valType(r, module)
    return SINGLE[type] ?? { params: [], results: [type] }
  }
  const type = r.s33()
  if (type < 0) r.fail('malformed block type', offset)
  use(module.features, 'multi-value', 'a block with a function type', offset)
  if (module.types[type]?.kind) fail(`type ${type} is no function type`, offset)
  return module.types[type] ?? fail(`unknown type ${type}`, offset)
}

function fail(reason: string, offset: number): never {
  throw new CompileError(reason, { code: 'invalid', offset })
}

function catchClause(r: Reader): Catch {
  const kind = r.byte()
  if (kind > 3) r.fail('malformed catch clause', r.pos - 1)
  const tag = kind < 2 ? r.u32() : undefined
  return { tag, ref: kind % 2 === 1, label: r.u32() }
}

const MEMORY_INDEX = 0x40

function memArg(r: Reader, module: Module, op: Opcode): MemArg {
  const at = r.pos
  const flags = r.u32()
  if (flags >= 2 * MEMORY_INDEX) r.fail('malformed memop flags', at)
  if (op.feature === 'threads' && (flags & HAS_ORDER) !== 0)
    throw unsupported('shared-everything-threads', { what: `${op.name} with an order`, offset: at })
  const memory = flags >= MEMORY_INDEX ? memoryIndex(r, module, op) : 0
  return { align: flags % MEMORY_INDEX, memory, offset: r.u64() }
}

function dataIndex(r: Reader, module: Module): number {
  // Before the code section it may be still to come; and no constant expression has one.
  if (module.dataCount === undefined && module.codeAt !== undefined) r.fail('data count section required')
  return r.u32()
}

const sixteenBytes = (r: Reader): Uint8Array => {
  const at = r.skip(16)
  return r.bytes.subarray(at, at + 16)
}
