/** Objects of the garbage-collected heap: structures, arrays, i31. */
import {
  ARRAY_HEAD,
  isTraced,
  packedBytes,
  structureLayout,
  type Storage,
  type StructureLayout,
} from '../wasm/objects.ts'
import type { FieldType, ValType } from '../wasm/types.ts'
import { isSmallObject, newArray, newArrayOf, newStructure } from './allocation.ts'
import { ADD, EQ, GE_U, memory, OR, SHL, SHR_S, SHR_U, target, V128_LOAD, V128_STORE } from './assembler.ts'
import { callRuntime } from './calls.ts'
import { branchOnCast, cast, castTest } from './casts.ts'
import { room } from './code.ts'
import { collector, GC, CARD_SHIFT } from './collected.ts'
import { pushAddress, pushVariable } from './memory.ts'
import { condition } from './numeric.ts'
import { s32, u32 } from './reader.ts'
import { runtimeFunction } from './runtime-functions.ts'
import {
  allocate,
  destination,
  drop,
  isConstant,
  isSmall,
  pop,
  popKeeping,
  push,
  pushConstant,
  release,
  resultOf,
  stack,
} from './stack.ts'
import { TRAP, trapIf } from './traps.ts'
import { I32, I64, kindOf, type Kind } from './types.ts'
import { unit } from './unit.ts'

const STRUCTURE = runtimeFunction('gc_structure', [I32], [I64])
const NEW_ARRAY = runtimeFunction('gc_array', [I32, I32], [I64])
const byKind = (name: string, write: (kind: Kind) => [Kind[], Kind[]]) =>
  ['', '', '_f32', '_f64', '_vector'].map((suffix, kind) =>
    runtimeFunction(`gc_array_${name}${suffix}`, ...write(kind)),
  )
const ARRAY_OF = byKind('of', (kind) => [[kind, I32, I32], [I64]])
const ARRAY_FILL = byKind('fill', (kind) => [[I64, I32, kind, I32], []])
const ARRAY_COPY = runtimeFunction('gc_array_copy', [I64, I32, I64, I32, I32], [])
const NEW_DATA = runtimeFunction('gc_array_new_data', [I32, I32, I32, I64, I32], [I64])
const INIT_DATA = runtimeFunction('gc_array_init_data', [I64, I32, I32, I32, I64, I32], [])
const NEW_ELEM = runtimeFunction('gc_array_new_elem', [I32, I32, I32, I64, I32], [I64])
const INIT_ELEM = runtimeFunction('gc_array_init_elem', [I64, I32, I32, I32, I64, I32], [])
/** Of a field, packed or not. */
const kindOfField = (type: ValType): Kind => (packedBytes(type) ? I32 : kindOf(type))

export function storageOf(type: ValType): Storage {
  const bytes = packedBytes(type) ?? [4, 8, 4, 8, 16][kindOf(type)]
  return { bytes, traced: isTraced(type, unit.module.types) }
}

const layouts = new WeakMap<readonly FieldType[], StructureLayout>()

function layoutOf(type: number): StructureLayout {
  const fields = unit.module.types[type].fields!
  let layout = layouts.get(fields)
  if (layout === undefined)
    layouts.set(fields, (layout = structureLayout(fields.map((field) => storageOf(field.type)))))
  return layout
}

const elementOf = (type: number): ValType => unit.module.types[type].fields![0].type

const LOADS = [0x28, 0x29, 0x2a, 0x2b, V128_LOAD]
const STORES = [0x36, 0x37, 0x38, 0x39, V128_STORE]

function loadOf(type: ValType, signed: boolean): number {
  const bytes = packedBytes(type)
  if (bytes === undefined) return LOADS[kindOf(type)]
  return 0x2c + 2 * (bytes - 1) + (signed ? 0 : 1)
}

function storeOf(type: ValType): number {
  const bytes = packedBytes(type)
  return bytes === undefined ? STORES[kindOf(type)] : 0x3a + bytes - 1
}

function checkNotNull(register: number, trap: number): void {
  trapIf(target.asm.compareConstant(I64, EQ, register, 0), trap)
}

/** Stores operands into a new object, whose register the caller holds; what it is of is zero. */
function fill(object: number, types: readonly ValType[], offsetOf: (i: number) => number): void {
  const { asm } = target
  for (let i = types.length - 1; i >= 0; i--) {
    room(64)
    const top = stack.sp - 1
    const store = storeOf(types[i])
    if (isSmall(top) && asm.storesConstant(store, stack.value[top], stack.value[top] >> 31)) {
      const value = stack.value[top]
      drop()
      if (value === 0) continue
      place(object, offsetOf(i))
      asm.storeConstant(store, value, value >> 31)
      continue
    }
    const value = pop()
    place(object, offsetOf(i))
    asm.store(store, value)
    release(value)
  }
}

