/** The system as components see it: interfaces that they import, with its functions and resources. */
import { CompileError } from '../errors.ts'
import type { ImportName } from '../wasm/module.ts'
import type { CoreItem } from './builder.ts'
import type { Definition, TypeDefinition } from './definitions.ts'
import { hostSignature } from './host-types.ts'
import { hostKey, type Host } from './host.ts'
import type { Exports, LiftedFunction, LinkScope, Value } from './link-scope.ts'
import type { Resources } from './resources.ts'
import { outer, type TypeScope } from './scope.ts'
import type { Instance, Side } from './sides.ts'
import { signatureText } from './signature.ts'
import { renamed, Resource, valType, type FuncType, type Type, type ValType, type Work } from './types.ts'

/** The system, whoever calls it or is called by it. */
const SYSTEM: CoreItem = { module: '', name: '', kind: 'global' }
const system: Instance = { number: 0, stays: SYSTEM, entered: SYSTEM, isHost: true }

/** Whoever calls from outside of all components. */
export const outside: Side = { instance: system, encoding: 'utf8' }

export interface SystemOptions {
  host: Host
  resources: Resources
  work: Work
  /** What a definition of a type means in a scope. */
  define: (scope: TypeScope, type: TypeDefinition) => Type
}

export class SystemSide {
  readonly #host: Host
  readonly #owners: Resources
  readonly #work: Work
  readonly #define: SystemOptions['define']
  readonly #resources = new Map<string, Resource>()
  /** Types of instances, which mean something only where one is imported. */
  readonly #declared = new Map<Type, { declarations: readonly Definition[]; scope: TypeScope }>()
  /** The functions that are called, by the names that components import them by. */
  readonly interfaces: ImportName[] = []

  constructor({ host, resources, work, define }: SystemOptions) {
    this.#host = host
    this.#owners = resources
    this.#work = work
    this.#define = define
  }

  /** Keeps what the type of an instance says of its exports. */
  declare(type: Type, declarations: readonly Definition[], scope: TypeScope): void {
    this.#declared.set(type, { declarations, scope })
  }

  /** What an import of the program's component is. @throws CompileError where nothing gives it */
  imported(scope: LinkScope, name: string, type: Extract<Definition, { kind: 'import' }>['type']): Value {
    if (type.sort === 'type' && type.bound !== 'resource')
      return { sort: 'type', type: renamed(scope.types[type.bound]) }
    if (type.sort !== 'instance') {
      throw new CompileError(`imports ${name}, a ${type.sort} that nothing gives`, {
        code: 'imports',
        offset: this.#work.offset,
        hint: 'a program imports interfaces of WASI: compose what it needs into the component',
      })
    }
    return { sort: 'instance', exports: this.#instance(name, scope.types[type.type]) }
  }

  #instance(name: string, type: Type): Exports {
    const { declarations, scope: home } = this.#declared.get(type)!
    const scope: TypeScope & { instances: Exports[] } = {
      concrete: false,
      parent: home,
      types: [],
      coreTypes: [],
      instances: [],
    }
    const exports = new Map<string, Value>()
    for (const definition of declarations) {
      if (definition.kind === 'type') scope.types.push(this.#define(scope, definition.type))
      else if (definition.kind === 'outer' && definition.sort === 'type') {
        scope.types.push(outer<TypeScope>(scope, definition.count, this.#work).types[definition.index])
      } else if (definition.kind === 'alias') {
        const value = scope.instances[definition.instance].get(definition.name)!
        if (value.sort === 'type') scope.types.push(value.type)
        else if (value.sort === 'instance') scope.instances.push(value.exports)
      } else if (definition.kind === 'export') {
        const value = this.#export(scope, name, definition)
        if (value.sort === 'type') scope.types.push(value.type)
        else if (value.sort === 'instance') scope.instances.push(value.exports)
        exports.set(definition.name.name, value)
      }
    }
    return exports
  }

  #export(
    scope: TypeScope,
    name: string,
    { name: { name: item }, type }: Extract<Definition, { kind: 'export' }>,
  ): Value {
    if (type?.sort === 'type') {
      if (type.bound !== 'resource') return { sort: 'type', type: renamed(scope.types[type.bound]) }
      return { sort: 'type', type: { kind: 'resource', resource: this.#resource(hostKey(name, item)) } }
    }
    if (type?.sort === 'instance') return { sort: 'instance', exports: this.#instance(name, scope.types[type.type]) }
    if (type?.sort !== 'func') throw unsupported(`${name} has ${item}, a ${type?.sort ?? 'thing'} that nothing gives`)
    const key = hostKey(name, item)
    const { module } = this.#host
    const func: CoreItem = { module: module.name, name: key, kind: 'func' }
    return {
      sort: 'func',
      func: { type: scope.types[type.type] as FuncType, func, side: this.side(), imported: `${name} ${item}` },
    }
  }

  side(): Side {
    const { module } = this.#host
    return {
      instance: system,
      memory: { module: module.name, name: 'memory', kind: 'memory' },
      realloc: { module: module.name, name: 'host_realloc', kind: 'func' },
      encoding: 'utf8',
    }
  }

  /** The type of handles to a resource that are given away; undefined where the system has none. */
  owned(key: string): ValType | undefined {
    const dtor = key.replace('#', '#[resource-drop]')
    if (!this.#host.module.exports.some(({ name }) => name === dtor)) return undefined
    return valType({ kind: 'own', of: { kind: 'resource', resource: this.#resource(key) } }, 0)
  }

  #resource(key: string): Resource {
    let resource = this.#resources.get(key)
    if (resource === undefined) {
      this.#resources.set(key, (resource = new Resource()))
      const [path, name] = key.split('#')
      const dtor = `${path}#[resource-drop]${name}`
      const isThere = this.#host.module.exports.some((item) => item.name === dtor)
      this.#owners.add(resource, system, { module: this.#host.module.name, name: dtor, kind: 'func' }, isThere)
    }
    return resource
  }

  /** With the names of the system's resources. */
  signature(type: FuncType): string {
    const names = new Map(Array.from(this.#resources, ([name, resource]) => [resource, name]))
    return signatureText(type, (resource) => names.get(resource) ?? 'another resource')
  }

  /** What a component says of a function decides what it is given for handles: it must be what the function is. */
  check({ func, type, imported }: LiftedFunction): void {
    const { module } = this.#host
    const [interfaceName, ...item] = imported!.split(' ')
    const expected = hostSignature(func.name)
    if (expected !== undefined && module.exports.some(({ name }) => name === func.name)) {
      const declared = this.signature(type)
      if (declared === expected) {
        this.interfaces.push({ module: interfaceName, name: item.join(' ') })
        return
      }
      throw new CompileError(`imports ${item.join(' ')} of ${interfaceName} as ${declared}, but it is ${expected}`, {
        code: 'imports',
        offset: this.#work.offset,
        hint: 'build it with the interfaces of WASI as they were published',
      })
    }
    throw new CompileError(`imports ${item.join(' ')} of ${interfaceName}, which no host function answers`, {
      code: 'imports',
      offset: this.#work.offset,
      hint: 'wasi:cli, clocks, random, filesystem and sockets of WASI 0.2 and 0.3 and io of 0.2 are there: compose what else it needs into the component',
    })
  }
}

const unsupported = (reason: string): CompileError => new CompileError(reason, { code: 'unsupported' })
