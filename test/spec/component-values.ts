/** Values that scripts pass to components and expect from them, as code of a module that calls them. */
import { FunctionBuilder, type FunctionRef } from '../../compiler/component/builder.ts'
import {
  casesOf,
  discriminantSize,
  flatten,
  joinFlat,
  layoutOf,
  recordLayout,
} from '../../compiler/component/canonical-abi.ts'
import type { Primitive } from '../../compiler/component/definitions.ts'
import type { ValType } from '../../compiler/component/types.ts'
import { F32, F64, I32, I64, type ValType as CoreValType } from '../../compiler/wasm/types.ts'
import { floatBits, integerBits } from './numbers.ts'
import type { Node } from './sexpr.ts'

/** The words of a constant: `str.const "hi"`, without parentheses. */
export type Constant = readonly Node[]

/** What `(u32.const 1)` says. */
export function constantOf(node: Node): Constant {
  if (node.kind !== 'list') throw new SyntaxError(`line ${node.line}: no constant`)
  return node.items
}

const word = (node: Node | undefined): string => (node?.kind === 'atom' ? node.text : '')
const bytesOf = (node: Node | undefined): Uint8Array => (node?.kind === 'string' ? node.bytes : new Uint8Array())
const textOf = (node: Node | undefined): string => Buffer.from(bytesOf(node)).toString('utf8')

const WIDTHS: Partial<Record<Primitive, number>> = {
  s8: 8,
  u8: 8,
  s16: 16,
  u16: 16,
  s32: 32,
  u32: 32,
  s64: 64,
  u64: 64,
}

/** Bits of a scalar as the core value that stands for it. */
function scalarBits(type: ValType, constant: Constant): bigint {
  const operand = constant[1]
  if (type.kind === 'enum') return BigInt(type.labels.indexOf(textOf(operand)))
  if (type.kind === 'flags') {
    const set = new Set(constant.slice(1).map(textOf))
    return BigInt(type.labels.reduce((bits, label, i) => bits + (set.has(label) ? 2 ** i : 0), 0))
  }
  if (type.kind !== 'primitive') throw new SyntaxError(`a ${type.kind} is no scalar`)
  const { primitive } = type
  if (primitive === 'bool') return word(operand) === 'true' ? 1n : 0n
  if (primitive === 'char') return BigInt(textOf(operand).codePointAt(0)!)
  if (primitive === 'f32' || primitive === 'f64') return floatBits(word(operand), primitive === 'f32' ? 32 : 64)
  const width = WIDTHS[primitive]!
  const bits = integerBits(word(operand), width)
  const core = width === 64 ? 64 : 32
  return BigInt.asUintN(core, primitive[0] === 's' ? BigInt.asIntN(width, bits) : bits)
}

/** The case of a variant, and what it holds. */
function caseOf(type: ValType, constant: Constant): { number: number; payload?: Constant } {
  const name = word(constant[0])
  if (type.kind === 'option') {
    return name === 'option.none' ? { number: 0 } : { number: 1, payload: payloadOf(constant.slice(1)) }
  }
  if (type.kind === 'result') {
    return { number: name === 'result.ok' ? 0 : 1, payload: payloadOf(constant.slice(1)) }
  }
  if (type.kind !== 'variant') throw new SyntaxError(`a ${type.kind} has no cases`)
  const label = textOf(constant[1])
  return { number: type.cases.findIndex((item) => item.name === label), payload: payloadOf(constant.slice(2)) }
}

/** In parentheses, or the words themselves. */
function payloadOf(nodes: readonly Node[]): Constant | undefined {
  if (nodes.length === 0) return undefined
  return nodes[0].kind === 'list' ? nodes[0].items : nodes
}

/** The parts of a record, tuple or list. */
function partsOf(constant: Constant): Constant[] {
  return constant.slice(1).map((node) => {
    const items = constantOf(node)
    return word(items[0]) === 'field' ? payloadOf(items.slice(2))! : items
  })
}

const fieldTypes = (type: ValType): ValType[] | undefined =>
  type.kind === 'record' ? type.fields.map((field) => field.type) : type.kind === 'tuple' ? type.types : undefined

