/**
 * Links a valid component at build time: what it instantiates becomes a list of core modules that import from each other, with
 * modules of our own between them where functions are lifted, lowered, or keep handles (spec: Explainer.md, CanonicalABI.md).
 */
import { CompileError } from '../errors.ts'
import type { ImportName, Module } from '../wasm/module.ts'
import { I32, I64, type FuncType as CoreFuncType } from '../wasm/types.ts'
import { writeCall } from './adapter.ts'
import { writeBuiltin, type Builtin } from './async/builtins.ts'
import { writeTaskCall } from './async/calls.ts'
import { Tasks } from './async/tasks.ts'
import { FunctionBuilder, ModuleBuilder, type CoreItem } from './builder.ts'
import { defineFunction, defineValue, resolveResource, resolveValue } from './define-types.ts'
import type { Canon, CanonOption, Component, Definition, TypeDefinition } from './definitions.ts'
import { hostSignature } from './host-types.ts'
import { hostKey, type Host } from './host.ts'
import { checkLimit, type Limited } from './limits.ts'
import { LinkScope, type CoreExports, type Exports, type LiftedFunction, type Value } from './link-scope.ts'
import { outer, type TypeScope } from './scope.ts'
import { signatureText } from './signature.ts'
import type { Callee, HandleFunctions, Instance, Side } from './sides.ts'
import { importsOf } from './subtyping.ts'
import { primitiveType, renamed, Resource, Work, type FuncType, type Type, type ValType } from './types.ts'
import { readOptions } from './validate-canon.ts'

export interface LinkOptions {
  /** What modules are called, with a number behind it. */
  name: string
  /** For messages. */
  file: string
  host: Host
  /** See {@link hasExceptions}. */
  throws: boolean
  /** See `hasTasks`. */
  tasks: boolean
}

export interface PlacedModule {
  linked: Module
  original: Module
}

/** A function of the system's, as a component calls it. */
export interface LoweredFunction {
  /** See {@link hostKey}. */
  key: string
  caller?: Side
}

/** Of what a module exports, to look it up by. */
export const itemKey = ({ module, name }: ImportName): string => JSON.stringify([module, name])

/** Whether a module of the component, or of one in it, has exceptions. */
export function hasExceptions({ definitions }: Component): boolean {
  return definitions.some((definition) => {
    if (definition.kind === 'component') return hasExceptions(definition.component)
    if (definition.kind !== 'core module') return false
    const { features } = definition.module
    return features.has('exception-handling') || features.has('legacy-exceptions')
  })
}

/** The system, whoever calls it or is called by it. */
const SYSTEM: CoreItem = { module: '', name: '', kind: 'global' }
const system: Instance = { number: 0, stays: SYSTEM, entered: SYSTEM, isHost: true }

/** Links components; `finish` ends it. */
export class Linker implements HandleFunctions {
  readonly #options: LinkOptions
  readonly #modules: Module[] = []
  readonly #state: ModuleBuilder
  readonly #work = new Work()
  readonly #counts = new Map<Limited, number>()
  /** What is lifted and lowered since the last instance of a module. */
  #adapters: ModuleBuilder
  #adapterCount = 0
  #moduleCount = 0
  readonly #instances: Instance[] = []
  readonly #tasks = new Tasks(this)
  readonly #resources = new Map<Resource, number>()
  readonly #destructors = new Map<Resource, CoreItem>()
  readonly #owners = new Map<Resource, Instance>()
  readonly #hostResources = new Map<string, Resource>()
  /** Types of instances, which mean something only where one is imported. */
  readonly #declared = new Map<Type, { declarations: readonly Definition[]; scope: TypeScope }>()
  #usesHost = false
  /** The system's functions that are called, by the names that components import them by. */
  readonly interfaces: ImportName[] = []
  /** The components' own modules in the order of their instances, as they were and as they are linked. */
  readonly placed: PlacedModule[] = []
  /** Functions that are the system's, lowered or to drop what is its: by {@link itemKey}. */
  readonly lowered = new Map<string, LoweredFunction>()

  constructor(options: LinkOptions) {
    this.#options = options
    this.#state = new ModuleBuilder(`${options.name}.state`)
    this.#adapters = this.#newAdapters()
    if (options.tasks) this.#tasks.addSystem(this.#hostSide())
  }

  #newAdapters(): ModuleBuilder {
    return new ModuleBuilder(`${this.#options.name}.calls${this.#adapterCount++}`, this.#options.throws)
  }