function place(base: number, offset: number): void {
  memory.base = base
  memory.index = -1
  memory.disp = offset
}

/** Operands that stay where they are have no register that the object could take. */
export function structureNew(type: number): void {
  const { offsets } = layoutOf(type)
  const object = makeStructure(type)
  fill(
    object,
    unit.module.types[type].fields!.map((field) => field.type),
    (i) => offsets[i],
  )
  push(I64, object)
}

export function structureNewDefault(type: number): void {
  push(I64, makeStructure(type))
}

/** Its register is the caller's to push. */
function makeStructure(type: number): number {
  const { size } = layoutOf(type)
  if (isSmallObject(size)) {
    const d = freshResult(I64)
    newStructure(d, type, size)
    return d
  }
  pushConstant(I32, unit.typeNumbers[type], 0)
  callRuntime(STRUCTURE)
  return popKeeping()
}

function structureGet(type: number, field: number, signed: boolean): void {
  const { asm } = target
  const { type: storage } = unit.module.types[type].fields![field]
  const kind = kindOfField(storage)
  const object = pop()
  checkNotNull(object, TRAP.NULL_STRUCTURE)
  const d = freshResult(kind)
  place(object, layoutOf(type).offsets[field])
  asm.load(loadOf(storage, signed), d)
  release(object)
  push(kind, d)
}

/** Whether the collector is to know that the operand on top is stored. */
const isNoted = (type: ValType): boolean =>
  isTraced(type, unit.module.types) && !(isConstant(stack.sp - 1) && stack.value[stack.sp - 1] === 0)

/** Notes that a reference was stored at an address. */
function note(address: number, offset: number): void {
  const { asm } = target
  const { intScratch } = asm
  const clean = allocate(I64)
  asm.loadSymbol(I64, clean, collector(), GC.CLEAN)
  if (offset !== 0) asm.aluConstant(ADD, I64, intScratch, address, offset)
  asm.shiftConstant(SHR_U, I64, intScratch, offset !== 0 ? intScratch : address, CARD_SHIFT)
  memory.base = clean
  memory.index = intScratch
  memory.disp = 0
  asm.storeConstant(0x3a, 0, 0)
  release(clean)
}

function structureSet(type: number, field: number): void {
  const { type: storage } = unit.module.types[type].fields![field]
  const isNew = isNoted(storage)
  const value = pop()
  const object = pop()
  checkNotNull(object, TRAP.NULL_STRUCTURE)
  place(object, layoutOf(type).offsets[field])
  target.asm.store(storeOf(storage), value)
  if (isNew) note(object, 0)
  release(object)
  release(value)
}

function freshResult(kind: Kind): number {
  const d = destination(kind)
  return d >= 0 ? d : allocate(kind)
}

export function arrayNew(type: number): void {
  pushConstant(I32, unit.typeNumbers[type], 0)
  callRuntime(ARRAY_OF[kindOfField(elementOf(type))])
}

export function arrayNewDefault(type: number): void {
  const top = stack.sp - 1
  const { bytes } = storageOf(elementOf(type))
  if (isConstant(top) && fits(stack.value[top], bytes)) {
    const length = stack.value[top]
    drop()
    const d = freshResult(I64)
    newArray(d, type, length, arrayBytes(length, bytes))
    return push(I64, d)
  }
  const length = pop()
  const d = freshResult(I64)
  newArrayOf(d, type, length, Math.log2(bytes))
  release(length)
  push(I64, d)
}

const arrayBytes = (length: number, bytes: number): number => (ARRAY_HEAD + length * bytes + 7) & -8
const fits = (length: number, bytes: number): boolean => length >= 0 && isSmallObject(ARRAY_HEAD + length * bytes)

export function arrayNewFixed(type: number, count: number): void {
  const element = elementOf(type)
  const { bytes } = storageOf(element)
  let array: number
  if (fits(count, bytes)) {
    array = freshResult(I64)
    newArray(array, type, count, arrayBytes(count, bytes))
  } else {
    pushConstant(I32, count, 0)
    pushConstant(I32, unit.typeNumbers[type], 0)
    callRuntime(NEW_ARRAY)
    array = popKeeping()
  }
  fill(array, Array<ValType>(count).fill(element), (i) => ARRAY_HEAD + i * bytes)
  push(I64, array)
}

