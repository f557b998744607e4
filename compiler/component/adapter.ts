/**
 * Calls between components: a core function for each lowering of a lifted one, that moves the values from one memory to the
 * other (spec: component model, CanonicalABI.md / Lifting and Lowering).
 */
import { CompileError } from '../errors.ts'
import { F32, F64, I32, I64, type FuncType as CoreFuncType, type ValType as CoreValType } from '../wasm/types.ts'
import { FunctionBuilder, type CoreItem, type FunctionRef, type ModuleBuilder } from './builder.ts'
import {
  casesOf,
  discriminantSize,
  fieldsOf,
  flatten,
  flattenFunction,
  layoutOf,
  mapElement,
  recordLayout,
} from './canonical-abi.ts'
import type { Primitive, StringEncoding } from './definitions.ts'
import { checkUtf8, measure, transcode, unitSize, type SimpleEncoding } from './strings.ts'
import type { Trap } from './traps.ts'
import type { FuncType, Resource, ValType } from './types.ts'

/** A component instance, as calls see it. */
export interface Instance {
  /** Of its table of handles. */
  number: number
  parent?: Instance
  /** 1 while it may not leave, or not be entered. */
  stays: CoreItem
  entered: CoreItem
  /** The system's side: its resources are what it knows them by, and it has no table. */
  isHost: boolean
}

/** One side of a call. */
export interface Side {
  instance: Instance
  memory?: CoreItem
  realloc?: CoreItem
  encoding: StringEncoding
}

/** The functions that keep handles. */
export interface HandleFunctions {
  item(name: string): CoreItem
  resourceNumber(resource: Resource): number
  /** The instance that implements it. */
  ownerOf(resource: Resource): Instance | undefined
}

const REALLOC: CoreFuncType = { params: [I32, I32, I32, I32], results: [I32] }
const PAGE_BITS = 16

/** Where a value is: core values in locals, or a place in a side's memory. */
type Place =
  | { kind: 'flat'; locals: number[]; types: CoreValType[]; at: number }
  | { kind: 'memory'; side: Side; address: number; offset: number }

interface Scalar {
  type: CoreValType
  load: Parameters<FunctionBuilder['access']>[0]
  store: Parameters<FunctionBuilder['access']>[0]
}

const scalar = (type: CoreValType, load: Scalar['load'], store: Scalar['store']): Scalar => ({ type, load, store })

const SCALARS: Partial<Record<Primitive, Scalar>> = {
  bool: scalar(I32, 'i32_load8_u', 'i32_store8'),
  s8: scalar(I32, 'i32_load8_s', 'i32_store8'),
  u8: scalar(I32, 'i32_load8_u', 'i32_store8'),
  s16: scalar(I32, 'i32_load16_s', 'i32_store16'),
  u16: scalar(I32, 'i32_load16_u', 'i32_store16'),
  s32: scalar(I32, 'i32_load', 'i32_store'),
  u32: scalar(I32, 'i32_load', 'i32_store'),
  s64: scalar(I64, 'i64_load', 'i64_store'),
  u64: scalar(I64, 'i64_load', 'i64_store'),
  f32: scalar(F32, 'f32_load', 'f32_store'),
  f64: scalar(F64, 'f64_load', 'f64_store'),
  char: scalar(I32, 'i32_load', 'i32_store'),
}
const SIZED: Record<number, Scalar> = { 1: SCALARS.u8!, 2: SCALARS.u16!, 4: SCALARS.u32! }

/** Bytes that mean the same on both sides, whatever they are. */
function isPlain(type: ValType): boolean {
  const fields = fieldsOf(type)
  if (fields) return fields.every(isPlain)
  return type.kind === 'primitive' && !['bool', 'char', 'string', 'error-context'].includes(type.primitive)
}

export interface Callee {
  side: Side
  func: CoreItem
  postReturn?: CoreItem
}

/** Writes the function by which `caller` calls a function of a type that `callee` is lifted to. */
export function writeCall(
  module: ModuleBuilder,
  type: FuncType,
  caller: Side,
  callee: Callee,
  handles: HandleFunctions,
): FunctionRef {
  return new CallWriter(module, type, caller, callee, handles).write()
}

