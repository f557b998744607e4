import type { Instruction } from './instructions.ts'
import { opcodes, type Immediates, type Opcode } from './opcodes.ts'
import { isDefaultable, topOf, typeName, unpacked } from './subtyping.ts'
import {
  ANY,
  BOT,
  BOT_HEAP,
  EXN,
  EXNREF,
  EXTERN,
  FUNC,
  I16,
  I31,
  I32,
  I64,
  I8,
  heapOf,
  isNullable,
  isRef,
  ref,
} from './types.ts'
import type { DefinedType, FieldType, FuncType, HeapType, ValType } from './types.ts'
import type { FunctionValidator } from './validate-function.ts'

/** Checks one instruction against the operand stack and the module (spec: Validation / Instructions). */
type Rule = (v: FunctionValidator, instruction: Instruction) => void

const addressType = (limits: { is64: boolean }): ValType => (limits.is64 ? I64 : I32)
/** The index type of the smaller of two: sizes of copies between 32- and 64-bit ones. */
const smaller = (a: ValType, b: ValType): ValType => (a === I64 && b === I64 ? I64 : I32)

// What an index stands for; one out of range is an error in the spec's words.
const memory = (v: FunctionValidator, index: number): ValType =>
  addressType((v.context.module.memories[index] ?? v.fail(`unknown memory ${index}`)).type)
const tableOf = (v: FunctionValidator, index: number): { address: ValType; type: ValType } => {
  const { type } = v.context.module.tables[index] ?? v.fail(`unknown table ${index}`)
  return { address: addressType(type), type: type.ref }
}
const definedType = (v: FunctionValidator, index: number): DefinedType =>
  v.context.module.types[index] ?? v.fail(`unknown type ${index}`)
const typeAt = (v: FunctionValidator, index: number): FuncType => {
  const type = definedType(v, index)
  return type.kind ? v.fail(`type ${index} is no function type`) : type
}
const structType = (v: FunctionValidator, index: number): readonly FieldType[] => {
  const { kind, fields } = definedType(v, index)
  return kind === 'struct' ? fields! : v.fail(`type ${index} is no structure type`)
}
const arrayElement = (v: FunctionValidator, index: number): FieldType => {
  const { kind, fields } = definedType(v, index)
  return kind === 'array' ? fields![0] : v.fail(`type ${index} is no array type`)
}
const funcType = (v: FunctionValidator, index: number): FuncType =>
  (v.context.module.funcs[index] ?? v.fail(`unknown function ${index}`)).type
const tagType = (v: FunctionValidator, index: number): FuncType =>
  (v.context.module.tags[index] ?? v.fail(`unknown tag ${index}`)).type
const elementType = (v: FunctionValidator, index: number): ValType =>
  (v.context.module.elements[index] ?? v.fail(`unknown elem segment ${index}`)).type
const checkData = (v: FunctionValidator, index: number): void => {
  if (index >= (v.context.module.dataCount ?? 0)) v.fail(`unknown data segment ${index}`)
}

function popRef(v: FunctionValidator): ValType {
  const type = v.pop()
  if (type === BOT) return ref(BOT_HEAP, false)
  return isRef(type) ? type : v.mismatch(`expected a reference, got ${typeName(type)}`)
}

function openBlock(v: FunctionValidator, { op, block }: Instruction): void {
  for (const type of block!.results) if (isRef(type)) v.context.checkType(type, (reason) => v.fail(reason))
  v.popAll(block!.params)
  v.open(op, block!)
}

/** A call that replaces the function it stands in: it must return what that function returns. */
function returnCall(v: FunctionValidator, { params, results }: FuncType): void {
  v.popAll(params)
  if (!v.allMatch(results, v.results)) v.mismatch('the called function returns other types than this one')
  v.unreachable()
}

function indirectCallee(v: FunctionValidator, index: number, table: number): FuncType {
  const { address, type } = tableOf(v, table)
  if (!v.matches(type, ref(FUNC))) v.mismatch(`table ${table} holds ${typeName(type)}, not functions`)
  const callee = typeAt(v, index)
  v.pop(address)
  return callee
}

