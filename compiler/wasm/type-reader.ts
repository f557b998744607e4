import { CompileError } from '../errors.ts'
import { use } from './features.ts'
import { checkLimit, LIMITS } from './limits.ts'
import type { Module } from './module.ts'
import { refuseDefinition, refuseHeapType, refuseShared } from './proposals.ts'
import type { Reader } from './reader.ts'
import {
  ANY,
  ARRAY,
  EQ,
  EXN,
  EXTERN,
  F32,
  F64,
  FUNC,
  I16,
  I31,
  I32,
  I64,
  I8,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  NONE,
  STRUCT,
  V128,
  heapOf,
  isNullable,
  isRef,
  ref,
  type DefinedType,
  type FieldType,
  type GlobalType,
  type HeapType,
  type MemoryType,
  type TableType,
  type ValType,
} from './types.ts'

// Binary Format / Types. Each function reads one production and notes the proposals it shows.

const HEAP_TYPES: Record<number, HeapType> = {
  0x70: FUNC,
  0x6f: EXTERN,
  0x69: EXN,
  0x73: NOFUNC,
  0x72: NOEXTERN,
  0x74: NOEXN,
  0x6e: ANY,
  0x6d: EQ,
  0x6c: I31,
  0x6b: STRUCT,
  0x6a: ARRAY,
  0x71: NONE,
}
const GC_NAMES: Record<number, string> = {
  0x6e: 'any',
  0x6d: 'eq',
  0x6c: 'i31',
  0x6b: 'struct',
  0x6a: 'array',
  0x71: 'none',
}
const PAGE_SIZE_LOG2 = 16

function abstractHeapType(r: Reader, m: Module, byte: number, offset: number, what: string): HeapType {
  if (!(byte in HEAP_TYPES)) {
    refuseHeapType(byte, offset)
    r.fail(`malformed ${what} type`, offset)
  }
  if (byte === 0x6f) use(m.features, 'reference-types', 'externref', offset)
  if (byte === 0x69 || byte === 0x74) use(m.features, 'exception-handling', 'exnref', offset)
  if (byte === 0x73 || byte === 0x72)
    use(m.features, 'function-references', byte === 0x73 ? 'nofunc' : 'noextern', offset)
  if (byte in GC_NAMES) use(m.features, 'gc', `heap type ${GC_NAMES[byte]}`, offset)
  return HEAP_TYPES[byte]
}

export function heapType(r: Reader, m: Module): HeapType {
  const offset = r.pos
  const code = r.s33()
  if (code >= 0) {
    // No module has it, and `ref`, which has no room for it, would make another type of it.
    if (code >= LIMITS.types) invalid(`unknown type ${code}`, offset)
    use(m.features, 'function-references', 'a concrete reference type', offset)
    return code
  }
  return abstractHeapType(r, m, code + 0x80, offset, 'heap')
}

/** A reference to a heap type of the module, whose types are known. */
export function referenceTo({ types }: Pick<Module, 'types'>, heap: HeapType, nullable: boolean): ValType {
  return ref(heap, nullable, heap >= 0 && types[heap]?.kind !== undefined)
}

/** References in types may be to later ones: says of all what they are to, once it is known. */
export function markReferences(m: Module): void {
  if (!m.types.some(({ kind }) => kind !== undefined)) return
  const mark = (type: ValType): ValType => (isRef(type) ? referenceTo(m, heapOf(type), isNullable(type)) : type)
  m.types.forEach((type, i) => {
    const fields = type.fields?.map((field) => ({ ...field, type: mark(field.type) }))
    m.types[i] = { ...type, params: type.params.map(mark), results: type.results.map(mark), fields }
  })
}

/** A reference type whose first byte is known to be one or, in `what`, must be. */
export function refType(r: Reader, m: Module, what = 'reference'): ValType {
  const offset = r.pos
  const byte = r.byte()
  if (byte === 0x63 || byte === 0x64) {
    use(m.features, 'function-references', '(ref ht)', offset)
    return referenceTo(m, heapType(r, m), byte === 0x63)
  }
  return ref(abstractHeapType(r, m, byte, offset, what))
}

export function valType(r: Reader, m: Module): ValType {
  if (r.pos < r.end) {
    const byte = r.bytes[r.pos]
    if (byte === I32 || byte === I64 || byte === F32 || byte === F64) {
      r.pos++
      return byte
    }
    if (byte === V128) {
      use(m.features, 'simd', 'v128', r.pos++)
      return V128
    }
  }
  return refType(r, m, 'value')
}

const [FUNC_TYPE, STRUCT_TYPE, ARRAY_TYPE] = [0x60, 0x5f, 0x5e]
const [SUB, SUB_FINAL, REC] = [0x50, 0x4f, 0x4e]

