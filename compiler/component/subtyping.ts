/** Whether one thing may stand where another is asked for (spec: component model, Explainer.md / Type Checking). */
import { importMismatch } from '../wasm/linking.ts'
import { entitiesOf, type ExternKind, type Module } from '../wasm/module.ts'
import { freshComponent, substitute, substituteAll, type Replacements } from './substitute.ts'
import {
  isValType,
  kindName,
  type ComponentType,
  type Entity,
  type FuncType,
  type InstanceType,
  type Resource,
  type Type,
  type ValType,
  type Work,
} from './types.ts'

/** What the resources of the expected side mean on the actual one. */
export interface Bindings {
  map: Map<Resource, Resource>
  /** Types that were asked for by name, and what was given. */
  types: Map<Type, Type>
  /** Those that what is given decides. */
  free: ReadonlySet<Resource>
}

export const bindings = (free: readonly Resource[]): Bindings => ({
  map: new Map(),
  types: new Map(),
  free: new Set(free),
})

/** What replaces the imports of what is instantiated. */
export const given = ({ map, types }: Bindings): Replacements => ({ resources: map, types })

export class Matcher {
  readonly #work: Work

  constructor(work: Work) {
    this.#work = work
  }

  #fail(reason: string): never {
    return this.#work.fail(reason)
  }

  /** @throws CompileError 'invalid' with the difference */
  entity(actual: Entity, expected: Entity, bound: Bindings, what: string): void {
    this.#work.step()
    if (actual.sort !== expected.sort) this.#fail(`${what}: expected ${expected.sort}, found ${actual.sort}`)
    if (expected.sort === 'core module')
      return this.#module((actual as { module: Module }).module, expected.module, what)
    const given = (actual as { type: Type }).type
    switch (expected.sort) {
      case 'func':
        return this.#func(given as FuncType, expected.type, bound, what)
      case 'instance':
        return this.#instance(given as InstanceType, expected.type, bound, what)
      case 'component':
        return this.#component(given as ComponentType, expected.type, bound, what)
      case 'type':
        return this.#type(given, expected.type, bound, what)
    }
  }

  #type(actual: Type, expected: Type, bound: Bindings, what: string): void {
    if (expected.kind === 'resource') {
      if (actual.kind !== 'resource') this.#fail(`${what}: expected resource, found ${kindName(actual)}`)
      if (bound.free.has(expected.resource) && !bound.map.has(expected.resource)) {
        bound.map.set(expected.resource, actual.resource)
        return
      }
      return this.#resource(actual.resource, expected.resource, bound, what)
    }
    if (isValType(expected)) {
      if (!isValType(actual)) this.#fail(`${what}: expected ${kindName(expected)}, found ${kindName(actual)}`)
      bound.types.set(expected, actual)
      return this.value(actual, expected, bound, what)
    }
    if (actual.kind !== expected.kind) this.#fail(`${what}: expected ${expected.kind}, found ${kindName(actual)}`)
    if (expected.kind === 'func') return this.#func(actual as FuncType, expected, bound, what)
    if (expected.kind === 'instance') return this.#instance(actual as InstanceType, expected, bound, what)
    return this.#component(actual as ComponentType, expected, bound, what)
  }

  #resource(actual: Resource, expected: Resource, { map }: Bindings, what: string): void {
    if ((map.get(expected) ?? expected) !== actual) this.#fail(`${what}: resource types are not the same`)
  }

  #func(actual: FuncType, expected: FuncType, bound: Bindings, what: string): void {
    if (actual.async !== expected.async) {
      this.#fail(`${what}: expected ${expected.async ? 'an async' : 'a sync'} function, found another`)
    }
    const { length } = expected.params
    if (actual.params.length !== length) {
      this.#fail(`${what}: expected ${length} parameters, found ${actual.params.length}`)
    }
    expected.params.forEach(({ name, type }, i) => {
      const given = actual.params[i]
      if (given.name !== name) this.#fail(`${what}: expected parameter named ${name}, found ${given.name}`)
      this.value(given.type, type, bound, `${what}, parameter ${name}`)
    })
    this.#optional(actual.result, expected.result, bound, `${what}, result`)
  }

  #optional(actual: ValType | undefined, expected: ValType | undefined, bound: Bindings, what: string): void {
    if (actual === undefined && expected === undefined) return
    if (actual === undefined) this.#fail(`${what}: expected a type, found none`)
    if (expected === undefined) this.#fail(`${what}: expected none, found ${kindName(actual)}`)
    this.value(actual, expected, bound, what)
  }

  value(actual: ValType, expected: ValType, bound: Bindings, what: string): void {
    this.#work.step()
    if (actual === expected && !expected.summary.resources) return
    if (actual.kind !== expected.kind) this.#fail(`${what}: expected ${kindName(expected)}, found ${kindName(actual)}`)
    switch (expected.kind) {
      case 'primitive': {
        const { primitive } = actual as typeof expected
        if (primitive !== expected.primitive) {
          this.#fail(`${what}: expected ${expected.primitive}, found ${primitive}`)
        }
        return
      }
      case 'record': {
        const { fields } = actual as typeof expected
        this.#same(fields.length, expected.fields.length, 'fields', what)
        expected.fields.forEach(({ name, type }, i) => {
          if (fields[i].name !== name) this.#fail(`${what}: expected field ${name}, found ${fields[i].name}`)
          this.value(fields[i].type, type, bound, `${what}, field ${name}`)
        })
        return
      }
      case 'variant': {
        const { cases } = actual as typeof expected
        this.#same(cases.length, expected.cases.length, 'cases', what)
        expected.cases.forEach(({ name, type }, i) => {
          if (cases[i].name !== name) this.#fail(`${what}: expected case ${name}, found ${cases[i].name}`)
          this.#optional(cases[i].type, type, bound, `${what}, case ${name}`)
        })
        return
      }
      case 'list': {
        const { element, length } = actual as typeof expected
        if (length !== expected.length) this.#fail(`${what}: lists of different lengths`)
        return this.value(element, expected.element, bound, what)
      }
      case 'map': {
        const { key, value } = actual as typeof expected
        this.value(key, expected.key, bound, `${what}, key`)
        return this.value(value, expected.value, bound, what)
      }
      case 'tuple': {
        const { types } = actual as typeof expected
        this.#same(types.length, expected.types.length, 'types', what)
        return expected.types.forEach((type, i) => this.value(types[i], type, bound, `${what}, ${i}`))
      }
      case 'flags':
      case 'enum': {
        const { labels } = actual as typeof expected
        const same =
          labels.length === expected.labels.length && labels.every((label, i) => label === expected.labels[i])
        if (!same) this.#fail(`${what}: mismatch in the elements of ${expected.kind}`)
        return
      }
      case 'option':
        return this.value((actual as typeof expected).type, expected.type, bound, what)
      case 'result': {
        const { ok, error } = actual as typeof expected
        this.#optional(ok, expected.ok, bound, `${what}, ok`)
        return this.#optional(error, expected.error, bound, `${what}, error`)
      }
      case 'own':
      case 'borrow':
        return this.#resource((actual as typeof expected).of.resource, expected.of.resource, bound, what)
      case 'stream':
      case 'future':
        return this.#optional((actual as typeof expected).element, expected.element, bound, what)
    }
  }

  #same(actual: number, expected: number, of: string, what: string): void {
    if (actual !== expected) this.#fail(`${what}: expected ${expected} ${of}, found ${actual}`)
  }

  #instance(actual: InstanceType, expected: InstanceType, outer: Bindings, what: string): void {
    const bound = expected.bound.length === 0 ? outer : { ...outer, free: new Set([...outer.free, ...expected.bound]) }
    for (const [name, entity] of expected.exports) {
      const given = actual.exports.get(name)
      if (given === undefined) this.#fail(`${what}: missing expected export ${name}`)
      this.entity(given, entity, bound, `${what}, export ${name}`)
    }
  }

  /** It takes at most what it will be given, and has at least what is asked of it. */
  #component(actual: ComponentType, expected: ComponentType, outer: Bindings, what: string): void {
    const own = freshComponent(actual, this.#work)
    const wanted = freshComponent(substitute(expected, given(outer), this.#work), this.#work)
    const taken = bindings(own.importBound)
    for (const [name, entity] of own.imports) {
      const argument = wanted.imports.get(name)
      if (argument === undefined) this.#fail(`${what}: missing expected import ${name}`)
      this.entity(argument, entity, taken, `${what}, import ${name}`)
    }
    const exports = substituteAll(own.exports, given(taken), this.#work)
    const made = bindings(wanted.exportBound)
    for (const [name, entity] of wanted.exports) {
      const found = exports.get(name)
      if (found === undefined) this.#fail(`${what}: missing expected export ${name}`)
      this.entity(found, entity, made, `${what}, export ${name}`)
    }
  }

  #module(actual: Module, expected: Module, what: string): void {
    for (const item of importsOf(actual)) {
      const name = `${item.module}::${item.name}`
      const given = importsByName(expected).get(importKey(item))
      if (given === undefined) this.#fail(`${what}: missing expected import ${name}`)
      const from = { module: expected, kind: given.kind, index: given.index }
      const mismatch = importMismatch(from, { module: actual, kind: item.kind, index: item.index })
      if (mismatch) this.#fail(`${what}: type mismatch in import ${name}: ${mismatch.reason}`)
    }
    const exports = new Map(actual.exports.map((item) => [item.name, item]))
    for (const { name, kind, index } of expected.exports) {
      const found = exports.get(name)
      if (found === undefined) this.#fail(`${what}: missing expected export ${name}`)
      const given = { module: actual, kind: found.kind, index: found.index }
      const mismatch = importMismatch(given, { module: expected, kind, index })
      if (mismatch) this.#fail(`${what}: type mismatch in export ${name}: ${mismatch.reason}`)
    }
  }
}

export interface CoreImport {
  module: string
  name: string
  kind: ExternKind
  index: number
  offset: number
}

const imports = new WeakMap<Module, Map<string, CoreImport>>()

const importKey = ({ module, name }: { module: string; name: string }): string => `${module.length} ${module}${name}`

/** What a module imports; of two imports of one name the last. */
function importsByName(module: Module): ReadonlyMap<string, CoreImport> {
  let found = imports.get(module)
  if (found === undefined) {
    found = new Map(importsOf(module).map((item) => [importKey(item), item]))
    imports.set(module, found)
  }
  return found
}

/** The name of the first import that comes twice. */
export function repeatedImport(module: Module): CoreImport | undefined {
  const list = importsOf(module)
  if (importsByName(module).size === list.length) return undefined
  const seen = new Set<string>()
  return list.find((item) => seen.size === seen.add(importKey(item)).size)
}

/** What a module imports, by kind. */
export const importsOf = (module: Module): CoreImport[] =>
  Object.entries(entitiesOf(module)).flatMap(([kind, entities]) =>
    (entities as { import?: { module: string; name: string }; offset: number }[]).flatMap((entity, index) =>
      entity.import ? [{ ...entity.import, kind: kind as ExternKind, index, offset: entity.offset }] : [],
    ),
  )