function callee(v: FunctionValidator, index: number): FuncType {
  const type = typeAt(v, index)
  v.pop(ref(index))
  return type
}

/** The clauses of a legacy try, which all close what came before them. */
function openHandler(v: FunctionValidator, op: Opcode, params: ValType[]): void {
  const before = v.target(0)
  if (before.op?.name !== 'try' && before.op?.name !== 'catch') v.malformed(`${op.name} outside of a try`)
  const { type } = v.close()
  v.open(op, { params: [], results: type.results })
  v.pushAll(params)
}

function field(v: FunctionValidator, type: number, index: number): FieldType {
  return structType(v, type)[index] ?? v.fail(`unknown field ${index} of type ${type}`)
}

function allDefaultable(v: FunctionValidator, fields: readonly FieldType[]): void {
  for (const { type } of fields) if (!isDefaultable(type)) v.mismatch(`${typeName(type)} has no default value`)
}

/** What a get gives: packed integers have gets of their own, which extend them. */
function checkPacked(v: FunctionValidator, { type }: FieldType, name: string): ValType {
  const packed = type === I8 || type === I16
  if (packed === name.endsWith('.get')) v.mismatch(packed ? 'a packed field needs a sign' : 'the field is not packed')
  return unpacked(type)
}

function checkMutable(v: FunctionValidator, { mutable }: FieldType, what: string): void {
  if (!mutable) v.fail(`immutable ${what}: ${what} is immutable`)
}

const structGet: Rule = (v, { op, index, index2 }) => {
  const type = checkPacked(v, field(v, index!, index2!), op.name)
  v.pop(ref(index!))
  v.push(type)
}

const arrayGet: Rule = (v, { op, index }) => {
  const type = checkPacked(v, arrayElement(v, index!), op.name)
  v.apply([ref(index!), I32], [type])
}

/** Bytes of a segment become elements that are numbers. */
function checkNumeric(v: FunctionValidator, { type }: FieldType): void {
  if (isRef(type)) v.mismatch('array type is not numeric or vector: its elements are references')
}

function checkElements(v: FunctionValidator, { type }: FieldType, segment: number): void {
  const item = elementType(v, segment)
  if (!v.matches(item, type)) v.mismatch(`expected ${typeName(type)}, got ${typeName(item)}`)
}

/** A cast may be to any type of the same hierarchy. */
function popCast(v: FunctionValidator, to: ValType): void {
  v.context.checkType(to, (reason) => v.fail(reason))
  v.pop(ref(topOf(heapOf(to), v.context.space)))
}

/** What a reference of type `from` is that is none of type `to`. */
const difference = (from: ValType, to: ValType): ValType => ref(heapOf(from), isNullable(from) && !isNullable(to))

function branchOnCast(v: FunctionValidator, { op, index, types }: Instruction): void {
  const [from, to] = types!
  for (const type of types!) v.context.checkType(type, (reason) => v.fail(reason))
  if (!v.matches(to, from)) v.mismatch(`${typeName(to)} is not below ${typeName(from)}`)
  const [taken, left] = op.name === 'br_on_cast' ? [to, difference(from, to)] : [difference(from, to), to]
  const label = v.label(index!)
  if (label.length === 0) v.mismatch(`label ${index} does not take a reference`)
  v.pop(from)
  v.push(taken)
  v.check(label)
  v.pop()
  v.push(left)
}

/** A conversion between hierarchies keeps null what may be. */
const convert =
  (from: HeapType, to: HeapType): Rule =>
  (v) => {
    const type = v.pop(ref(from))
    v.push(ref(to, type === BOT ? false : isNullable(type)))
  }

