/** Instructions on objects of the garbage-collected heap: structures, arrays, i31, and casts. */
import type { Instruction } from '../wasm/instructions.ts'
import { ARRAY_HEAD, isTraced, packedBytes, type Storage } from '../wasm/objects.ts'
import { kindOf, unpacked } from '../wasm/subtyping.ts'
import {
  ANY,
  ARRAY,
  EQ,
  EXN,
  EXTERN,
  FUNC,
  I31,
  I32,
  I8,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  NONE,
  STRUCT,
  V128,
  heapOf,
  isNullable,
  isObjectRef,
  isRef,
  ref,
  type FieldType,
  type HeapType,
  type ValType,
} from '../wasm/types.ts'
import { jumpIf } from './control.ts'
import { BOOL, COMPOUND, expression, LOADS, operand, TRAPS, type Value } from './expression.ts'
import type { FunctionWriter } from './function.ts'
import type { Handler, Handlers } from './handlers.ts'
import { BEFORE_CALL } from './memory.ts'
import { isNull, takeReference } from './references.ts'
import type { Scope } from './scope.ts'
import { cType } from './types.ts'

/** Of a field, unsigned where it is packed. */
const fieldType = (type: ValType): string => (packedBytes(type) ? (type === I8 ? 'u8' : 'u16') : cType(type))

/** What a field takes here: references to functions and exceptions are of two words. */
export function storageOf(type: ValType): Storage {
  const c = fieldType(type)
  const bytes =
    packedBytes(type) ?? (type === V128 || c === 'funcref' || c === 'exnref' ? 16 : c.endsWith('32') ? 4 : 8)
  return { bytes, traced: c === 'externref', ambiguous: c === 'exnref' }
}

const element = (w: FunctionWriter, type: number): FieldType => w.scope.module.types[type].fields![0]
const bytesOf = (w: FunctionWriter, type: number): number => storageOf(element(w, type).type).bytes
const number = (w: FunctionWriter, type: number): string => `${w.scope.objectType(type)}u`
const list = (...texts: (string | Value)[]): string =>
  texts.map((text) => (typeof text === 'string' ? text : text.text)).join(', ')

/** The definition of a new object, which is the uppermost operand then. */
const define = (w: FunctionWriter, text: string, type: number): Value => w.define(text, w.scope.objectReference(type))

/** What memory that is zero holds already. */
const isZero = ({ literal, text }: Value): boolean =>
  literal === 0 || literal === 0n || /^NULL_\w+$/.test(text) || text === 'V128_ZERO'

/** Whether the collector is to know where a value is stored. */
const isNoted = (w: FunctionWriter, type: ValType, value: Value): boolean =>
  !isZero(value) && (isTraced(type, w.scope.module.types) || (isRef(type) && fieldType(type) === 'exnref'))

function structureNew(w: FunctionWriter, { index, offset }: Instruction): void {
  const fields = w.scope.module.types[index!].fields!
  const { offsets, size } = w.scope.layout(index!)
  const values = w.popMany(fields.length)
  const object = define(w, `gc_allocate(${size}, ${number(w, index!)}, ${w.site(offset)})`, index!)
  values.forEach((value, i) => {
    if (!isZero(value)) w.line(`GC_FIELD(${fieldType(fields[i].type)}, ${object.text}, ${offsets[i]}) = ${value.text};`)
  })
  w.push(object)
}

const structure = (w: FunctionWriter, value: Value, offset: number): string =>
  isNullable(value.type) ? `gc_structure(${value.text}, ${w.site(offset)})` : operand(value)

const mayTrap = (value: Value): number => (isNullable(value.type) ? TRAPS : 0)

const structureGet =
  (signed: boolean): Handler =>
  (w, { index, index2, offset }) => {
    const { type, mutable } = w.scope.module.types[index!].fields![index2!]
    const object = w.pop()
    const c = fieldType(type)
    const place = `${structure(w, object, offset)}, ${w.scope.layout(index!).offsets[index2!]}`
    w.push(
      access(`GC_FIELD(${signed ? c.replace('u', 'i') : c}, ${place})`, type, signed, mutable ? LOADS : 0, [object]),
    )
  }