class CallWriter {
  readonly #module: ModuleBuilder
  readonly #type: FuncType
  readonly #caller: Side
  readonly #callee: Callee
  readonly #handles: HandleFunctions
  readonly #code: FunctionBuilder
  readonly #core: CoreFuncType

  constructor(module: ModuleBuilder, type: FuncType, caller: Side, callee: Callee, handles: HandleFunctions) {
    this.#module = module
    this.#type = type
    this.#caller = caller
    this.#callee = callee
    this.#handles = handles
    this.#core = flattenFunction(type, 'lower').type
    this.#code = new FunctionBuilder(this.#core.params.length)
  }

  write(): FunctionRef {
    const { params, result } = this.#type
    const code = this.#code
    const { paramsInMemory, resultInMemory } = flattenFunction(this.#type, 'lower')
    const lifted = flattenFunction(this.#type, 'lift').type
    const borrows = params.some(({ type }) => type.summary.borrows)
    this.#guard()
    if (borrows) this.#handle('call_begin', [])
    const types = params.map((param) => param.type)
    const args = paramsInMemory ? this.#passInMemory(types) : this.#passFlat(types)
    this.#enter()
    const results = lifted.results.map((coreType) => code.local(coreType))
    this.#module.callInto(code, () => {
      for (const local of args) code.get(local)
      code.call(this.#module.function(this.#callee.func, lifted))
      for (const local of results.toReversed()) code.set(local)
    })
    this.#leave()
    const back = result === undefined ? [] : this.#takeResult(result, results, resultInMemory)
    this.#cleanUp(results, lifted.results)
    if (borrows) this.#handle('call_end', [])
    for (const local of back) code.get(local)
    return this.#module.define(this.#core, code)
  }

  /** One side is the system, which has words of its own for what is wrong. */
  get #isSystem(): boolean {
    return this.#caller.instance.isHost || this.#callee.side.instance.isHost
  }

  // What a call may do, and when.