  /** What a component exports when it has been instantiated. */
  instantiate(component: Component): Exports {
    return this.#located(() => this.#instantiate(component, undefined, undefined, undefined))
  }

  /** Errors say where. */
  #located<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      throw error.with({ file: this.#options.file, offset: error.offset ?? this.#work.offset })
    }
  }

  /** All modules. @param last what calls them */
  finish(last: readonly ModuleBuilder[] = []): Module[] {
    return this.#located(() => this.#finish(last))
  }

  #finish(last: readonly ModuleBuilder[]): Module[] {
    this.#flush()
    const { file, host } = this.#options
    const own = [this.#state, ...last].map((builder) => builder.finish(file))
    const [state, ...rest] = own
    const before = this.#instances.length > 0 ? [state] : []
    if (this.#options.tasks && this.#usesHost) {
      before.unshift(...this.#taskModules())
    }
    return [...(this.#usesHost ? [{ ...host.module, file }] : []), ...before, ...this.#modules, ...rest]
  }

  #taskModules(): Module[] {
    const { file, throws } = this.#options
    try {
      return this.#tasks.finish(this.#instances, throws).map((builder) => builder.finish(file))
    } catch (error) {
      throw error instanceof CompileError ? error.with({ file }) : error
    }
  }

  // Handles.

  count(what: Limited): void {
    const count = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, count)
    checkLimit(what, count, this.#work.offset)
  }

  get hasTasks(): boolean {
    return this.#options.tasks
  }

  item(name: string): CoreItem {
    this.#usesHost = true
    return { module: this.#options.host.module.name, name, kind: 'func' }
  }

  resourceNumber(resource: Resource): number {
    let number = this.#resources.get(resource)
    if (number === undefined) this.#resources.set(resource, (number = this.#resources.size + 1))
    return number
  }

  ownerOf(resource: Resource): Instance | undefined {
    return this.#owners.get(resource)
  }

  transferNumber(type: ValType): number {
    return this.#tasks.transferNumber(type)
  }

  // Instances of components.

  #instantiate(component: Component, args: Exports | undefined, parent?: LinkScope, creator?: Instance): Exports {
    const number = this.#instances.length + 1
    checkLimit('instances of core modules', number, component.at)
    const instance: Instance = {
      number,
      parent: creator,
      stays: this.#state.defineGlobal(`stays${number}`),
      entered: this.#state.defineGlobal(`entered${number}`),
      isHost: false,
    }
    this.#instances.push(instance)
    const scope = new LinkScope(instance, parent)
    const exports = new Map<string, Value>()
    for (const definition of component.definitions) {
      this.#work.offset = definition.at
      this.#work.step()
      this.#define(scope, definition, args, exports)
    }
    return exports
  }

  #define(scope: LinkScope, definition: Definition, args: Exports | undefined, exports: Map<string, Value>): void {
    switch (definition.kind) {
      case 'core module':
        scope.coreModules.push(definition.module)
        return
      case 'core instance':
        scope.coreInstances.push(this.#coreInstance(scope, definition.module, definition.args))
        return
      case 'core exports':
        scope.coreInstances.push(
          new Map(definition.exports.map(({ name, sort, index }) => [name, scope.space(sort)[index]])),
        )
        return
      case 'core type':
        // Of modules only those that are imported have one, and they were checked.
        scope.coreTypes.push({ kind: 'func', type: { params: [], results: [] } })
        return
      case 'component':
        scope.components.push({ sort: 'component', component: definition.component, scope })
        return
      case 'instance': {
        const { component, scope: home } = scope.components[definition.component]
        const given = new Map(definition.args.map(({ name, sort, index }) => [name, scope.value(sort, index)]))
        scope.instances.push(this.#instantiate(component, given, home, scope.instance))
        return
      }
      case 'exports':
        scope.instances.push(
          new Map(definition.exports.map(({ name, sort, index }) => [name, scope.value(sort, index)])),
        )
        return
      case 'alias': {
        const { sort, target, instance, name } = definition
        if (target === 'core export') scope.space(sort).push(scope.coreInstances[instance].get(name)!)
        else scope.add(scope.instances[instance].get(name)!)
        return
      }
      case 'outer': {
        if (definition.sort === 'core type') scope.coreTypes.push({ kind: 'func', type: { params: [], results: [] } })
        else scope.add(outer(scope, definition.count, this.#work).value(definition.sort, definition.index))
        return
      }
      case 'type':
        scope.types.push(this.#type(scope, definition.type, scope))
        return
      case 'canon':
        return this.#canon(scope, definition.canon)
      case 'import': {
        const { name } = definition.name
        scope.add(args === undefined ? this.#imported(scope, name, definition.type) : args.get(name)!)
        return
      }
      case 'export': {
        const value = scope.value(definition.item.sort, definition.item.index)
        exports.set(definition.name.name, value)
        scope.add(value)
        return
      }
      default:
        throw unsupported('values of components are not compiled')
    }
  }

  #type(scope: TypeScope, type: TypeDefinition, instance?: LinkScope): Type {
    switch (type.kind) {
      case 'func':
        return defineFunction(scope, type, this.#work)
      case 'component':
      case 'instance': {
        const placeholder = renamed<Type>({ kind: 'instance', exports: new Map(), bound: [] })
        if (type.kind === 'instance') this.#declared.set(placeholder, { declarations: type.declarations, scope })
        return placeholder
      }
      case 'resource': {
        const resource = new Resource(instance)
        this.#owners.set(resource, instance!.instance)
        if (type.dtor !== undefined) this.#destructors.set(resource, instance!.space('core func')[type.dtor])
        return { kind: 'resource', resource }
      }
      default:
        return defineValue(scope, type, this.#work)
    }
  }

  // What the system gives.

  #imported(scope: LinkScope, name: string, type: Extract<Definition, { kind: 'import' }>['type']): Value {
    if (type.sort === 'type' && type.bound !== 'resource')
      return { sort: 'type', type: renamed(scope.types[type.bound]) }
    if (type.sort !== 'instance') {
      throw new CompileError(`imports ${name}, a ${type.sort} that nothing gives`, {
        code: 'imports',
        offset: this.#work.offset,
        hint: 'a program imports interfaces of WASI: compose what it needs into the component',
      })
    }
    return { sort: 'instance', exports: this.#hostInstance(name, scope.types[type.type]) }
  }

  #hostInstance(name: string, type: Type): Exports {
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
      if (definition.kind === 'type') scope.types.push(this.#type(scope, definition.type))
      else if (definition.kind === 'outer' && definition.sort === 'type') {
        scope.types.push(outer<TypeScope>(scope, definition.count, this.#work).types[definition.index])
      } else if (definition.kind === 'alias') {
        const value = scope.instances[definition.instance].get(definition.name)!
        if (value.sort === 'type') scope.types.push(value.type)
        else if (value.sort === 'instance') scope.instances.push(value.exports)
      } else if (definition.kind === 'export') {
        const value = this.#hostExport(scope, name, definition)
        if (value.sort === 'type') scope.types.push(value.type)
        else if (value.sort === 'instance') scope.instances.push(value.exports)
        exports.set(definition.name.name, value)
      }
    }
    return exports
  }

  #hostExport(
    scope: TypeScope,
    name: string,
    { name: { name: item }, type }: Extract<Definition, { kind: 'export' }>,
  ): Value {
    if (type?.sort === 'type') {
      if (type.bound !== 'resource') return { sort: 'type', type: renamed(scope.types[type.bound]) }
      return { sort: 'type', type: { kind: 'resource', resource: this.#hostResource(hostKey(name, item)) } }
    }
    if (type?.sort === 'instance')
      return { sort: 'instance', exports: this.#hostInstance(name, scope.types[type.type]) }
    if (type?.sort !== 'func') throw unsupported(`${name} has ${item}, a ${type?.sort ?? 'thing'} that nothing gives`)
    const key = hostKey(name, item)
    const { module } = this.#options.host
    const func: CoreItem = { module: module.name, name: key, kind: 'func' }
    return {
      sort: 'func',
      func: { type: scope.types[type.type] as FuncType, func, side: this.#hostSide(), imported: `${name} ${item}` },
    }
  }

  #hostSide(): Side {
    const { module } = this.#options.host
    return {
      instance: system,
      memory: { module: module.name, name: 'memory', kind: 'memory' },
      realloc: { module: module.name, name: 'host_realloc', kind: 'func' },
      encoding: 'utf8',
    }
  }

  #hostResource(key: string): Resource {
    let resource = this.#hostResources.get(key)
    if (resource === undefined) {
      this.#hostResources.set(key, (resource = new Resource()))
      this.#owners.set(resource, system)
      const [path, name] = key.split('#')
      this.#destructors.set(resource, {
        module: this.#options.host.module.name,
        name: `${path}#[resource-drop]${name}`,
        kind: 'func',
      })
    }
    return resource
  }

  // Core modules.

  #flush(): void {
    if (this.#adapters.isEmpty) return
    this.#modules.push(this.#adapters.finish(this.#options.file))
    this.#adapters = this.#newAdapters()
  }

  #coreInstance(scope: LinkScope, index: number, args: readonly { name: string; instance: number }[]): CoreExports {
    this.#flush()
    const given = new Map(args.map(({ name, instance }) => [name, scope.coreInstances[instance]]))
    const module = scope.coreModules[index]
    const name = `${this.#options.name}.${this.#moduleCount++}`
    const found = new Map<string, ImportName>()
    for (const { module: from, name: field, kind, index: at } of importsOf(module)) {
      const item = given.get(from)!.get(field)!
      found.set(`${kind} ${at}`, { module: item.module, name: item.name })
    }
    const link = <T extends { import?: ImportName }>(kind: string, entities: T[]): T[] =>
      entities.map((entity, i) => (entity.import ? { ...entity, import: found.get(`${kind} ${i}`)! } : entity))
    const linked = {
      ...module,
      name,
      file: this.#options.file,
      funcs: link('func', module.funcs),
      tables: link('table', module.tables),
      memories: link('memory', module.memories),
      globals: link('global', module.globals),
      tags: link('tag', module.tags),
    }
    this.#modules.push(linked)
    this.placed.push({ linked, original: module })
    return new Map(module.exports.map((item) => [item.name, { module: name, name: item.name, kind: item.kind }]))
  }

  // Canonical definitions.

  #side(scope: LinkScope, options: readonly CanonOption[]): Callee['side'] & Omit<Callee, 'side' | 'func'> {
    const { encoding, memory, realloc, postReturn, callback, async } = readOptions(options, this.#work)
    const func = (index: number | undefined) => (index === undefined ? undefined : scope.space('core func')[index])
    return {
      instance: scope.instance,
      memory: memory === undefined ? undefined : scope.space('core memory')[memory],
      realloc: func(realloc),
      encoding,
      postReturn: func(postReturn),
      callback: func(callback),
      async,
    }
  }

  #canon(scope: LinkScope, canon: Extract<Definition, { kind: 'canon' }>['canon']): void {
    switch (canon.kind) {
      case 'lift': {
        const { postReturn, async, callback, ...side } = this.#side(scope, canon.options)
        const type = scope.types[canon.type] as FuncType
        scope.funcs.push({ type, side, func: scope.space('core func')[canon.func], postReturn, async, callback })
        return
      }
      case 'lower': {
        const { async, ...side } = this.#side(scope, canon.options)
        const func = scope.funcs[canon.func]
        scope.space('core func').push(this.call(this.#adapters, func, side, async))
        return
      }
      case 'builtin':
        scope.space('core func').push(this.#builtin(scope, canon))
        return
      default: {
        const { resource } = resolveResource(scope, canon.type, this.#work)
        scope.space('core func').push(this.#resourceFunction(scope.instance, canon.kind, resource))
      }
    }
  }

  /** With the names of the system's resources. */
  signature(type: FuncType): string {
    const names = new Map(Array.from(this.#hostResources, ([name, resource]) => [resource, name]))
    return signatureText(type, (resource) => names.get(resource) ?? 'another resource')
  }

  #builtin(scope: LinkScope, { name, operands }: Extract<Canon, { kind: 'builtin' }>): CoreItem {
    const { async, ...side } = this.#side(scope, operands.options ?? [])
    if (operands.memory !== undefined) side.memory = scope.space('core memory')[operands.memory]
    const { type, result, table } = operands
    return writeBuiltin({
      module: this.#adapters,
      name,
      operands,
      side,
      transfer: type === undefined ? undefined : (scope.types[type] as Builtin['transfer']),
      result: result === undefined ? undefined : resolveValue(scope, result, this.#work),
      async: async === true || operands.async === true,
      table: table === undefined ? undefined : scope.space('core table')[table],
      handles: this,
      tasks: this.#tasks,
    })
  }

  /** A core function that calls a lifted one. @param async its caller goes on meanwhile */
  call(module: ModuleBuilder, func: LiftedFunction, caller: Side, async = false): CoreItem {
    if (func.imported !== undefined) this.#checkHost(func)
    const index =
      this.#options.tasks && (func.imported === undefined || func.type.async)
        ? writeTaskCall({ module, type: func.type, caller, async, callee: func, handles: this, tasks: this.#tasks })
        : writeCall(module, func.type, caller, func, this)
    const item = module.export(`call${index.index}`, index)
    if (func.imported !== undefined) this.lowered.set(itemKey(item), { key: func.func.name, caller })
    return item
  }

  /** What a component says of a function decides what it is given for handles: it must be what the function is. */
  #checkHost({ func, type, imported }: LiftedFunction): void {
    this.#usesHost = true
    const { module } = this.#options.host
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
      hint: 'wasi:cli, clocks, random and filesystem of WASI 0.2 and 0.3, io and sockets of 0.2 are there: compose what else it needs into the component',
    })
  }

  #resourceFunction(
    instance: Instance,
    kind: 'resource.new' | 'resource.rep' | 'resource.drop',
    resource: Resource,
  ): CoreItem {
    const module = this.#adapters
    const code = new FunctionBuilder(1)
    const number = this.resourceNumber(resource)
    if (kind !== 'resource.rep') code.globalGet(module.global(instance.stays)).trapIf('cannot leave component instance')
    code.i32(instance.number).i32(number).get(0)
    const keep = (name: string, results: number[]): void => {
      code.call(module.function(this.item(name), { params: [I32, I32, I32], results }))
    }
    if (kind === 'resource.drop') {
      keep('handle_drop', [I64])
      this.#destroy(module, code, resource, instance)
    } else keep(kind === 'resource.new' ? 'handle_new' : 'handle_rep', [I32])
    const type: CoreFuncType = { params: [I32], results: kind === 'resource.drop' ? [] : [I32] }
    const index = module.define(type, code)
    const item = module.export(`${kind}${index.index}`, index)
    const dtor = this.#destructors.get(resource)
    if (kind === 'resource.drop' && dtor !== undefined && this.#owners.get(resource) === system)
      this.lowered.set(itemKey(item), { key: dtor.name })
    return item
  }

  /** Behind `handle_drop`, whose result says in its upper half whether the handle was the owner. */
  #destroy(module: ModuleBuilder, code: FunctionBuilder, resource: Resource, caller: Instance): void {
    const dtor = this.#destructors.get(resource)
    const known = dtor !== undefined && (this.#owners.get(resource) !== system || this.#hasHost(dtor.name))
    if (!known) {
      code.op('drop')
      return
    }
    const dropped = code.local(I64)
    code.tee(dropped).i64(0xffffffffn).op('i64_gt_u').if()
    const owner = this.#owners.get(resource)!
    if (this.#options.tasks && owner !== system) {
      const callee: Callee = { side: { instance: owner, encoding: 'utf8' }, func: dtor }
      const from: Side = { instance: caller, encoding: 'utf8' }
      const call = { module, type: DESTRUCTOR, caller: from, async: false, callee, drops: true, handles: this }
      code
        .get(dropped)
        .op('i32_wrap_i64')
        .call(writeTaskCall({ ...call, tasks: this.#tasks }))
        .op('end')
      return
    }
    const entering: Instance[] = []
    const inside = new Set<Instance>()
    for (let at: Instance | undefined = caller; at; at = at.parent) inside.add(at)
    for (let at: Instance | undefined = owner; at && !at.isHost; at = at.parent) if (!inside.has(at)) entering.push(at)
    for (const { entered } of entering)
      code
        .globalGet(module.global(entered))
        .trapIf('cannot enter component instance')
        .i32(1)
        .globalSet(module.global(entered))
    module.callInto(code, () => {
      code
        .get(dropped)
        .op('i32_wrap_i64')
        .call(module.function(dtor, { params: [I32], results: [] }))
    })
    for (const { entered } of entering) code.i32(0).globalSet(module.global(entered))
    code.op('end')
  }

  #hasHost(name: string): boolean {
    return this.#options.host.module.exports.some((item) => item.name === name)
  }
}

/** What takes what stands for a resource. */
const DESTRUCTOR: FuncType = { kind: 'func', async: false, params: [{ name: 'rep', type: primitiveType('u32') }] }

/** Whoever calls from outside of all components. */
export const outside: Side = { instance: system, encoding: 'utf8' }

const unsupported = (reason: string): CompileError => new CompileError(reason, { code: 'unsupported' })
