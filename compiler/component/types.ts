/** Types of components with all indices resolved (spec: component model, Explainer.md / Type Definitions). */
import { CompileError } from '../errors.ts'
import type { Module } from '../wasm/module.ts'
import type { Primitive } from './definitions.ts'
import { checkLimit } from './limits.ts'

/** The identity of a resource type: every definition, abstract import and instantiation has one of its own. */
export class Resource {
  /** The scope or instance that defines it, where it is known. */
  readonly owner?: object

  constructor(owner?: object) {
    this.owner = owner
  }
}

/** A name of a resource type: visibility goes by names, equality by {@link Resource}. */
export interface ResourceType {
  kind: 'resource'
  resource: Resource
}

/** What is known of a value type without walking through it. */
interface Summary {
  levels: number
  /** Of the tree, in which shared parts count each time. */
  parts: number
  borrows: boolean
  resources: boolean
  /** Holds a string or list, which lie in memory. */
  pointers: boolean
}

export type ValShape =
  | { kind: 'primitive'; primitive: Primitive }
  | { kind: 'record'; fields: { name: string; type: ValType }[] }
  | { kind: 'variant'; cases: { name: string; type?: ValType }[] }
  | { kind: 'list'; element: ValType; length?: number }
  | { kind: 'map'; key: ValType; value: ValType }
  | { kind: 'tuple'; types: ValType[] }
  | { kind: 'flags' | 'enum'; labels: string[] }
  | { kind: 'option'; type: ValType }
  | { kind: 'result'; ok?: ValType; error?: ValType }
  | { kind: 'own' | 'borrow'; of: ResourceType }
  | { kind: 'stream' | 'future'; element?: ValType }

export type ValType = ValShape & { summary: Summary }

export interface FuncType {
  kind: 'func'
  async: boolean
  params: { name: string; type: ValType }[]
  result?: ValType
}

export type Entity =
  | { sort: 'core module'; module: Module }
  | { sort: 'func'; type: FuncType }
  | { sort: 'type'; type: Type }
  | { sort: 'component'; type: ComponentType }
  | { sort: 'instance'; type: InstanceType }

export interface InstanceType {
  kind: 'instance'
  exports: ReadonlyMap<string, Entity>
  /** Resource types that each instance has anew. */
  bound: readonly Resource[]
}

export interface ComponentType {
  kind: 'component'
  imports: ReadonlyMap<string, Entity>
  exports: ReadonlyMap<string, Entity>
  /** Given where it is instantiated. */
  importBound: readonly Resource[]
  /** New with each instance. */
  exportBound: readonly Resource[]
}

export type Type = ValType | FuncType | InstanceType | ComponentType | ResourceType

/** The value types directly in one. */
export function partsOf(type: ValShape): ValType[] {
  switch (type.kind) {
    case 'primitive':
    case 'flags':
    case 'enum':
    case 'own':
    case 'borrow':
      return []
    case 'record':
      return type.fields.map((field) => field.type)
    case 'variant':
      return type.cases.flatMap((item) => item.type ?? [])
    case 'list':
      return [type.element]
    case 'map':
      return [type.key, type.value]
    case 'tuple':
      return type.types
    case 'option':
      return [type.type]
    case 'result':
      return [type.ok, type.error].flatMap((part) => part ?? [])
    case 'stream':
    case 'future':
      return type.element ? [type.element] : []
  }
}

const hasPointer = (shape: ValShape): boolean =>
  (shape.kind === 'primitive' && shape.primitive === 'string') ||
  (shape.kind === 'list' && shape.length === undefined) ||
  shape.kind === 'map'

/** @throws CompileError 'unsupported' where it is nested too deeply or stands for too much */
export function valType(shape: ValShape, offset: number): ValType {
  const parts = partsOf(shape)
  const any = (of: (summary: Summary) => boolean): boolean => parts.some(({ summary }) => of(summary))
  const handle = shape.kind === 'own' || shape.kind === 'borrow'
  const inMemory = shape.kind === 'stream' || shape.kind === 'future'
  const summary = {
    levels: 1 + parts.reduce((most, part) => Math.max(most, part.summary.levels), 0),
    parts: 1 + parts.reduce((sum, part) => sum + part.summary.parts, 0),
    borrows: shape.kind === 'borrow' || any(({ borrows }) => borrows),
    resources: handle || any(({ resources }) => resources),
    pointers: !inMemory && (hasPointer(shape) || any(({ pointers }) => pointers)),
  }
  checkLimit('levels of a value type', summary.levels, offset)
  checkLimit('parts of a value type', summary.parts, offset)
  return { ...shape, summary }
}

const primitives = new Map<Primitive, ValType>()

export function primitiveType(primitive: Primitive): ValType {
  let type = primitives.get(primitive)
  if (type === undefined) primitives.set(primitive, (type = valType({ kind: 'primitive', primitive }, 0)))
  return type
}

const TYPE_KINDS: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['func', 'instance', 'component', 'resource'])

export const isValType = (type: Type): type is ValType => !TYPE_KINDS.has(type.kind)

/** A type of its own name that means the same. */
export const renamed = <T extends Type>(type: T): T => ({ ...type })

/** Counts what is done with types, which can mean far more than their bytes. */
export class Work {
  #steps = 0
  /** The place that errors name. */
  offset = 0

  step(): void {
    if (++this.#steps % 1024 === 0) checkLimit('steps to compare types', this.#steps, this.offset)
  }

  steps(count: number): void {
    this.#steps += count
    checkLimit('steps to compare types', this.#steps, this.offset)
  }

  fail(reason: string): never {
    throw new CompileError(reason, { code: 'invalid', offset: this.offset })
  }
}

/** In the words of the text format. */
export const kindName = (type: Type): string => (type.kind === 'primitive' ? type.primitive : type.kind)
