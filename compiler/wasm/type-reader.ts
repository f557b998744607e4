import { use } from './features.ts'
import type { Module } from './module.ts'
import { refuseDefinition, refuseHeapType, refuseShared } from './proposals.ts'
import type { Reader } from './reader.ts'
import {
  EXN,
  EXTERN,
  F32,
  F64,
  FUNC,
  I32,
  I64,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  V128,
  ref,
  type FuncType,
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
  return HEAP_TYPES[byte]
}

export function heapType(r: Reader, m: Module): HeapType {
  const offset = r.pos
  const code = r.s33()
  if (code >= 0) {
    use(m.features, 'function-references', 'a concrete reference type', offset)
    return code
  }
  return abstractHeapType(r, m, code + 0x80, offset, 'heap')
}

/** A reference type whose first byte is known to be one or, in `what`, must be. */
export function refType(r: Reader, m: Module, what = 'reference'): ValType {
  const offset = r.pos
  const byte = r.byte()
  if (byte === 0x63 || byte === 0x64) {
    use(m.features, 'function-references', '(ref ht)', offset)
    return ref(heapType(r, m), byte === 0x63)
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

export function funcType(r: Reader, m: Module): FuncType {
  const offset = r.pos
  const byte = r.byte()
  if (byte !== 0x60) {
    refuseDefinition(byte, offset)
    r.fail('malformed type: expected a function type', offset)
  }
  // runtime/tail.h and runtime/exception.h have room for as many.
  const params = r.vecOf('parameters of a function', () => valType(r, m))
  const results = r.vecOf('results of a function', () => valType(r, m))
  if (results.length > 1) use(m.features, 'multi-value', 'a function with several results', offset)
  return { params, results }
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