const CONTEXTUAL: Record<string, Rule> = {
  'struct.new': (v, { index }) => {
    v.popAll(structType(v, index!).map(({ type }) => unpacked(type)))
    v.push(ref(index!, false))
  },
  'struct.new_default': (v, { index }) => {
    allDefaultable(v, structType(v, index!))
    v.push(ref(index!, false))
  },
  'struct.get': structGet,
  'struct.get_s': structGet,
  'struct.get_u': structGet,
  'struct.set': (v, { index, index2 }) => {
    const of = field(v, index!, index2!)
    checkMutable(v, of, 'field')
    v.apply([ref(index!), unpacked(of.type)], [])
  },
  'array.new': (v, { index }) => v.apply([unpacked(arrayElement(v, index!).type), I32], [ref(index!, false)]),
  'array.new_default': (v, { index }) => {
    allDefaultable(v, [arrayElement(v, index!)])
    v.apply([I32], [ref(index!, false)])
  },
  'array.new_fixed': (v, { index, index2 }) => {
    const type = unpacked(arrayElement(v, index!).type)
    v.popAll(Array<ValType>(index2!).fill(type))
    v.push(ref(index!, false))
  },
  'array.new_data': (v, { index, index2 }) => {
    checkNumeric(v, arrayElement(v, index!))
    checkData(v, index2!)
    v.apply([I32, I32], [ref(index!, false)])
  },
  'array.new_elem': (v, { index, index2 }) => {
    checkElements(v, arrayElement(v, index!), index2!)
    v.apply([I32, I32], [ref(index!, false)])
  },
  'array.get': arrayGet,
  'array.get_s': arrayGet,
  'array.get_u': arrayGet,
  'array.set': (v, { index }) => {
    const of = arrayElement(v, index!)
    checkMutable(v, of, 'array')
    v.apply([ref(index!), I32, unpacked(of.type)], [])
  },
  'array.fill': (v, { index }) => {
    const of = arrayElement(v, index!)
    checkMutable(v, of, 'array')
    v.apply([ref(index!), I32, unpacked(of.type), I32], [])
  },
  'array.copy': (v, { index, index2 }) => {
    const [to, from] = [arrayElement(v, index!), arrayElement(v, index2!)]
    checkMutable(v, to, 'array')
    if (!v.matches(from.type, to.type))
      v.mismatch(`array types do not match: expected ${typeName(to.type)}, got ${typeName(from.type)}`)
    v.apply([ref(index!), I32, ref(index2!), I32, I32], [])
  },
  'array.init_data': (v, { index, index2 }) => {
    const of = arrayElement(v, index!)
    checkMutable(v, of, 'array')
    checkNumeric(v, of)
    checkData(v, index2!)
    v.apply([ref(index!), I32, I32, I32], [])
  },
  'array.init_elem': (v, { index, index2 }) => {
    const of = arrayElement(v, index!)
    checkMutable(v, of, 'array')
    checkElements(v, of, index2!)
    v.apply([ref(index!), I32, I32, I32], [])
  },
  'ref.test': (v, { types }) => {
    popCast(v, types![0])
    v.push(I32)
  },
  'ref.cast': (v, { types }) => {
    popCast(v, types![0])
    v.push(types![0])
  },
  br_on_cast: branchOnCast,
  br_on_cast_fail: branchOnCast,
  'any.convert_extern': convert(EXTERN, ANY),
  'extern.convert_any': convert(ANY, EXTERN),
  'ref.i31': (v) => v.apply([I32], [ref(I31, false)]),

  unreachable: (v) => v.unreachable(),
  block: openBlock,
  loop: openBlock,
  if: (v, instruction) => {
    v.pop(I32)
    openBlock(v, instruction)
  },
  else: (v, { op }) => {
    if (v.target(0).op?.name !== 'if') v.malformed('else without if')
    const { type } = v.close()
    v.open(op, type)
  },
  end: (v) => {
    const { op, type } = v.close()
    if (op?.name === 'if' && !v.allMatch(type.params, type.results))
      v.mismatch('an if without else must return what it takes')
    v.pushAll(type.results)
  },
  br: (v, { index }) => {
    v.popAll(v.label(index!))
    v.unreachable()
  },
  br_if: (v, { index }) => {
    const types = v.label(index!)
    v.pop(I32)
    v.check(types)
  },
  br_table: (v, { labels }) => {
    v.pop(I32)
    const fallback = v.label(labels!.at(-1)!)
    for (const label of labels!) {
      const types = v.label(label)
      if (types.length !== fallback.length) v.mismatch('the labels take different numbers of operands')
      v.peek(types)
    }
    v.unreachable()
  },
  return: (v) => {
    v.popAll(v.results)
    v.unreachable()
  },
  call: (v, { index }) => {
    const { params, results } = funcType(v, index!)
    v.apply(params, results)
  },
  call_indirect: (v, { index, index2 }) => {
    const { params, results } = indirectCallee(v, index!, index2!)
    v.apply(params, results)
  },
  call_ref: (v, { index }) => {
    const { params, results } = callee(v, index!)
    v.apply(params, results)
  },
  return_call: (v, { index }) => returnCall(v, funcType(v, index!)),
  return_call_indirect: (v, { index, index2 }) => returnCall(v, indirectCallee(v, index!, index2!)),
  return_call_ref: (v, { index }) => returnCall(v, callee(v, index!)),

  throw: (v, { index }) => {
    v.popAll(tagType(v, index!).params)
    v.unreachable()
  },
  throw_ref: (v) => {
    v.pop(EXNREF)
    v.unreachable()
  },
  try_table: (v, instruction) => {
    for (const clause of instruction.catches!) {
      const caught = clause.tag === undefined ? [] : tagType(v, clause.tag).params
      const types = clause.ref ? [...caught, ref(EXN, false)] : caught
      if (!v.allMatch(types, v.label(clause.label)))
        v.mismatch(`label ${clause.label} takes other types than the catch clause gives`)
    }
    openBlock(v, instruction)
  },
  try: openBlock,
  catch: (v, { op, index }) => openHandler(v, op, tagType(v, index!).params),
  catch_all: (v, { op }) => openHandler(v, op, []),
  delegate: (v, { index }) => {
    if (v.target(0).op?.name !== 'try') v.malformed('delegate outside of a try')
    const { type } = v.close()
    v.label(index!)
    v.pushAll(type.results)
  },
  rethrow: (v, { index }) => {
    if (!v.target(index!).op?.name.startsWith('catch'))
      v.fail(`invalid rethrow label ${index}: it is not a catch block`)
    v.unreachable()
  },

  drop: (v) => {
    v.pop()
  },
  select: (v, { types }) => {
    v.pop(I32)
    if (types !== undefined) {
      if (types.length !== 1) v.fail('invalid result arity: select has exactly one type')
      v.context.checkType(types[0], (reason) => v.fail(reason))
      v.apply([types[0], types[0]], types)
      return
    }
    const a = v.pop()
    const b = v.pop()
    if (isRef(a) || isRef(b)) v.mismatch('select of references needs a type')
    if (a !== b && a !== BOT && b !== BOT) v.mismatch(`expected ${typeName(b)}, got ${typeName(a)}`)
    v.push(a === BOT ? b : a)
  },
  'local.get': (v, { index }) => v.push(v.readLocal(index!)),
  'local.set': (v, { index }) => {
    v.pop(v.writeLocal(index!))
  },
  'local.tee': (v, { index }) => {
    const type = v.writeLocal(index!)
    v.pop(type)
    v.push(type)
  },
  'global.get': (v, { index }) =>
    v.push((v.context.module.globals[index!] ?? v.fail(`unknown global ${index}`)).type.type),
  'global.set': (v, { index }) => {
    const { type, mutable } = (v.context.module.globals[index!] ?? v.fail(`unknown global ${index}`)).type
    if (!mutable) v.fail(`immutable global ${index}: global is immutable`)
    v.pop(type)
  },

  'table.get': (v, { index }) => {
    const { address, type } = tableOf(v, index!)
    v.apply([address], [type])
  },
  'table.set': (v, { index }) => {
    const { address, type } = tableOf(v, index!)
    v.apply([address, type], [])
  },
  'table.size': (v, { index }) => v.push(tableOf(v, index!).address),
  'table.grow': (v, { index }) => {
    const { address, type } = tableOf(v, index!)
    v.apply([type, address], [address])
  },
  'table.fill': (v, { index }) => {
    const { address, type } = tableOf(v, index!)
    v.apply([address, type, address], [])
  },
  'table.copy': (v, { index, index2 }) => {
    const to = tableOf(v, index!)
    const from = tableOf(v, index2!)
    if (!v.matches(from.type, to.type)) v.mismatch(`expected ${typeName(to.type)}, got ${typeName(from.type)}`)
    v.apply([to.address, from.address, smaller(to.address, from.address)], [])
  },
  'table.init': (v, { index, index2 }) => {
    const { address, type } = tableOf(v, index2!)
    const item = elementType(v, index!)
    if (!v.matches(item, type)) v.mismatch(`expected ${typeName(type)}, got ${typeName(item)}`)
    v.apply([address, I32, I32], [])
  },
  'elem.drop': (v, { index }) => {
    elementType(v, index!)
  },

  'memory.size': (v, { index }) => v.push(memory(v, index!)),
  'memory.grow': (v, { index }) => {
    const address = memory(v, index!)
    v.apply([address], [address])
  },
  'memory.fill': (v, { index }) => {
    const address = memory(v, index!)
    v.apply([address, I32, address], [])
  },
  'memory.copy': (v, { index, index2 }) => {
    const to = memory(v, index!)
    const from = memory(v, index2!)
    v.apply([to, from, smaller(to, from)], [])
  },
  'memory.init': (v, { index, index2 }) => {
    const address = memory(v, index2!)
    checkData(v, index!)
    v.apply([address, I32, I32], [])
  },
  'data.drop': (v, { index }) => checkData(v, index!),

  'ref.null': (v, { types }) => {
    v.context.checkType(types![0], (reason) => v.fail(reason))
    v.push(types![0])
  },
  'ref.is_null': (v) => {
    popRef(v)
    v.push(I32)
  },
  'ref.func': (v, { index }) => {
    funcType(v, index!)
    if (!v.context.declared.has(index!)) v.fail(`undeclared function reference ${index}`)
    v.push(ref(v.context.module.funcs[index!].typeIndex, false))
  },
  'ref.as_non_null': (v) => v.push(ref(heapOf(popRef(v)), false)),
  br_on_null: (v, { index }) => {
    const type = popRef(v)
    v.check(v.label(index!))
    v.push(ref(heapOf(type), false))
  },
  br_on_non_null: (v, { index }) => {
    const types = v.label(index!)
    const last = types.at(-1)
    if (last === undefined || !isRef(last)) v.mismatch(`label ${index} does not take a reference`)
    const operand = popRef(v)
    v.push(ref(heapOf(operand), false))
    v.check(types)
    v.pop()
  },

  'i8x16.shuffle': (v, { op, lanes }) => {
    if (lanes!.some((lane) => lane >= 32)) v.fail('invalid lane index')
    v.apply(op.params!, op.results!)
  },
}

