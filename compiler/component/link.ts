/**
 * Links a valid component at build time: what it instantiates becomes a list of core modules that import from each other, with
 * modules of our own between them where functions are lifted, lowered, or keep handles (spec: Explainer.md, CanonicalABI.md).
 */
import { CompileError } from '../errors.ts'
import type { ImportName, Module } from '../wasm/module.ts'
import { writeCall } from './adapter.ts'
import { writeBuiltin, type Builtin } from './async/builtins.ts'
import { writeTaskCall } from './async/calls.ts'
import { Tasks } from './async/tasks.ts'
import { FunctionBuilder, ModuleBuilder, type CoreItem } from './builder.ts'
import { flattenFunction } from './canonical-abi.ts'
import { defineFunction, defineValue, resolveResource, resolveValue } from './define-types.ts'
import type { Canon, CanonOption, Component, Definition, TypeDefinition } from './definitions.ts'
import { TCP_SOCKET } from './host-sockets3.ts'
import type { Host } from './host.ts'
import { checkLimit, type Limited } from './limits.ts'
import { SystemSide } from './link-system.ts'
import { Resources } from './resources.ts'
import { LinkScope, type CoreExports, type Exports, type LiftedFunction, type Value } from './link-scope.ts'
import { outer, type TypeScope } from './scope.ts'
import type { Callee, HandleFunctions, Instance, Side } from './sides.ts'
import { importsOf } from './subtyping.ts'
import { renamed, Resource, Work, type FuncType, type Type, type ValType } from './types.ts'
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
  /** See `hostKey`. */
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
  readonly #resources = new Resources(this, this.#tasks)
  readonly #system: SystemSide
  #usesHost = false
  /** The components' own modules in the order of their instances, as they were and as they are linked. */
  readonly placed: PlacedModule[] = []
  /** Functions that are the system's, lowered or to drop what is its: by {@link itemKey}. */
  readonly lowered = new Map<string, LoweredFunction>()

  constructor(options: LinkOptions) {
    this.#options = options
    this.#state = new ModuleBuilder(`${options.name}.state`)
    this.#adapters = this.#newAdapters()
    this.#system = new SystemSide({
      host: options.host,
      resources: this.#resources,
      work: this.#work,
      define: (scope, type) => this.#type(scope, type),
    })
    if (options.tasks) this.#tasks.addSystem(this.#system.side(), this.#system.owned(TCP_SOCKET))
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

  /** The system's functions that are called, by the names that components import them by. */
  get interfaces(): readonly ImportName[] {
    return this.#system.interfaces
  }

  /** With the names of the system's resources. */
  signature(type: FuncType): string {
    return this.#system.signature(type)
  }

  get hasTasks(): boolean {
    return this.#options.tasks
  }

  item(name: string): CoreItem {
    this.#usesHost = true
    return { module: this.#options.host.module.name, name, kind: 'func' }
  }

  resourceNumber(resource: Resource): number {
    return this.#resources.numberOf(resource)
  }

  ownerOf(resource: Resource): Instance | undefined {
    return this.#resources.ownerOf(resource)
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
        scope.add(args === undefined ? this.#system.imported(scope, name, definition.type) : args.get(name)!)
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
        if (type.kind === 'instance') this.#system.declare(placeholder, type.declarations, scope)
        return placeholder
      }
      case 'resource': {
        const resource = new Resource(instance)
        const dtor = type.dtor === undefined ? undefined : instance!.space('core func')[type.dtor]
        this.#resources.add(resource, instance!.instance, dtor)
        return { kind: 'resource', resource }
      }
      default:
        return defineValue(scope, type, this.#work)
    }
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
        const item = this.#resources.write(this.#adapters, scope.instance, canon.kind, resource)
        scope.space('core func').push(item)
        if (canon.kind === 'resource.drop' && this.ownerOf(resource)?.isHost)
          this.lowered.set(itemKey(item), { key: this.#resources.destructorOf(resource)!.name })
      }
    }
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
    if (func.imported !== undefined) {
      if (isHttp(func.imported)) return this.#missing(module, func.type, async)
      this.#usesHost = true
      this.#system.check(func)
    }
    const index =
      this.#options.tasks && (func.imported === undefined || func.type.async)
        ? writeTaskCall({ module, type: func.type, caller, async, callee: func, handles: this, tasks: this.#tasks })
        : writeCall(module, func.type, caller, func, this)
    const item = module.export(`call${index.index}`, index)
    if (func.imported !== undefined) this.lowered.set(itemKey(item), { key: func.func.name, caller })
    return item
  }

  /** A core function that ends the program when it is called. */
  #missing(module: ModuleBuilder, type: FuncType, async: boolean): CoreItem {
    const core = flattenFunction(type, 'lower', { async, callback: false }).type
    const code = new FunctionBuilder(core.params.length)
    code.trap('a function of wasi:http was called, which executables do not have')
    const index = module.define(core, code)
    return module.export(`missing${index.index}`, index)
  }
}

/** Engines that come whole with a program import it, whether or not the program does (StarlingMonkey's `fetch`). */
const isHttp = (imported: string): boolean => imported.startsWith('wasi:http/')

const unsupported = (reason: string): CompileError => new CompileError(reason, { code: 'unsupported' })