/** A load of a field, packed or not. */
function access(text: string, type: ValType, signed: boolean, flags: number, operands: readonly Value[]): Value {
  const [object] = operands
  const packed = packedBytes(type) ? (signed ? `(u32)(i32)${text}` : `(u32)${text}`) : text
  return expression(packed, unpacked(type), flags | mayTrap(object), operands)
}

/** Operands that trap do so before the instruction that takes them. */
const evaluated = (w: FunctionWriter, values: Value[]): Value[] =>
  values.map((value) => (value.flags & TRAPS ? w.settle(value) : value))

function structureSet(w: FunctionWriter, { index, index2, offset }: Instruction): void {
  const { type } = w.scope.module.types[index!].fields![index2!]
  const operands = w.popMany(2)
  w.settleBelow(BEFORE_CALL)
  const [object, value] = evaluated(w, operands)
  const at = w.scope.layout(index!).offsets[index2!]
  if (!isNoted(w, type, value)) {
    w.line(`GC_FIELD(${fieldType(type)}, ${structure(w, object, offset)}, ${at}) = ${value.text};`)
    return
  }
  const changed = w.settle(object)
  w.line(`GC_FIELD(${fieldType(type)}, ${structure(w, changed, offset)}, ${at}) = ${value.text};`)
  w.line(`gc_store(${changed.text});`)
}

const arrayGet =
  (signed: boolean): Handler =>
  (w, { index, offset }) => {
    const { type, mutable } = element(w, index!)
    const [array, at] = w.popMany(2)
    const c = fieldType(type)
    const place = `gc_element(${list(array, at, String(bytesOf(w, index!)), w.site(offset))})`
    const text = `*(gc_${signed ? c.replace('u', 'i') : c} *)${place}`
    const value = access(`(${text})`, type, signed, (mutable ? LOADS : 0) | TRAPS, [array, at])
    w.push(value)
  }

function arraySet(w: FunctionWriter, { index, offset }: Instruction): void {
  const operands = w.popMany(3)
  w.settleBelow(BEFORE_CALL)
  const [array, at, value] = evaluated(w, operands)
  const place = `gc_element(${list(array, at, String(bytesOf(w, index!)), w.site(offset))})`
  const { type } = element(w, index!)
  const store = `*(gc_${fieldType(type)} *)`
  if (!isNoted(w, type, value)) w.line(`${store}${place} = ${value.text};`)
  else w.line(`{ u8 *place = ${place}; ${store}place = ${value.text}; gc_store(place); }`)
}

function arrayLength(w: FunctionWriter, { offset }: Instruction): void {
  const array = w.pop()
  const text = isNullable(array.type)
    ? `gc_length(${array.text}, ${w.site(offset)})`
    : `GC_FIELD(u32, ${operand(array)}, 4)`
  w.push(expression(text, I32, mayTrap(array), [array]))
}

/** A new array from operands, and what comes before them. */
const arrayOf =
  (count: number, write: (w: FunctionWriter, instruction: Instruction, operands: Value[]) => string): Handler =>
  (w, instruction) => {
    const operands = w.popMany(count)
    w.settleBelow(BEFORE_CALL)
    w.push(define(w, write(w, instruction, operands), instruction.index!))
  }

const statement =
  (count: number, write: (w: FunctionWriter, instruction: Instruction, operands: string) => string): Handler =>
  (w, instruction) => {
    const operands = w.popMany(count)
    w.settleBelow(BEFORE_CALL)
    w.line(`${write(w, instruction, list(...evaluated(w, operands)))};`)
  }

function arrayNewFixed(w: FunctionWriter, { index, index2, offset }: Instruction): void {
  const c = fieldType(element(w, index!).type)
  const bytes = bytesOf(w, index!)
  const values = w.popMany(index2!)
  const array = define(w, `gc_array(${number(w, index!)}, ${bytes}, ${index2!}u, ${w.site(offset)})`, index!)
  values.forEach((value, i) => {
    if (!isZero(value)) w.line(`GC_FIELD(${c}, ${array.text}, ${ARRAY_HEAD + i * bytes}) = ${value.text};`)
  })
  w.push(array)
}

const segment = (w: FunctionWriter, index: number): string => `${w.scope.data(index)}, ${w.scope.dataSize(index)}`
const items = (w: FunctionWriter, index: number): string => `${w.scope.element(index)}, ${w.scope.elementCount(index)}`