function checkMemArg(v: FunctionValidator, { op, memarg }: Instruction): ValType {
  const address = memory(v, memarg!.memory)
  const natural = Math.log2(op.size!)
  if (op.feature === 'threads' && memarg!.align !== natural) v.fail('alignment must be equal to natural')
  if (memarg!.align > natural) v.fail('alignment must not be larger than natural')
  if (address === I32 && memarg!.offset > 0xffffffff) v.fail('offset out of range')
  return address
}

function access(v: FunctionValidator, instruction: Instruction): void {
  const { params, results } = instruction.op
  const address = checkMemArg(v, instruction)
  for (let i = params!.length - 1; i > 0; i--) v.pop(params![i])
  v.pop(address)
  v.pushAll(results!)
}

function checkLane(v: FunctionValidator, { op, index }: Instruction): void {
  const lanes = op.size === undefined ? Number(/x(\d+)\./.exec(op.name)![1]) : 16 / op.size
  if (index! >= lanes) v.fail(`invalid lane index ${index}`)
}

const BY_IMMEDIATES: Partial<Record<Immediates, Rule>> = {
  memarg: access,
  'memarg lane': (v, instruction) => {
    checkLane(v, instruction)
    access(v, instruction)
  },
  lane: (v, instruction) => {
    checkLane(v, instruction)
    v.apply(instruction.op.params!, instruction.op.results!)
  },
}

/** The rule of each instruction by its id; none for those that only take `params` and give `results`. */
export const RULES: readonly (Rule | undefined)[] = opcodes.map((op) => CONTEXTUAL[op.name] ?? BY_IMMEDIATES[op.imm])