/** A core value: bits, or a local with an address. */
type Flat = { type: CoreValType; bits: bigint } | { type: CoreValType; local: number }

const STORES: Record<number, 'i32_store8' | 'i32_store16' | 'i32_store' | 'i64_store'> = {
  1: 'i32_store8',
  2: 'i32_store16',
  4: 'i32_store',
  8: 'i64_store',
}
const LOADS: Record<number, 'i32_load8_u' | 'i32_load16_u' | 'i32_load' | 'i64_load'> = {
  1: 'i32_load8_u',
  2: 'i32_load16_u',
  4: 'i32_load',
  8: 'i64_load',
}

export class ValueWriter {
  readonly #code: FunctionBuilder
  readonly #memory: number
  readonly #realloc: FunctionRef
  readonly #fail: () => void

  /** @param fail writes what happens where a result is another one */
  constructor(code: FunctionBuilder, memory: number, realloc: FunctionRef, fail: () => void) {
    this.#code = code
    this.#memory = memory
    this.#realloc = realloc
    this.#fail = fail
  }

  allocate(size: number, alignment: number): number {
    const place = this.#code.local(I32)
    this.#code.i32(0).i32(0).i32(alignment).i32(size).call(this.#realloc).set(place)
    return place
  }

  /** Pushes all arguments, or the address of all. */
  arguments(types: readonly ValType[], constants: readonly Constant[], inMemory: boolean): void {
    if (inMemory) {
      const { size, alignment, offsets } = recordLayout(types)
      const place = this.allocate(size, alignment)
      types.forEach((type, i) => this.#put(type, constants[i], place, offsets[i]))
      this.#code.get(place)
      return
    }
    const flats = types.flatMap((type, i) => this.#flat(type, constants[i]))
    for (const flat of flats) this.#push(flat)
  }

  #push(flat: Flat): void {
    const code = this.#code
    if ('local' in flat) {
      code.get(flat.local)
      if (flat.type === I64) code.op('i64_extend_i32_u')
      return
    }
    if (flat.type === I32 || flat.type === F32) code.i32(Number(BigInt.asIntN(32, flat.bits)))
    else code.i64(flat.bits)
    if (flat.type === F32) code.op('f32_reinterpret_i32')
    if (flat.type === F64) code.op('f64_reinterpret_i64')
  }

  #flat(type: ValType, constant: Constant): Flat[] {
    const fields = fieldTypes(type)
    if (fields) return partsOf(constant).flatMap((part, i) => this.#flat(fields[i], part))
    const cases = type.kind === 'enum' ? undefined : casesOf(type)
    if (cases) {
      const { number, payload } = caseOf(type, constant)
      const of = cases[number]
      const inner = of && payload ? this.#flat(of, payload) : []
      const joined = flatten(type).slice(1)
      const rest = joined.map((wide, i): Flat => {
        const value = inner[i]
        if (value === undefined) return { type: wide, bits: 0n }
        return { ...value, type: joinFlat(wide, value.type) === wide ? wide : value.type }
      })
      return [{ type: I32, bits: BigInt(number) }, ...rest]
    }
    if ((type.kind === 'primitive' && type.primitive === 'string') || type.kind === 'list') {
      const { place, count } = this.#content(type, constant)
      return [
        { type: I32, local: place },
        { type: I32, bits: BigInt(count) },
      ]
    }
    return [{ type: flatten(type)[0], bits: scalarBits(type, constant) }]
  }

  /** The bytes of a string or list. */
  #content(type: ValType, constant: Constant): { place: number; count: number } {
    const code = this.#code
    if (type.kind === 'list') {
      const parts = partsOf(constant)
      const { size, alignment } = layoutOf(type.element)
      const place = this.allocate(size * parts.length, alignment)
      parts.forEach((part, i) => this.#put(type.element, part, place, i * size))
      return { place, count: parts.length }
    }
    const bytes = bytesOf(constant[1])
    const place = this.allocate(bytes.length, 1)
    bytes.forEach((byte, i) => code.get(place).i32(byte).access('i32_store8', this.#memory, i))
    return { place, count: bytes.length }
  }

  #put(type: ValType, constant: Constant, place: number, offset: number): void {
    const code = this.#code
    const fields = fieldTypes(type)
    if (fields) {
      const { offsets } = recordLayout(fields)
      partsOf(constant).forEach((part, i) => this.#put(fields[i], part, place, offset + offsets[i]))
      return
    }
    const cases = type.kind === 'enum' ? undefined : casesOf(type)
    if (cases) {
      const { number, payload } = caseOf(type, constant)
      code.get(place).i32(number).access(STORES[discriminantSize(cases.length)], this.#memory, offset)
      const of = cases[number]
      if (of && payload) this.#put(of, payload, place, offset + layoutOf(type).offsets[0])
      return
    }
    if ((type.kind === 'primitive' && type.primitive === 'string') || type.kind === 'list') {
      const content = this.#content(type, constant)
      code.get(place).get(content.place).access('i32_store', this.#memory, offset)
      code
        .get(place)
        .i32(content.count)
        .access('i32_store', this.#memory, offset + 4)
      return
    }
    const { size } = layoutOf(type)
    const bits = scalarBits(type, constant)
    code.get(place)
    if (size === 8) code.i64(bits)
    else code.i32(Number(BigInt.asIntN(32, bits)))
    code.access(STORES[size], this.#memory, offset)
  }

  /** Compares the one core value in a local. */
  expectFlat(type: ValType, constant: Constant, local: number): void {
    const code = this.#code
    const [core] = flatten(type)
    const bits = BigInt.asUintN(64, this.#oneFlat(type, constant))
    code.get(local)
    if (core === F32) code.op('i32_reinterpret_f32')
    if (core === F64) code.op('i64_reinterpret_f64')
    if (core === I32 || core === F32) code.op('i64_extend_i32_u')
    this.#expect(BigInt.asUintN(core === I32 || core === F32 ? 32 : 64, bits))
  }

  #oneFlat(type: ValType, constant: Constant): bigint {
    const fields = fieldTypes(type)
    if (fields) return this.#oneFlat(fields[0], partsOf(constant)[0])
    if (type.kind !== 'enum' && casesOf(type)) return BigInt(caseOf(type, constant).number)
    return scalarBits(type, constant)
  }

  /** The i64 on the stack. */
  #expect(bits: bigint): void {
    const code = this.#code
    const value = code.local(I64)
    code.set(value).get(value).i64(bits).op('i64_gt_u').i64(bits).get(value).op('i64_gt_u', 'i32_or').if()
    this.#fail()
    code.op('end')
  }

  expectInMemory(type: ValType, constant: Constant, place: number, offset = 0): void {
    const code = this.#code
    const fields = fieldTypes(type)
    if (fields) {
      const { offsets } = recordLayout(fields)
      partsOf(constant).forEach((part, i) => this.expectInMemory(fields[i], part, place, offset + offsets[i]))
      return
    }
    const cases = type.kind === 'enum' ? undefined : casesOf(type)
    if (cases) {
      const { number, payload } = caseOf(type, constant)
      this.#expectAt(place, offset, discriminantSize(cases.length), BigInt(number))
      const of = cases[number]
      if (of && payload) this.expectInMemory(of, payload, place, offset + layoutOf(type).offsets[0])
      return
    }
    if ((type.kind === 'primitive' && type.primitive === 'string') || type.kind === 'list') {
      const from = code.local(I32)
      code.get(place).access('i32_load', this.#memory, offset).set(from)
      const count = type.kind === 'list' ? partsOf(constant).length : bytesOf(constant[1]).length
      this.#expectAt(place, offset + 4, 4, BigInt(count))
      if (type.kind === 'list') {
        const { size } = layoutOf(type.element)
        partsOf(constant).forEach((part, i) => this.expectInMemory(type.element, part, from, i * size))
      } else bytesOf(constant[1]).forEach((byte, i) => this.#expectAt(from, i, 1, BigInt(byte)))
      return
    }
    const { size } = layoutOf(type)
    this.#expectAt(place, offset, size, BigInt.asUintN(size * 8, scalarBits(type, constant)))
  }

  #expectAt(place: number, offset: number, size: number, bits: bigint): void {
    this.#code.get(place).access(LOADS[size], this.#memory, offset)
    if (size < 8) this.#code.op('i64_extend_i32_u')
    this.#expect(bits)
  }
}
