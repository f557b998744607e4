/** Binary.md / Type Definitions. Each function reads one production. */
import type { Module } from '../wasm/module.ts'
import { CompileError } from '../errors.ts'
import type { Reader } from '../wasm/reader.ts'
import { globalType, memoryType, recType, tableType, valType } from '../wasm/type-reader.ts'
import type { DefinedType, ValType as CoreValType } from '../wasm/types.ts'
import { externName, sort } from './decode-names.ts'
import type {
  CoreExternType,
  CoreTypeDefinition,
  Definition,
  ExternType,
  Field,
  ModuleDeclaration,
  Primitive,
  TypeDefinition,
  ValRef,
} from './definitions.ts'
import { emptyModule } from '../wasm/module.ts'
import { checkLimit } from './limits.ts'

export const PRIMITIVES: Record<number, Primitive> = {
  0x7f: 'bool',
  0x7e: 's8',
  0x7d: 'u8',
  0x7c: 's16',
  0x7b: 'u16',
  0x7a: 's32',
  0x79: 'u32',
  0x78: 's64',
  0x77: 'u64',
  0x76: 'f32',
  0x75: 'f64',
  0x74: 'char',
  0x73: 'string',
  0x64: 'error-context',
}

const fail = (r: Reader, byte: number, what: string): never =>
  r.fail(`invalid leading byte 0x${byte.toString(16)} of ${what}`, r.pos - 1)

export function valRef(r: Reader): ValRef {
  const at = r.pos
  const code = r.s33()
  if (code >= 0) return code
  return PRIMITIVES[code + 0x80] ?? r.fail('malformed value type', at)
}

function optional<T>(r: Reader, read: () => T, what: string): T | undefined {
  const byte = r.byte()
  if (byte > 1) fail(r, byte, what)
  return byte === 1 ? read() : undefined
}

const field = (r: Reader): Field => ({ name: r.name(), type: valRef(r) })

function fields<T>(r: Reader, read: () => T): T[] {
  const at = r.pos
  const list = r.vec(read)
  checkLimit('fields of a type', list.length, at)
  return list
}

export function resultList(r: Reader): ValRef | undefined {
  const byte = r.byte()
  if (byte === 0) return valRef(r)
  if (byte !== 1) fail(r, byte, 'results')
  const count = r.byte()
  if (count !== 0) fail(r, count, 'a number of results')
  return undefined
}

const functionType = (r: Reader, async: boolean): TypeDefinition => ({
  kind: 'func',
  async,
  params: fields(r, () => field(r)),
  result: resultList(r),
})

function variantCase(r: Reader): { name: string; type?: ValRef } {
  const name = r.name()
  const type = optional(r, () => valRef(r), 'an optional type')
  const zero = r.byte()
  if (zero !== 0) fail(r, zero, 'a case: zero byte expected')
  return { name, type }
}

/** A core value type, for which no module's features are noted. */
export const coreValType = (r: Reader): CoreValType => valType(r, emptyModule())

type ReadType = (r: Reader, depth: number) => TypeDefinition

/** By the leading byte. */
const TYPES: Record<number, ReadType> = {
  0x72: (r) => ({ kind: 'record', fields: fields(r, () => field(r)) }),
  0x71: (r) => ({ kind: 'variant', cases: fields(r, () => variantCase(r)) }),
  0x70: (r) => ({ kind: 'list', element: valRef(r) }),
  0x67: (r) => ({ kind: 'list', element: valRef(r), length: r.u32() }),
  0x6f: (r) => ({ kind: 'tuple', types: fields(r, () => valRef(r)) }),
  0x6e: (r) => ({ kind: 'flags', labels: fields(r, () => r.name()) }),
  0x6d: (r) => ({ kind: 'enum', labels: fields(r, () => r.name()) }),
  0x6b: (r) => ({ kind: 'option', type: valRef(r) }),
  0x6a: (r) => ({
    kind: 'result',
    ok: optional(r, () => valRef(r), 'an optional type'),
    error: optional(r, () => valRef(r), 'an optional type'),
  }),
  0x69: (r) => ({ kind: 'own', resource: r.u32() }),
  0x68: (r) => ({ kind: 'borrow', resource: r.u32() }),
  0x66: (r) => ({ kind: 'stream', element: optional(r, () => valRef(r), 'an optional type') }),
  0x65: (r) => ({ kind: 'future', element: optional(r, () => valRef(r), 'an optional type') }),
  0x63: (r) => ({ kind: 'map', key: valRef(r), value: valRef(r) }),
  0x40: (r) => functionType(r, false),
  0x43: (r) => functionType(r, true),
  0x41: (r, depth) => ({ kind: 'component', declarations: r.vec(() => declaration(r, true, depth + 1)) }),
  0x42: (r, depth) => ({ kind: 'instance', declarations: r.vec(() => declaration(r, false, depth + 1)) }),
  0x3f: (r) => ({ kind: 'resource', rep: coreValType(r), dtor: optional(r, () => r.u32(), 'a destructor') }),
}

export function typeDefinition(r: Reader, depth: number): TypeDefinition {
  checkLimit('levels of nested components', depth, r.pos)
  const byte = r.byte()
  if (byte in PRIMITIVES) return { kind: 'primitive', primitive: PRIMITIVES[byte] }
  return (TYPES[byte] ?? fail(r, byte, 'a type'))(r, depth)
}