/** Checks an index and leaves the place of the element in `memory`. */
function element(array: number, index: number, type: ValType): void {
  const { asm } = target
  const { intScratch } = asm
  checkNotNull(array, TRAP.NULL_ARRAY)
  asm.loadAt(I32, intScratch, array, 4)
  trapIf(asm.compare(I32, GE_U, index, intScratch), TRAP.ARRAY_OUT_OF_BOUNDS)
  const shift = Math.log2(storageOf(type).bytes)
  place(array, ARRAY_HEAD)
  if (shift === 0) memory.index = index
  else {
    if (shift < 4) asm.addShifted(I64, intScratch, array, index, shift)
    else {
      asm.shiftConstant(SHL, I64, intScratch, index, shift)
      asm.alu(ADD, I64, intScratch, intScratch, array)
    }
    memory.base = intScratch
  }
}

function arrayGet(type: number, signed: boolean): void {
  const storage = elementOf(type)
  const kind = kindOfField(storage)
  const index = pop()
  const array = pop()
  element(array, index, storage)
  const d = freshResult(kind)
  target.asm.load(loadOf(storage, signed), d)
  release(array)
  release(index)
  push(kind, d)
}

function arraySet(type: number): void {
  const isNew = isNoted(elementOf(type))
  const value = pop()
  const index = pop()
  const array = pop()
  element(array, index, elementOf(type))
  target.asm.store(storeOf(elementOf(type)), value)
  if (isNew) note(target.asm.intScratch, ARRAY_HEAD)
  release(array)
  release(index)
  release(value)
}

function arrayLength(): void {
  const array = pop()
  checkNotNull(array, TRAP.NULL_ARRAY)
  const d = freshResult(I32)
  target.asm.loadAt(I32, d, array, 4)
  release(array)
  push(I32, d)
}

function pushSegment(index: number): void {
  const { symbol, size } = unit.data[index]
  pushAddress(symbol, 0)
  pushVariable(I32, unit.own, size)
}

function pushElements(index: number): void {
  const { items, size } = unit.elements[index]
  pushAddress(unit.state, items)
  pushVariable(I32, unit.own, size)
}

/** An i31 is an odd number of 32 bits. */
export function referenceI31(): void {
  const { asm } = target
  const value = pop()
  const d = resultOf(I64, value)
  asm.shiftConstant(SHL, I32, d, value, 1)
  asm.aluConstant(OR, I32, d, d, 1)
  if (d !== value) release(value)
  push(I64, d)
}

function i31Get(signed: boolean): void {
  const { asm } = target
  const reference = pop()
  checkNotNull(reference, TRAP.NULL_I31)
  const d = resultOf(I32, reference)
  asm.shiftConstant(signed ? SHR_S : SHR_U, I32, d, reference, 1)
  if (d !== reference) release(reference)
  push(I32, d)
}

export function referencesEqual(): void {
  const b = pop()
  const a = pop()
  release(a)
  release(b)
  condition(target.asm.compare(I64, EQ, a, b))
}

/** Instructions behind the prefix 0xfb, by number. */
export function objectInstruction(sub: number): void {
  switch (sub) {
    case 0x00:
      return structureNew(u32())
    case 0x01:
      return structureNewDefault(u32())
    case 0x02:
    case 0x03:
    case 0x04: {
      const type = u32()
      return structureGet(type, u32(), sub === 0x03)
    }
    case 0x05: {
      const type = u32()
      return structureSet(type, u32())
    }
    case 0x06:
      return arrayNew(u32())
    case 0x07:
      return arrayNewDefault(u32())
    case 0x08: {
      const type = u32()
      return arrayNewFixed(type, u32())
    }
    case 0x09:
    case 0x0a: {
      pushConstant(I32, unit.typeNumbers[u32()], 0)
      if (sub === 0x09) pushSegment(u32())
      else pushElements(u32())
      return callRuntime(sub === 0x09 ? NEW_DATA : NEW_ELEM)
    }
    case 0x0b:
    case 0x0c:
    case 0x0d:
      return arrayGet(u32(), sub === 0x0c)
    case 0x0e:
      return arraySet(u32())
    case 0x0f:
      return arrayLength()
    case 0x10:
      return callRuntime(ARRAY_FILL[kindOfField(elementOf(u32()))])
    case 0x11:
      u32()
      u32()
      return callRuntime(ARRAY_COPY)
    case 0x12:
    case 0x13:
      u32()
      if (sub === 0x12) pushSegment(u32())
      else pushElements(u32())
      return callRuntime(sub === 0x12 ? INIT_DATA : INIT_ELEM)
    case 0x14:
    case 0x15:
      return castTest(s32(), sub === 0x15)
    case 0x16:
    case 0x17:
      return cast(s32(), sub === 0x17)
    case 0x18:
    case 0x19:
      return branchOnCast(sub === 0x19)
    case 0x1a:
    case 0x1b:
      // A reference of the host's is one of the program's as it is.
      return
    case 0x1c:
      return referenceI31()
    case 0x1d:
    case 0x1e:
      return i31Get(sub === 0x1d)
  }
  throw new Error(`instruction fb ${sub.toString(16)}`)
}