// Casts

const BOTTOMS: ReadonlySet<HeapType> = new Set([NONE, NOFUNC, NOEXTERN, NOEXN])
const TOPS: ReadonlySet<HeapType> = new Set([ANY, FUNC, EXTERN, EXN])

/** C that is true for a reference, which is not null, of that type. */
function isOf(w: FunctionWriter, { text, type }: Value, heap: HeapType): string {
  const from = heapOf(type)
  const isObject = from >= 0 || from === STRUCT || from === ARRAY
  const object = (test: string): string => (isObject ? test : `(gc_is_object(${text}) && ${test})`)
  if (heap === EQ) return from === ANY ? `gc_is_eq(${text})` : 'true'
  if (heap === I31) return `gc_is_i31(${text})`
  if (heap === STRUCT || heap === ARRAY)
    return object(`gc_is_kind(${text}, WASM_GC_${heap === STRUCT ? 'STRUCTURE' : 'ARRAY'})`)
  const { types } = w.scope.module
  const depth = w.scope.depth(heap)
  if (kindOf(types[heap]) === FUNC) {
    const identity = w.scope.typeId(heap)
    return types[heap].open ? `gc_function_below(${text}.type, ${identity}, ${depth})` : `${text}.type == ${identity}`
  }
  return object(
    types[heap].open
      ? `gc_is_below(${text}, ${number(w, heap)}, ${depth})`
      : `GC_NUMBER(${text}) == ${number(w, heap)}`,
  )
}

/** C that is true for a reference of that type. */
function castTest(w: FunctionWriter, value: Value, to: ValType): string {
  const heap = heapOf(to)
  const null_ = isNull(value)
  if (TOPS.has(heap)) return isNullable(to) ? 'true' : `!(${null_})`
  if (BOTTOMS.has(heap)) return isNullable(to) ? null_ : 'false'
  const test = isOf(w, value, heap)
  if (!isNullable(value.type)) return test
  return isNullable(to) ? `${null_} || ${test}` : `!(${null_}) && ${test}`
}

/** The same value, of which more is known. */
const as = (value: Value, type: ValType): Value => ({ ...value, type })

function cast(w: FunctionWriter, { types, offset }: Instruction): void {
  const value = takeReference(w)
  w.line(`if (UNLIKELY(!(${castTest(w, value, types![0])}))) TRAP(CAST_FAILURE, ${w.site(offset)});`)
  w.push(as(value, types![0]))
}

const branchOnCast =
  (fails: boolean): Handler =>
  (w, { index, types }) => {
    const [from, to] = types!
    const value = takeReference(w)
    const left = ref(heapOf(from), isNullable(from) && !isNullable(to), isObjectRef(from))
    const test = castTest(w, value, to)
    w.push(value)
    jumpIf(w, index!, fails ? `!(${test})` : test)
    w.push(as(w.pop(), fails ? to : left))
  }

const i31Get =
  (signed: boolean): Handler =>
  (w, { offset }) => {
    const value = w.pop()
    const bits = `gc_i31_bits(${value.text}, ${w.site(offset)})`
    w.push(
      expression(signed ? `(u32)((i32)${bits} >> 1)` : `${bits} >> 1`, I32, TRAPS | (signed ? 0 : COMPOUND), [value]),
    )
  }

const convert =
  (heap: HeapType): Handler =>
  (w) => {
    const value = w.pop()
    w.push(as(value, ref(heap, isNullable(value.type))))
  }