function declaration(r: Reader, imports: boolean, depth: number): Definition {
  const at = r.pos
  const byte = r.byte()
  if (byte === 0) return { at, kind: 'core type', type: coreTypeDefinition(r) }
  if (byte === 1) return { at, kind: 'type', type: typeDefinition(r, depth) }
  if (byte === 2) return { ...alias(r), at }
  if (byte === 3 && imports) return { at, kind: 'import', name: externName(r), type: externType(r) }
  if (byte !== 4) fail(r, byte, 'a declaration')
  const name = externName(r)
  // What a declared export is of has no index of its own.
  return { at, kind: 'export', name, item: { sort: 'type', index: -1 }, type: externType(r) }
}

const OUTER: ReadonlySet<string> = new Set(['core module', 'core type', 'type', 'component'])

export function alias(r: Reader): Definition {
  const at = r.pos
  const of = sort(r)
  const target = r.byte()
  if (target === 0) return { at, kind: 'alias', sort: of, target: 'export', instance: r.u32(), name: r.name() }
  if (target === 1) return { at, kind: 'alias', sort: of, target: 'core export', instance: r.u32(), name: r.name() }
  if (target !== 2) fail(r, target, 'the target of an alias')
  if (!OUTER.has(of)) r.fail(`an outer alias of a ${of}`, at)
  return { at, kind: 'outer', sort: of, count: r.u32(), index: r.u32() }
}

export function externType(r: Reader): ExternType {
  const byte = r.byte()
  switch (byte) {
    case 0x00: {
      const core = r.byte()
      if (core !== 0x11) fail(r, core, 'an external type')
      return { sort: 'core module', type: r.u32() }
    }
    case 0x01:
      return { sort: 'func', type: r.u32() }
    case 0x02: {
      const bound = r.byte()
      if (bound > 1) fail(r, bound, 'the bound of a value')
      return { sort: 'value', eq: bound === 0, bound: bound === 0 ? r.u32() : valRef(r) }
    }
    case 0x03: {
      const bound = r.byte()
      if (bound > 1) fail(r, bound, 'the bound of a type')
      return { sort: 'type', bound: bound === 0 ? r.u32() : 'resource' }
    }
    case 0x04:
      return { sort: 'component', type: r.u32() }
    case 0x05:
      return { sort: 'instance', type: r.u32() }
    default:
      return fail(r, byte, 'an external type')
  }
}

const MODULE_TYPE = 0x50

/** The types of modules stand for themselves: what they use is noted where a module uses it. */
const nowhere = (): Module => emptyModule()

export function coreTypeDefinition(r: Reader): CoreTypeDefinition {
  if (r.pos < r.end && r.bytes[r.pos] === MODULE_TYPE) {
    r.pos++
    return { kind: 'module', declarations: r.vec(() => moduleDeclaration(r)) }
  }
  return { kind: 'func', type: coreFuncType(r) }
}

function coreFuncType(r: Reader): DefinedType {
  // A type that is not final begins like the type of a module: the zero tells it from one.
  if (r.pos + 2 < r.end && r.bytes[r.pos] === 0 && r.bytes[r.pos + 1] === MODULE_TYPE) r.pos++
  const offset = r.pos
  const { types } = recorded(r)
  const [type] = types
  if (types.length === 1 && type.kind === undefined && type.supertype === undefined) return type
  throw new CompileError("a core type of a component that is no function is not compiled (proposal 'gc')", {
    code: 'unsupported',
    offset,
  })
}

function recorded(r: Reader): Module {
  const module = nowhere()
  recType(r, module)
  return module
}

function moduleDeclaration(r: Reader): ModuleDeclaration {
  const at = r.pos
  const byte = r.byte()
  if (byte === 0) return { at, kind: 'import', module: r.name(), name: r.name(), type: coreExternType(r) }
  if (byte === 1) {
    if (r.pos < r.end && r.bytes[r.pos] === MODULE_TYPE) {
      throw new CompileError('a type of a module in a type of a module', { code: 'invalid', offset: at })
    }
    return { at, kind: 'type', type: coreFuncType(r) }
  }
  if (byte === 2) {
    const of = r.byte()
    if (of !== 0x10) fail(r, of, 'an outer alias')
    const target = r.byte()
    if (target !== 1) fail(r, target, 'the target of an outer alias')
    return { at, kind: 'outer', count: r.u32(), index: r.u32() }
  }
  if (byte !== 3) fail(r, byte, 'a declaration of a module type')
  return { at, kind: 'export', name: r.name(), type: coreExternType(r) }
}

function coreExternType(r: Reader): CoreExternType {
  const byte = r.byte()
  if (byte === 0) return { kind: 'func', type: r.u32() }
  if (byte === 1) return { kind: 'table', type: tableType(r, nowhere()) }
  if (byte === 2) return { kind: 'memory', type: memoryType(r, nowhere()) }
  if (byte === 3) return { kind: 'global', type: globalType(r, nowhere()) }
  if (byte !== 4) fail(r, byte, 'a core external type')
  if (r.byte() !== 0) r.fail('malformed tag attribute', r.pos - 1)
  return { kind: 'tag', type: r.u32() }
}
