/** Moves values of all types from one side of a call to the other (spec: CanonicalABI.md / Loading, Storing, Flattening). */
import { CompileError } from '../errors.ts'
import { F32, F64, I32, I64, type ValType as CoreValType } from '../wasm/types.ts'
import type { FunctionBuilder, ModuleBuilder } from './builder.ts'
import type { CallMemory } from './call-memory.ts'
import { casesOf, discriminantSize, fieldsOf, flatten, layoutOf, mapElement, recordLayout } from './canonical-abi.ts'
import type { Primitive } from './definitions.ts'
import { moved, payloadOffset, SCALARS, SIZED, type Place, type Scalar } from './places.ts'
import type { HandleFunctions, Side } from './sides.ts'
import { checkUtf8, measure, transcode, unitSize, type SimpleEncoding } from './strings.ts'
import type { Resource, ValType } from './types.ts'

/** Marks the count of a string that is not Latin-1. */
const UTF16_TAG = 0x80000000

/** Bytes that mean the same on both sides, whatever they are. */
function isPlain(type: ValType): boolean {
  const fields = fieldsOf(type)
  if (fields) return fields.every(isPlain)
  return type.kind === 'primitive' && !['bool', 'char', 'string', 'error-context'].includes(type.primitive)
}

export interface CopyOptions {
  module: ModuleBuilder
  code: FunctionBuilder
  memory: CallMemory
  from: Side
  to: Side
  handles: HandleFunctions
}

/** Writes code that moves values from one side to the other. */
export class ValueCopier {
  readonly #module: ModuleBuilder
  readonly #code: FunctionBuilder
  readonly #memory: CallMemory
  readonly #from: Side
  readonly #to: Side
  readonly #handles: HandleFunctions

  constructor({ module, code, memory, from, to, handles }: CopyOptions) {
    this.#module = module
    this.#code = code
    this.#memory = memory
    this.#from = from
    this.#to = to
    this.#handles = handles
  }

  /** Pushes the core value of a scalar; `index`: of a flat value, which of its core values. */
  #load(place: Place, { type, load }: Scalar, index = 0): void {
    if (place.kind === 'memory') {
      this.#code.get(place.address).access(load, this.#memory.numberOf(place.side), place.offset)
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
      this.#code.access(store, this.#memory.numberOf(place.side), place.offset)
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

  copy(type: ValType, from: Place, to: Place): void {
    this.#handles.count('values that are moved between components')
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
      case 'stream':
      case 'future':
        return this.#moveEnd(type, from, to)
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
      this.copy(type, moved(from, offsets[i], at), moved(to, offsets[i], at))
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
      this.copy(type, moved(from, offset, 1), moved(to, offset, 1))
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

  #copyList(element: ValType, from: Place, to: Place): void {
    const { address, count } = this.#pointer(from)
    const bytes = this.checkElements(element, address, count)
    const place = this.#memory.allocateBytes(this.#to, bytes, layoutOf(element).alignment)
    this.copyElements(element, { address, count, bytes, place })
    this.#storePointer(to, place, count)
  }

  /** Traps unless so many elements lie there; how many bytes they have is in a local. */
  checkElements(element: ValType, address: number, count: number): number {
    const { size, alignment } = layoutOf(element)
    return this.#memory.checkBytes(this.#from, address, count, size, alignment, 'list content out-of-bounds')
  }

  /** Between places that were checked. */
  copyElements(
    element: ValType,
    { address, count, bytes, place }: { address: number; count: number; bytes: number; place: number },
  ): void {
    const code = this.#code
    const { size } = layoutOf(element)
    if (isPlain(element)) {
      const [to, from] = [this.#memory.numberOf(this.#to), this.#memory.numberOf(this.#from)]
      code.get(place).get(address).get(bytes).memoryCopy(to, from)
      return
    }
    const left = code.local(I32)
    const [source, target] = [code.local(I32), code.local(I32)]
    code.get(count).set(left).get(address).set(source).get(place).set(target)
    code.block().loop().get(left).op('i32_eqz').branchIf(1)
    this.copy(
      element,
      { kind: 'memory', side: this.#from, address: source, offset: 0 },
      { kind: 'memory', side: this.#to, address: target, offset: 0 },
    )
    code.get(source).i32(size).op('i32_add').set(source).get(target).i32(size).op('i32_add').set(target)
    code.get(left).i32(1).op('i32_sub').set(left).branch(0).op('end', 'end')
  }

  #copyString(from: Place, to: Place): void {
    const code = this.#code
    const [caller, callee] = [this.#from, this.#to]
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
    const from = this.#memory.numberOf(side)
    const bytes = this.#memory.checkBytes(
      side,
      address,
      count,
      unitSize(encoding),
      side.encoding === 'utf8' ? 1 : 2,
      this.#memory.stringTrap,
    )
    if (encoding === 'utf8') code.get(address).get(bytes).call(checkUtf8(this.#module, from))
    const wanted = to.side.encoding
    if (encoding === 'utf8' && wanted === 'utf8') {
      code
        .get(this.#memory.allocateBytes(to.side, bytes, 1))
        .tee(to.place)
        .get(address)
        .get(bytes)
      code.memoryCopy(this.#memory.numberOf(to.side), from).get(count).set(to.units)
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
      code.get(this.#memory.allocateBytes(to.side, size, wanted === 'utf8' ? 1 : 2)).set(to.place)
      const memories = { from, to: this.#memory.numberOf(to.side) }
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

  handle(name: string, operands: readonly number[], local?: number): void {
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
    this.handle(taking, [side.instance.number, this.#handles.resourceNumber(resource)], handle)
    const rep = this.#code.local(I32)
    this.#code.set(rep)
    return rep
  }

  #moveHandle(resource: Resource, from: Place, to: Place): void {
    const [caller, callee] = [this.#from, this.#to]
    const rep = this.#rep(from, 'handle_take', caller, resource)
    this.#store(to, SCALARS.u32!, () => {
      if (callee.instance.isHost) this.#code.get(rep)
      else this.handle('handle_new', [callee.instance.number, this.#handles.resourceNumber(resource)], rep)
    })
  }

  /** The readable end of a stream or future: the system knows them by what both ends share. */
  #moveEnd(type: Extract<ValType, { kind: 'stream' | 'future' }>, from: Place, to: Place): void {
    const code = this.#code
    const [number, isFuture] = [this.#handles.transferNumber(type), Number(type.kind === 'future')]
    const shared = code.local(I32)
    this.#load(from, SCALARS.u32!)
    code.set(shared)
    if (!this.#from.instance.isHost) {
      this.handle('end_take', [this.#from.instance.number, number, isFuture], shared)
      code.set(shared)
    }
    this.#store(to, SCALARS.u32!, () => {
      if (this.#to.instance.isHost) code.get(shared)
      else this.handle('end_give', [this.#to.instance.number, number, isFuture], shared)
    })
  }

  #lendHandle(resource: Resource, from: Place, to: Place): void {
    const [caller, callee] = [this.#from, this.#to]
    const rep = this.#rep(from, 'handle_lend', caller, resource)
    const isOwner = callee.instance.isHost || this.#handles.ownerOf(resource) === callee.instance
    this.#store(to, SCALARS.u32!, () => {
      if (isOwner) this.#code.get(rep)
      else this.handle('handle_borrow', [callee.instance.number, this.#handles.resourceNumber(resource)], rep)
    })
  }
}

const unsupported = (what: string): CompileError =>
  new CompileError(`${what} between components are not compiled yet`, { code: 'unsupported' })