/** Adds the types of a recursive group, or a single one, to the module's. */
export function recType(r: Reader, m: Module): void {
  const offset = r.pos
  const start = m.types.length
  if (r.pos >= r.end || r.bytes[r.pos] !== REC) {
    m.types.push(subType(r, m))
    checkLimit('types', m.types.length, offset)
    return
  }
  use(m.features, 'gc', 'rec type', offset)
  r.pos++
  const types = r.vecOf('types', () => subType(r, m))
  checkLimit('types', start + types.length, offset)
  const group = { start, count: types.length }
  for (const type of types) m.types.push({ ...type, group })
}

function subType(r: Reader, m: Module): DefinedType {
  const offset = r.pos
  const byte = r.pos < r.end ? r.bytes[r.pos] : r.byte()
  if (byte !== SUB && byte !== SUB_FINAL) return compositeType(r, m)
  use(m.features, 'gc', byte === SUB ? 'sub type' : 'sub final type', offset)
  r.pos++
  const supertypes = r.vec(() => r.u32())
  if (supertypes.length > 1) invalid('sub type: more than one supertype', offset)
  const type = compositeType(r, m)
  if (supertypes.length > 0) type.supertype = supertypes[0]
  if (byte === SUB) type.open = true
  return type
}

function compositeType(r: Reader, m: Module): DefinedType {
  const offset = r.pos
  const byte = r.byte()
  switch (byte) {
    case FUNC_TYPE: {
      // runtime/tail.h and runtime/exception.h have room for as many.
      const params = r.vecOf('parameters of a function', () => valType(r, m))
      const results = r.vecOf('results of a function', () => valType(r, m))
      if (results.length > 1) use(m.features, 'multi-value', 'a function with several results', offset)
      return { params, results }
    }
    case STRUCT_TYPE:
      use(m.features, 'gc', 'struct type', offset)
      return { params: [], results: [], kind: 'struct', fields: r.vecOf('fields of a struct', () => fieldType(r, m)) }
    case ARRAY_TYPE:
      use(m.features, 'gc', 'array type', offset)
      return { params: [], results: [], kind: 'array', fields: [fieldType(r, m)] }
    default:
      refuseDefinition(byte, offset)
      return r.fail('malformed type: expected a function, struct or array type', offset)
  }
}

function fieldType(r: Reader, m: Module): FieldType {
  const byte = r.pos < r.end ? r.bytes[r.pos] : r.byte()
  if (byte === I8 || byte === I16) r.pos++
  const type = byte === I8 || byte === I16 ? byte : valType(r, m)
  const mutability = r.byte()
  if (mutability > 1) r.fail('malformed mutability', r.pos - 1)
  return { type, mutable: mutability === 1 }
}

function invalid(reason: string, offset: number): never {
  throw new CompileError(reason, { code: 'invalid', offset })
}

const SHARED = 0x02
const IS_64 = 0x04
const PAGE_SIZE = 0x08

function limits(r: Reader, flags: number, offset: number, m: Module): Omit<TableType, 'ref'> {
  const is64 = (flags & IS_64) !== 0
  if (is64) use(m.features, 'memory64', '64-bit limits', offset)
  return { min: r.u64(), max: flags & 1 ? r.u64() : undefined, is64 }
}

export function tableType(r: Reader, m: Module): TableType {
  const type = refType(r, m)
  const offset = r.pos
  const flags = r.byte()
  if ((flags & ~(1 | SHARED | IS_64)) !== 0) r.fail('malformed limits flags', offset)
  refuseShared((flags & SHARED) !== 0, 'a shared table', offset)
  return { ref: type, ...limits(r, flags, offset, m) }
}

export function memoryType(r: Reader, m: Module): MemoryType {
  const offset = r.pos
  const flags = r.byte()
  if (flags > 15) r.fail('malformed limits flags', offset)
  const bounds = limits(r, flags, offset, m)
  const shared = (flags & SHARED) !== 0
  if (shared) use(m.features, 'threads', 'a shared memory', offset)
  if (flags & PAGE_SIZE) use(m.features, 'custom-page-sizes', 'a page size', offset)
  return { ...bounds, shared, pageSizeLog2: flags & PAGE_SIZE ? r.u32() : PAGE_SIZE_LOG2 }
}

export function globalType(r: Reader, m: Module): GlobalType {
  const type = valType(r, m)
  const mutability = r.byte()
  if (mutability > 3) r.fail('malformed mutability', r.pos - 1)
  refuseShared(mutability > 1, 'a shared global', r.pos - 1)
  return { type, mutable: mutability === 1 }
}

/** The type index of a tag, after its attribute. */
export function tagTypeIndex(r: Reader, m: Module): number {
  use(m.features, 'exception-handling', 'a tag', r.pos)
  if (r.byte() !== 0) r.fail('malformed tag attribute', r.pos - 1)
  return r.u32()
}
