/** Type definitions that need no scope of their own, with their indices resolved. */
import { layoutOf } from './canonical-abi.ts'
import type { DefinedType, FunctionType, ValRef } from './definitions.ts'
import { isLabel } from './names.ts'
import { at, type TypeScope } from './scope.ts'
import {
  isValType,
  primitiveType,
  valType,
  type FuncType,
  type ResourceType,
  type ValShape,
  type ValType,
  type Work,
} from './types.ts'

/** The type that a reference to one means. */
export function resolveValue(scope: TypeScope, type: ValRef, work: Work): ValType {
  if (typeof type === 'string') return primitiveType(type)
  const found = at(scope.types, type, 'type', work)
  return isValType(found) ? found : work.fail(`type ${type} is not a defined type, but ${found.kind}`)
}

export function resolveResource(scope: TypeScope, index: number, work: Work): ResourceType {
  const found = at(scope.types, index, 'type', work)
  return found.kind === 'resource' ? found : work.fail(`type ${index} is not a resource type`)
}

/** Refuses names that are no labels, or too much alike. */
export function checkLabels(labels: readonly string[], what: string, work: Work): void {
  const seen = new Map<string, string>()
  for (const label of labels) {
    if (label === '') work.fail(`${what} cannot be empty`)
    if (!isLabel(label)) work.fail(`${what} ${label} is not in kebab case`)
    const other = seen.get(label.toLowerCase())
    if (other !== undefined) work.fail(`${what} ${label} conflicts with ${other}`)
    seen.set(label.toLowerCase(), label)
  }
}

function checkNotEmpty(list: readonly unknown[], kind: string, work: Work): void {
  if (list.length === 0) work.fail(`a ${kind} type must have at least one element`)
}

const MAX_FLAGS = 32
/** Of any value in memory, with pointers of 64 bits. */
const MAX_SIZE = 2 ** 28

const KEYS: ReadonlySet<string> = new Set('bool s8 u8 s16 u16 s32 u32 s64 u64 char string'.split(' '))

export function defineValue(scope: TypeScope, type: DefinedType, work: Work): ValType {
  if (type.kind === 'primitive') return primitiveType(type.primitive)
  const defined = valType(shapeOf(scope, type, work), work.offset)
  if (layoutOf(defined, 8).size >= MAX_SIZE) work.fail('a value type exceeds the maximum byte size of 2^28')
  return defined
}

function shapeOf(scope: TypeScope, type: DefinedType, work: Work): ValShape {
  const value = (item: ValRef): ValType => resolveValue(scope, item, work)
  const maybe = (item: ValRef | undefined): ValType | undefined => (item === undefined ? undefined : value(item))
  switch (type.kind) {
    case 'record': {
      checkNotEmpty(type.fields, 'record', work)
      checkLabels(
        type.fields.map(({ name }) => name),
        'record field name',
        work,
      )
      return { kind: 'record', fields: type.fields.map((field) => ({ name: field.name, type: value(field.type) })) }
    }
    case 'variant': {
      checkNotEmpty(type.cases, 'variant', work)
      checkLabels(
        type.cases.map(({ name }) => name),
        'variant case name',
        work,
      )
      return { kind: 'variant', cases: type.cases.map((item) => ({ name: item.name, type: maybe(item.type) })) }
    }
    case 'list':
      if (type.length === 0) work.fail('a list of fixed length must have at least one element')
      return { kind: 'list', element: value(type.element), length: type.length }
    case 'map': {
      const key = value(type.key)
      if (key.kind !== 'primitive' || !KEYS.has(key.primitive)) work.fail(`a map cannot have keys of type ${key.kind}`)
      return { kind: 'map', key, value: value(type.value) }
    }
    case 'tuple':
      checkNotEmpty(type.types, 'tuple', work)
      return { kind: 'tuple', types: type.types.map(value) }
    case 'flags':
    case 'enum':
      checkNotEmpty(type.labels, type.kind, work)
      checkLabels(type.labels, type.kind === 'flags' ? 'flag name' : 'enum tag name', work)
      if (type.kind === 'flags' && type.labels.length > MAX_FLAGS) work.fail(`cannot have more than ${MAX_FLAGS} flags`)
      return type
    case 'option':
      return { kind: 'option', type: value(type.type) }
    case 'result':
      return { kind: 'result', ok: maybe(type.ok), error: maybe(type.error) }
    case 'own':
    case 'borrow':
      return { kind: type.kind, of: resolveResource(scope, type.resource, work) }
    case 'stream':
    case 'future': {
      const element = maybe(type.element)
      if (element?.summary.borrows) work.fail(`a ${type.kind} cannot contain a borrow type`)
      if (type.kind === 'stream' && element?.kind === 'primitive' && element.primitive === 'char') {
        work.fail('stream<char> is not valid at this time')
      }
      return { kind: type.kind, element }
    }
    case 'primitive':
      return type
  }
}

const MAX_PARAMS = 1000

export function defineFunction(scope: TypeScope, type: FunctionType, work: Work): FuncType {
  const params = type.params.map((param) => ({ name: param.name, type: resolveValue(scope, param.type, work) }))
  checkLabels(
    params.map(({ name }) => name),
    'function parameter name',
    work,
  )
  if (params.length > MAX_PARAMS) work.fail(`more than ${MAX_PARAMS} parameters`)
  const result = type.result === undefined ? undefined : resolveValue(scope, type.result, work)
  if (result?.summary.borrows) work.fail('a function result cannot contain a borrow type')
  return { kind: 'func', async: type.async, params, result }
}