  #guard(): void {
    const { instance } = this.#caller
    if (instance.isHost) return
    this.#code.globalGet(this.#module.global(instance.stays)).trapIf('cannot leave component instance')
  }

  /** The callee and what it is part of, but for what the caller is in already. */
  #entering(): Instance[] {
    const inside = new Set<Instance>()
    for (let at: Instance | undefined = this.#caller.instance; at; at = at.parent) inside.add(at)
    const entering: Instance[] = []
    for (let at: Instance | undefined = this.#callee.side.instance; at; at = at.parent) {
      if (!inside.has(at) && !at.isHost) entering.push(at)
    }
    return entering
  }

  #enter(): void {
    // What the specification allows between a component and its parts, the official scripts do not "for now".
    const [from, to] = [this.#caller.instance, this.#callee.side.instance]
    if (!from.isHost && !to.isHost && (isWithin(from, to) || isWithin(to, from)))
      this.#code.trap('cannot enter component instance')
    for (const { entered } of this.#entering()) {
      const global = this.#module.global(entered)
      this.#code.globalGet(global).trapIf('cannot enter component instance').i32(1).globalSet(global)
    }
  }

  #leave(): void {
    for (const { entered } of this.#entering()) this.#code.i32(0).globalSet(this.#module.global(entered))
  }

  #staying({ instance }: Side, work: () => void): void {
    if (instance.isHost) return work()
    const global = this.#module.global(instance.stays)
    this.#code.i32(1).globalSet(global)
    work()
    this.#code.i32(0).globalSet(global)
  }

  #cleanUp(results: readonly number[], types: readonly CoreValType[]): void {
    const { postReturn, side } = this.#callee
    if (postReturn === undefined) return
    this.#staying(side, () => {
      this.#module.callInto(this.#code, () => {
        for (const local of results) this.#code.get(local)
        this.#code.call(this.#module.function(postReturn, { params: [...types], results: [] }))
      })
    })
  }

  // Parameters and results.

  #passFlat(types: readonly ValType[]): number[] {
    const from: Place = { kind: 'flat', locals: this.#core.params.map((_, i) => i), types: this.#core.params, at: 0 }
    const flat = types.flatMap((type) => flatten(type))
    const locals = flat.map((type) => this.#code.local(type))
    let at = 0
    for (const type of types) {
      this.#copy(type, { ...from, at }, { kind: 'flat', locals, types: flat, at })
      at += flatten(type).length
    }
    return locals
  }

  #passInMemory(types: readonly ValType[]): number[] {
    const { size, alignment, offsets } = recordLayout(types)
    this.#checkRange(this.#caller, 0, size, alignment)
    const to = this.#allocate(this.#callee.side, size, alignment)
    types.forEach((type, i) => {
      const offset = offsets[i]
      this.#copy(
        type,
        { kind: 'memory', side: this.#caller, address: 0, offset },
        { kind: 'memory', side: this.#callee.side, address: to, offset },
      )
    })
    return [to]
  }

  #takeResult(type: ValType, results: readonly number[], inMemory: boolean): number[] {
    const { size, alignment } = layoutOf(type)
    if (!inMemory) {
      const flat = flatten(type)
      const locals = flat.map((item) => this.#code.local(item))
      const from: Place = { kind: 'flat', locals: [...results], types: flat, at: 0 }
      this.#copy(type, from, { kind: 'flat', locals, types: flat, at: 0 })
      return locals
    }
    const place = this.#core.params.length - 1
    this.#checkRange(this.#callee.side, results[0], size, alignment)
    this.#checkRange(this.#caller, place, size, alignment)
    const from: Place = { kind: 'memory', side: this.#callee.side, address: results[0], offset: 0 }
    this.#copy(type, from, { kind: 'memory', side: this.#caller, address: place, offset: 0 })
    return []
  }

  // Memory.

  #memory(side: Side): number {
    return this.#module.memory(side.memory!)
  }

  /** Traps unless so many bytes from there, aligned, lie in the memory. */
  #checkRange(side: Side, address: number, size: number, alignment: number): void {
    const code = this.#code
    if (alignment > 1)
      code
        .get(address)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf('unaligned pointer')
    code.get(address).op('i64_extend_i32_u').i64(BigInt(size)).op('i64_add')
    this.#pastEnd(side).trapIf('pointer out of bounds of memory')
  }

  /** Whether the i64 on the stack is more than the memory has bytes. */
  #pastEnd(side: Side): FunctionBuilder {
    const code = this.#code.memorySize(this.#memory(side)).op('i64_extend_i32_u')
    return code.i64(1n << BigInt(PAGE_BITS)).op('i64_mul', 'i64_gt_u')
  }

  /** The place of so many new bytes. */
  #allocate(side: Side, size: number, alignment: number): number {
    const bytes = this.#code.local(I32)
    this.#code.i32(size).set(bytes)
    return this.#allocateBytes(side, bytes, alignment)
  }

  #allocateBytes(side: Side, bytes: number, alignment: number): number {
    const code = this.#code
    const place = code.local(I32)
    this.#staying(side, () => {
      this.#module.callInto(code, () => {
        code.i32(0).i32(0).i32(alignment).get(bytes)
        code.call(this.#module.function(side.realloc!, REALLOC)).set(place)
      })
    })
    if (alignment > 1)
      code
        .get(place)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf(this.#isSystem ? 'realloc return: result not aligned' : 'unaligned pointer')
    code.get(place).op('i64_extend_i32_u').get(bytes).op('i64_extend_i32_u', 'i64_add')
    this.#pastEnd(side).trapIf(this.#isSystem ? 'realloc return: beyond end of memory' : 'list content out-of-bounds')
    return place
  }

  // Values.

  /** Pushes the core value of a scalar; `index`: of a flat value, which of its core values. */
  #load(place: Place, { type, load }: Scalar, index = 0): void {
    if (place.kind === 'memory') {
      this.#code.get(place.address).access(load, this.#memory(place.side), place.offset)
      return
    }
    this.#code.get(place.locals[place.at + index])
    this.#convert(place.types[place.at + index], type)
  }

  /** Stores what `push` pushes. */
  #store(place: Place, { type, store }: Scalar, push: () => void, index = 0): void {
    if (place.kind === 'memory') {
      this.#code.get(place.address)
      push()
      this.#code.access(store, this.#memory(place.side), place.offset)
      return
    }
    push()
    this.#convert(type, place.types[place.at + index])
    this.#code.set(place.locals[place.at + index])
  }

  /** Between a type and one that variants have in its place. */
  #convert(from: CoreValType, to: CoreValType): void {
    if (from === to) return
    const code = this.#code
    if (from === F32) code.op('i32_reinterpret_f32')
    else if (from === F64) code.op('i64_reinterpret_f64')
    const bits = from === F32 || from === I32 ? I32 : I64
    const wanted = to === F32 || to === I32 ? I32 : I64
    if (bits === I32 && wanted === I64) code.op('i64_extend_i32_u')
    if (bits === I64 && wanted === I32) code.op('i32_wrap_i64')
    if (to === F32) code.op('f32_reinterpret_i32')
    else if (to === F64) code.op('f64_reinterpret_i64')
  }

  #copy(type: ValType, from: Place, to: Place): void {
    const fields = fieldsOf(type)
    if (fields) return this.#copyFields(fields, from, to)
    const cases = casesOf(type)
    if (cases) return this.#copyCases(cases, from, to)
    switch (type.kind) {
      case 'primitive':
        return type.primitive === 'string' ? this.#copyString(from, to) : this.#copyScalar(type.primitive, from, to)
      case 'flags': {
        const { length } = type.labels
        const item = SIZED[layoutOf(type).size]
        return this.#store(to, item, () => {
          this.#load(from, item)
          if (length < 32) this.#code.i32(2 ** length - 1).op('i32_and')
        })
      }
      case 'list':
        if (type.length !== undefined) break
        return this.#copyList(type.element, from, to)
      case 'map':
        return this.#copyList(mapElement(type), from, to)
      case 'own':
        return this.#moveHandle(type.of.resource, from, to)
      case 'borrow':
        return this.#lendHandle(type.of.resource, from, to)
    }
    throw unsupported(`values of type ${type.kind === 'list' ? 'list of fixed length' : type.kind}`)
  }

  #copyScalar(primitive: Primitive, from: Place, to: Place): void {
    const item = SCALARS[primitive]
    if (item === undefined) throw unsupported(`values of type ${primitive}`)
    const code = this.#code
    this.#store(to, item, () => {
      this.#load(from, item)
      // Core values have more bits than these types.
      if (primitive === 'bool') code.i32(0).op('i32_ne')
      else if (primitive === 'char') this.#checkChar()
      else if (from.kind === 'memory') return
      else if (primitive === 's8') code.op('i32_extend8_s')
      else if (primitive === 's16') code.op('i32_extend16_s')
      else if (primitive === 'u8') code.i32(0xff).op('i32_and')
      else if (primitive === 'u16') code.i32(0xffff).op('i32_and')
    })
  }

  /** Traps unless the operand is a Unicode scalar value; leaves it. */
  #checkChar(): void {
    const value = this.#code.local(I32)
    this.#code.tee(value).i32(0x10ffff).op('i32_gt_u').trapIf('invalid `char` bit pattern')
    this.#code.get(value).i32(0xfffff800).op('i32_and').i32(0xd800).op('i32_eq').trapIf('invalid `char` bit pattern')
    this.#code.get(value)
  }

  #copyFields(fields: readonly ValType[], from: Place, to: Place): void {
    const { offsets } = recordLayout(fields)
    let at = 0
    fields.forEach((type, i) => {
      this.#copy(type, moved(from, offsets[i], at), moved(to, offsets[i], at))
      at += flatten(type).length
    })
  }

  #copyCases(cases: readonly (ValType | undefined)[], from: Place, to: Place): void {
    const code = this.#code
    const item = SIZED[discriminantSize(cases.length)]
    const number = code.local(I32)
    // All of a core value counts.
    this.#load(from, from.kind === 'flat' ? SCALARS.u32! : item)
    code.tee(number).i32(cases.length).op('i32_ge_u').trapIf('invalid variant discriminant')
    this.#store(to, item, () => void code.get(number))
    const offset = payloadOffset(cases)
    // What one case writes is whatever another one left, where it is in a loop: the flat values of none.
    cases.forEach((type, i) => {
      if (type === undefined) return
      code.get(number).i32(i).op('i32_eq').if()
      this.#copy(type, moved(from, offset, 1), moved(to, offset, 1))
      code.op('end')
    })
  }

  /** Pushes nothing: locals with the pointer and the count of a list or string. */
  #pointer(from: Place): { address: number; count: number } {
    const address = this.#code.local(I32)
    const count = this.#code.local(I32)
    this.#load(from, SCALARS.u32!)
    this.#code.set(address)
    this.#load(moved(from, 4, 0), SCALARS.u32!, 1)
    this.#code.set(count)
    return { address, count }
  }

  #storePointer(to: Place, address: number, count: number): void {
    this.#store(to, SCALARS.u32!, () => void this.#code.get(address))
    this.#store(moved(to, 4, 0), SCALARS.u32!, () => void this.#code.get(count), 1)
  }

  /** Traps unless so many bytes, more than 32 bits can say, lie in a memory; leaves the number in a local. */
  #checkBytes(side: Side, address: number, count: number, size: number, alignment: number, beyond: Trap): number {
    const code = this.#code
    const bytes = code.local(I32)
    const wide = code.local(I64)
    if (alignment > 1)
      code
        .get(address)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf('unaligned pointer')
    code.get(count).op('i64_extend_i32_u').i64(BigInt(size)).op('i64_mul').set(wide)
    code.get(wide).op('i32_wrap_i64').set(bytes)
    code.get(address).op('i64_extend_i32_u').get(wide).op('i64_add')
    this.#pastEnd(side).trapIf(beyond)
    code.get(wide).i64(MAX_BYTES).op('i64_gt_u').trapIf('list or string of more than 2^28 bytes')
    return bytes
  }

  #copyList(element: ValType, from: Place, to: Place): void {
    const code = this.#code
    const { caller, callee } = this.#sides(from)
    const { address, count } = this.#pointer(from)
    const { size, alignment } = layoutOf(element)
    const bytes = this.#checkBytes(caller, address, count, size, alignment, 'list content out-of-bounds')
    const place = this.#allocateBytes(callee, bytes, alignment)
    if (isPlain(element)) {
      code.get(place).get(address).get(bytes).memoryCopy(this.#memory(callee), this.#memory(caller))
    } else {
      const left = code.local(I32)
      const [source, target] = [code.local(I32), code.local(I32)]
      code.get(count).set(left).get(address).set(source).get(place).set(target)
      code.block().loop().get(left).op('i32_eqz').branchIf(1)
      this.#copy(
        element,
        { kind: 'memory', side: caller, address: source, offset: 0 },
        { kind: 'memory', side: callee, address: target, offset: 0 },
      )
      code.get(source).i32(size).op('i32_add').set(source).get(target).i32(size).op('i32_add').set(target)
      code.get(left).i32(1).op('i32_sub').set(left).branch(0).op('end', 'end')
    }
    this.#storePointer(to, place, count)
  }

  /** From where a value comes, and where it goes: arguments from the caller, the result from the callee. */
  #sides(from: Place): { caller: Side; callee: Side } {
    const back = this.#isBack(from)
    return back
      ? { caller: this.#callee.side, callee: this.#caller }
      : { caller: this.#caller, callee: this.#callee.side }
  }

  #isBack(from: Place): boolean {
    if (from.kind === 'memory') return from.side === this.#callee.side
    return from.locals.length > 0 && from.locals[0] >= this.#core.params.length
  }

  #copyString(from: Place, to: Place): void {
    const code = this.#code
    const { caller, callee } = this.#sides(from)
    const { address, count } = this.#pointer(from)
    const [place, units] = [code.local(I32), code.local(I32)]
    const copy = (encoding: SimpleEncoding): void => {
      this.#copyUnits({ address, count, encoding, side: caller }, { place, units, side: callee })
    }
    if (caller.encoding === 'latin1+utf16') {
      code.get(count).i32(UTF16_TAG).op('i32_and').if().get(count).i32(~UTF16_TAG).op('i32_and').set(count)
      copy('utf16')
      code.op('else')
      copy('latin1')
      code.op('end')
    } else copy(caller.encoding)
    this.#storePointer(to, place, units)
  }

  /** Sets `place` and `units` to those of the copy. */
  #copyUnits(
    { address, count, encoding, side }: { address: number; count: number; encoding: SimpleEncoding; side: Side },
    to: { place: number; units: number; side: Side },
  ): void {
    const code = this.#code
    const from = this.#memory(side)
    const bytes = this.#checkBytes(
      side,
      address,
      count,
      unitSize(encoding),
      side.encoding === 'utf8' ? 1 : 2,
      this.#isSystem ? 'string pointer/length out of bounds of memory' : 'string content out-of-bounds',
    )
    if (encoding === 'utf8') code.get(address).get(bytes).call(checkUtf8(this.#module, from))
    const wanted = to.side.encoding
    if (encoding === 'utf8' && wanted === 'utf8') {
      code
        .get(this.#allocateBytes(to.side, bytes, 1))
        .tee(to.place)
        .get(address)
        .get(bytes)
      code.memoryCopy(this.#memory(to.side), from).get(count).set(to.units)
      return
    }
    const size = code.local(I32)
    const measured = (into: SimpleEncoding): void => {
      code
        .get(address)
        .get(bytes)
        .call(measure(this.#module, from, encoding, into))
        .set(size)
    }
    const write = (into: SimpleEncoding, tag: number): void => {
      code.get(this.#allocateBytes(to.side, size, wanted === 'utf8' ? 1 : 2)).set(to.place)
      const memories = { from, to: this.#memory(to.side) }
      code
        .get(address)
        .get(bytes)
        .get(to.place)
        .call(transcode(this.#module, memories, encoding, into))
      code.get(size)
      if (unitSize(into) === 2) code.i32(1).op('i32_shr_u').i32(tag).op('i32_or')
      code.set(to.units)
    }
    if (wanted !== 'latin1+utf16') {
      measured(wanted)
      return write(wanted, 0)
    }
    measured('latin1')
    code.get(size).i32(-1).op('i32_eq').if()
    measured('utf16')
    write('utf16', UTF16_TAG)
    code.op('else')
    write('latin1', 0)
    code.op('end')
  }

  // Handles.

  #handle(name: string, operands: readonly number[], local?: number): void {
    for (const operand of operands) this.#code.i32(operand)
    if (local !== undefined) this.#code.get(local)
    const count = operands.length + (local === undefined ? 0 : 1)
    const results = name.startsWith('call_') ? [] : [I32]
    const type = { params: Array<CoreValType>(count).fill(I32), results }
    this.#code.call(this.#module.function(this.#handles.item(name), type))
  }

  #rep(from: Place, taking: string, side: Side, resource: Resource): number {
    const handle = this.#code.local(I32)
    this.#load(from, SCALARS.u32!)
    this.#code.set(handle)
    if (side.instance.isHost) return handle
    this.#handle(taking, [side.instance.number, this.#handles.resourceNumber(resource)], handle)
    const rep = this.#code.local(I32)
    this.#code.set(rep)
    return rep
  }

  #moveHandle(resource: Resource, from: Place, to: Place): void {
    const { caller, callee } = this.#sides(from)
    const rep = this.#rep(from, 'handle_take', caller, resource)
    this.#store(to, SCALARS.u32!, () => {
      if (callee.instance.isHost) this.#code.get(rep)
      else this.#handle('handle_new', [callee.instance.number, this.#handles.resourceNumber(resource)], rep)
    })
  }

  #lendHandle(resource: Resource, from: Place, to: Place): void {
    const { caller, callee } = this.#sides(from)
    const rep = this.#rep(from, 'handle_lend', caller, resource)
    const isOwner = callee.instance.isHost || this.#handles.ownerOf(resource) === callee.instance
    this.#store(to, SCALARS.u32!, () => {
      if (isOwner) this.#code.get(rep)
      else this.#handle('handle_borrow', [callee.instance.number, this.#handles.resourceNumber(resource)], rep)
    })
  }
}

/** Whether an instance is another one, or made by it. */
function isWithin(instance: Instance, outer: Instance): boolean {
  for (let at: Instance | undefined = instance; at; at = at.parent) if (at === outer) return true
  return false
}

/** Marks the count of a string that is not Latin-1. */
const UTF16_TAG = 0x80000000

/** Of any list or string. */
const MAX_BYTES = (1n << 28n) - 1n

function payloadOffset(cases: readonly (ValType | undefined)[]): number {
  const size = discriminantSize(cases.length)
  const alignment = cases.reduce((most, type) => Math.max(most, type ? layoutOf(type).alignment : 1), 1)
  return Math.ceil(size / alignment) * alignment
}

/** Some bytes further in memory, or some core values. */
const moved = (place: Place, bytes: number, values: number): Place =>
  place.kind === 'memory' ? { ...place, offset: place.offset + bytes } : { ...place, at: place.at + values }

const unsupported = (what: string): CompileError =>
  new CompileError(`${what} between components are not compiled yet`, { code: 'unsupported' })