/** A new object of a constant expression. */
export function objectConstant(scope: Scope, name: string, type: number, operands: readonly string[]): string {
  const { fields } = scope.module.types[type]
  const id = `${scope.objectType(type)}u`
  const place = 'WASM_NO_FUNCTION, 0'
  const c = fields!.map((field) => fieldType(field.type))
  const bytes = fields!.length > 0 ? storageOf(fields![0].type).bytes : 0
  const filled = (allocation: string, field: (i: number) => string): string => {
    // Operands that are objects come first: while one is made, what refers to another would be stored in an object that is no longer new.
    const isObject = operands.map((text) => text.includes('gc_a'))
    const objects = operands.map((text, i) => (isObject[i] ? `externref object${i} = ${text}; ` : ''))
    const stores = operands.map((text, i) => ` ${field(i)} = ${isObject[i] ? `object${i}` : text};`)
    return `({ ${objects.join('')}externref object = ${allocation};${stores.join('')} object; })`
  }
  switch (name) {
    case 'array.new':
      return `gc_array_of_${c[0]}(${[id, ...operands, place].join(', ')})`
    case 'array.new_default':
      return `gc_array(${id}, ${bytes}, ${operands[0]}, ${place})`
    case 'array.new_fixed':
      return filled(
        `gc_array(${id}, ${bytes}, ${operands.length}u, ${place})`,
        (i) => `GC_FIELD(${c[0]}, object, ${ARRAY_HEAD + i * bytes})`,
      )
    default: {
      const { offsets, size } = scope.layout(type)
      return filled(`gc_allocate(${size}, ${id}, ${place})`, (i) => `GC_FIELD(${c[i]}, object, ${offsets[i]})`)
    }
  }
}

export const objectHandlers: Handlers = {
  'struct.new': structureNew,
  'struct.new_default': (w, { index, offset }) =>
    w.push(define(w, `gc_allocate(${w.scope.layout(index!).size}, ${number(w, index!)}, ${w.site(offset)})`, index!)),
  'struct.get': structureGet(false),
  'struct.get_s': structureGet(true),
  'struct.get_u': structureGet(false),
  'struct.set': structureSet,
  'array.new': arrayOf(
    2,
    (w, { index, offset }, operands) =>
      `gc_array_of_${fieldType(element(w, index!).type)}(${list(number(w, index!), ...operands, w.site(offset))})`,
  ),
  'array.new_default': arrayOf(
    1,
    (w, { index, offset }, [length]) =>
      `gc_array(${list(number(w, index!), String(bytesOf(w, index!)), length, w.site(offset))})`,
  ),
  'array.new_fixed': arrayNewFixed,
  'array.new_data': arrayOf(
    2,
    (w, { index, index2, offset }, operands) =>
      `gc_array_new_data(${list(number(w, index!), String(bytesOf(w, index!)), segment(w, index2!), ...operands, w.site(offset))})`,
  ),
  'array.new_elem': arrayOf(
    2,
    (w, { index, index2, offset }, operands) =>
      `gc_array_new_elem(${list(number(w, index!), String(bytesOf(w, index!)), items(w, index2!), ...operands, w.site(offset))})`,
  ),
  'array.get': arrayGet(false),
  'array.get_s': arrayGet(true),
  'array.get_u': arrayGet(false),
  'array.set': arraySet,
  'array.len': arrayLength,
  'array.fill': statement(
    4,
    (w, { index, offset }, operands) =>
      `gc_array_fill_${fieldType(element(w, index!).type)}(${operands}, ${w.site(offset)})`,
  ),
  'array.copy': statement(
    5,
    (w, { index, offset }, operands) => `gc_array_copy(${operands}, ${bytesOf(w, index!)}, ${w.site(offset)})`,
  ),
  'array.init_data': statement(
    4,
    (w, { index, index2, offset }, operands) =>
      `gc_array_init_data(${bytesOf(w, index!)}, ${segment(w, index2!)}, ${operands}, ${w.site(offset)})`,
  ),
  'array.init_elem': statement(
    4,
    (w, { index, index2, offset }, operands) =>
      `gc_array_init_elem(${bytesOf(w, index!)}, ${items(w, index2!)}, ${operands}, ${w.site(offset)})`,
  ),
  'ref.eq': (w) => {
    const operands = w.popMany(2)
    const [a, b] = operands
    w.push(expression(`${operand(a)} == ${operand(b)}`, I32, BOOL | COMPOUND, operands))
  },
  'ref.test': (w, { types }) => {
    const value = takeReference(w)
    w.push(expression(castTest(w, value, types![0]), I32, BOOL | COMPOUND, [value]))
  },
  'ref.cast': cast,
  br_on_cast: branchOnCast(false),
  br_on_cast_fail: branchOnCast(true),
  'any.convert_extern': convert(ANY),
  'extern.convert_any': convert(EXTERN),
  'ref.i31': (w) => {
    const value = w.pop()
    w.push(expression(`gc_i31(${value.text})`, ref(I31, false), 0, [value]))
  },
  'i31.get_s': i31Get(true),
  'i31.get_u': i31Get(false),
}
