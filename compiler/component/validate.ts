/** Validation of components (spec: component model, Explainer.md and Binary.md). */
import { append } from '../append.ts'
import { CompileError } from '../errors.ts'
import { typesToJoin, type External } from '../wasm/linking.ts'
import type { Steps } from '../steps.ts'
import type { Module } from '../wasm/module.ts'
import { I32 } from '../wasm/types.ts'
import { validateInSteps as validateModuleInSteps } from '../wasm/validate.ts'
import { signature } from '../wasm/given.ts'
import { inFile } from './decode.ts'
import { defineFunction, defineValue } from './define-types.ts'
import type { Component, CoreTypeDefinition, Definition, ExternType, SortIndex, TypeDefinition } from './definitions.ts'
import { checkLimit } from './limits.ts'
import { checkImportNames, moduleType } from './module-type.ts'
import { at, noNames, outer, Scope, type CoreType } from './scope.ts'
import { fresh, freshInstance, substituteAll } from './substitute.ts'
import { bindings, importsOf, Matcher } from './subtyping.ts'
import {
  isValType,
  kindName,
  partsOf,
  renamed,
  Resource,
  Work,
  type ComponentType,
  type Entity,
  type InstanceType,
  type ResourceType,
  type Type,
} from './types.ts'
import { coreMismatch, coreTypeOf, defineCanon } from './validate-canon.ts'
import { checkName, declare } from './visibility.ts'

/**
 * Checks a decoded component with its modules and all that is nested in it.
 * @throws CompileError with file and offset: 'invalid', or 'unsupported' for what is not compiled
 */
export function validateComponent(component: Component, options: { file: string }): ComponentType {
  const steps = validateComponentInSteps(component, options)
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}

/** {@link validateComponent} with pauses. */
export function* validateComponentInSteps(component: Component, { file }: { file: string }): Steps<ComponentType> {
  const work = new Work()
  try {
    return yield* new Validator(work).component(component)
  } catch (error) {
    throw error instanceof CompileError ? error.with({ file, offset: error.offset ?? work.offset }) : error
  }
}

/** Of what is joined: as it is remembered, each weighs far more than a step. */
const STEPS_PER_TYPE = 25

type Of<K extends Definition['kind']> = Extract<Definition, { kind: K }>

class Validator {
  readonly #work: Work
  readonly #matcher: Matcher

  constructor(work: Work) {
    this.#work = work
    this.#matcher = new Matcher(work)
  }

  *component({ definitions }: Component, parent?: Scope): Steps<ComponentType> {
    const scope = new Scope('component', true, parent)
    const imports = new Map<string, Entity>()
    const exports = new Map<string, Entity>()
    for (const definition of definitions) {
      this.#work.offset = definition.at
      this.#work.step()
      if (definition.kind === 'core module') {
        yield* checkModule(definition)
        scope.coreModules.push(definition.module)
      } else if (definition.kind === 'component') {
        scope.components.push(yield* this.component(definition.component, scope))
      } else if (definition.kind === 'import') imports.set(definition.name.name, this.#import(scope, definition))
      else if (definition.kind === 'export') exports.set(definition.name.name, this.#export(scope, definition))
      else this.#define(scope, definition)
    }
    return { kind: 'component', imports, exports, importBound: scope.importBound, exportBound: scope.exportBound }
  }

  #define(scope: Scope, definition: Definition): void {
    switch (definition.kind) {
      case 'core instance':
        return this.#coreInstance(scope, definition)
      case 'core exports':
        return this.#coreExports(scope, definition)
      case 'core type':
        scope.coreTypes.push(this.#coreType(scope, definition.type))
        return
      case 'instance':
        return this.#instance(scope, definition)
      case 'exports':
        return this.#exports(scope, definition)
      case 'alias':
        return this.#alias(scope, definition)
      case 'outer':
        return this.#outer(scope, definition)
      case 'type':
        scope.types.push(this.#type(scope, definition.type))
        return
      case 'canon':
        return defineCanon(scope, definition.canon, this.#work)
      default:
        return this.#refuseValues()
    }
  }

  #refuseValues(): never {
    throw new CompileError('values of components are not compiled (of the proposal, no compiler makes them)', {
      code: 'unsupported',
      offset: this.#work.offset,
    })
  }

  // What stands in the scopes of components and of types.

  #coreType(scope: Scope, type: CoreTypeDefinition): CoreType {
    if (type.kind === 'func') return type
    return { kind: 'module', module: moduleType(scope, type.declarations, this.#work) }
  }

  #type(scope: Scope, type: TypeDefinition): Type {
    switch (type.kind) {
      case 'func':
        return defineFunction(scope, type, this.#work)
      case 'component':
        return this.#componentType(scope, type.declarations)
      case 'instance':
        return this.#instanceType(scope, type.declarations)
      case 'resource': {
        if (!scope.concrete) this.#work.fail('resources can only be defined within a concrete component')
        if (type.rep !== I32) this.#work.fail('a resource is represented by an i32')
        if (type.dtor !== undefined) {
          const dtor = coreTypeOf(at(scope.coreFuncs, type.dtor, 'core function', this.#work))
          if (signature(dtor) !== '(i32) -> ()') {
            this.#work.fail(`wrong signature for a destructor: ${signature(dtor)}`)
          }
        }
        const resource = new Resource(scope)
        scope.exportBound.push(resource)
        return { kind: 'resource', resource }
      }
      default:
        return defineValue(scope, type, this.#work)
    }
  }

  #instanceType(parent: Scope, declarations: readonly Definition[]): InstanceType {
    const scope = new Scope('instance', false, parent)
    const { exports } = this.#declarations(scope, declarations)
    return { kind: 'instance', exports, bound: scope.exportBound }
  }

  #componentType(parent: Scope, declarations: readonly Definition[]): ComponentType {
    const scope = new Scope('component', false, parent)
    const { imports, exports } = this.#declarations(scope, declarations)
    return { kind: 'component', imports, exports, importBound: scope.importBound, exportBound: scope.exportBound }
  }

  #declarations(scope: Scope, declarations: readonly Definition[]) {
    const imports = new Map<string, Entity>()
    const exports = new Map<string, Entity>()
    for (const definition of declarations) {
      this.#work.offset = definition.at
      this.#work.step()
      if (definition.kind === 'import') imports.set(definition.name.name, this.#import(scope, definition))
      else if (definition.kind === 'export') {
        const entity = this.#declared(scope, definition.type!, scope.exportBound)
        declare(scope, 'export', definition.name, entity, this.#work, { deferred: scope.kind === 'instance' })
        this.#add(scope, entity)
        exports.set(definition.name.name, entity)
      } else this.#define(scope, definition)
    }
    return { imports, exports }
  }

  /** What an import or export is declared to be; resource types that it brings are added to `created`. */
  #declared(scope: Scope, type: ExternType, created: Resource[]): Entity {
    const work: Work = this.#work
    switch (type.sort) {
      case 'core module': {
        const found = at(scope.coreTypes, type.type, 'core type', work)
        if (found.kind !== 'module') work.fail(`core type ${type.type} is not a module type`)
        return { sort: 'core module', module: found.module }
      }
      case 'type': {
        if (type.bound !== 'resource') return { sort: 'type', type: renamed(at(scope.types, type.bound, 'type', work)) }
        const resource = new Resource()
        created.push(resource)
        return { sort: 'type', type: { kind: 'resource', resource } }
      }
      case 'value':
        return this.#refuseValues()
      default: {
        const found = at(scope.types, type.type, 'type', work)
        if (found.kind !== type.sort) {
          work.fail(
            `type ${type.type} is not a ${type.sort === 'func' ? 'function' : type.sort} type, but ${kindName(found)}`,
          )
        }
        if (found.kind !== 'instance') return { sort: found.kind, type: found } as Entity
        const instance = freshInstance(found, work)
        append(created, instance.created)
        return { sort: 'instance', type: instance.type }
      }
    }
  }

  #import(scope: Scope, { name, type }: Of<'import'>): Entity {
    const entity = this.#declared(scope, type, scope.importBound)
    declare(scope, 'import', name, entity, this.#work)
    this.#add(scope, entity)
    return entity
  }

  /** The next entry of its index space. */
  #add(scope: Scope, entity: Entity): void {
    switch (entity.sort) {
      case 'core module':
        scope.coreModules.push(entity.module)
        return
      case 'func':
        scope.funcs.push(entity.type)
        return
      case 'type':
        scope.types.push(entity.type)
        return
      case 'component':
        scope.components.push(entity.type)
        return
      case 'instance':
        scope.instances.push(entity.type)
    }
  }

  /** What an index of a sort means. */
  #entity(scope: Scope, { sort, index }: SortIndex): Entity {
    const work: Work = this.#work
    switch (sort) {
      case 'core module':
        return { sort, module: at(scope.coreModules, index, 'module', work) }
      case 'func':
        return { sort, type: at(scope.funcs, index, 'function', work) }
      case 'type':
        return { sort, type: at(scope.types, index, 'type', work) }
      case 'component':
        return { sort, type: at(scope.components, index, 'component', work) }
      case 'instance':
        return { sort, type: at(scope.instances, index, 'instance', work) }
      case 'value':
        return this.#refuseValues()
      default:
        return work.fail(`a ${sort} cannot be an export or argument of a component`)
    }
  }

  #alias(scope: Scope, { sort, target, instance, name }: Of<'alias'>): void {
    const work: Work = this.#work
    if (target === 'core export') {
      const space = scope.coreSpace(sort) ?? work.fail(`a ${sort} is nothing that core instances export`)
      const found = at(scope.coreInstances, instance, 'core instance', work).get(name)
      if (found === undefined) work.fail(`core instance ${instance} has no export named ${name}`)
      if (`core ${found.kind}` !== sort) work.fail(`export ${name} of core instance ${instance} is not a ${sort}`)
      space.push(found)
      return
    }
    if (!scope.concrete && sort !== 'instance' && sort !== 'type') {
      work.fail('an alias in a type may only refer to types or instances')
    }
    const found = at(scope.instances, instance, 'instance', work).exports.get(name)
    if (found === undefined) work.fail(`instance ${instance} has no export named ${name}`)
    if (found.sort !== sort) work.fail(`export ${name} of instance ${instance} is not a ${sort.replace('core ', '')}`)
    this.#add(scope, found)
  }

  #outer(scope: Scope, { sort, count, index }: Of<'outer'>): void {
    const work: Work = this.#work
    if (!scope.concrete && sort !== 'core type' && sort !== 'type') {
      work.fail('an alias in a type may only refer to types or instances')
    }
    const target = outer(scope, count, work)
    if (sort === 'core type') {
      scope.coreTypes.push(at(target.coreTypes, index, sort, work))
      return
    }
    const entity = this.#entity(target, { sort, index })
    if (entity.sort === 'type' && crossesComponent(scope, target)) {
      new Free(work).check(entity.type)
    }
    this.#add(scope, entity)
  }

  // What only components have.

  #coreInstance(scope: Scope, { module: index, args }: Of<'core instance'>): void {
    const work: Work = this.#work
    const module = at(scope.coreModules, index, 'module', work)
    const given = new Map<string, ReadonlyMap<string, External>>()
    for (const { name, instance } of args) {
      if (given.has(name)) work.fail(`duplicate module instantiation argument named ${name}`)
      given.set(name, at(scope.coreInstances, instance, 'core instance', work))
    }
    for (const { module: from, name, kind, index: wanted } of importsOf(module)) {
      work.step()
      const instance = given.get(from) ?? work.fail(`missing module instantiation argument named ${from}`)
      const found = instance.get(name) ?? work.fail(`instance ${from} does not export an item named ${name}`)
      // Types of modules that mean others are put into one list for each two modules, which takes time and memory.
      work.steps(STEPS_PER_TYPE * typesToJoin(found, { module, kind, index: wanted }))
      const mismatch = coreMismatch(found, { module, kind, index: wanted })
      if (mismatch) work.fail(`what is given for import ${from}::${name} does not fit: ${mismatch.reason}`)
    }
    checkLimit('instances of core modules', scope.coreInstances.length + 1, work.offset)
    scope.coreInstances.push(coreExports(module))
  }

  #coreExports(scope: Scope, { exports }: Of<'core exports'>): void {
    const work: Work = this.#work
    const result = new Map<string, External>()
    for (const { name, sort, index } of exports) {
      const space = scope.coreSpace(sort) ?? work.fail(`a ${sort} cannot be exported`)
      const found = at(space, index, sort, work)
      if (result.has(name)) work.fail(`export name ${name} already defined`)
      result.set(name, found)
    }
    scope.coreInstances.push(result)
  }

  #instance(scope: Scope, { component, args }: Of<'instance'>): void {
    const work: Work = this.#work
    const type = at(scope.components, component, 'component', work)
    const given = new Map<string, Entity>()
    for (const { name, sort, index } of args) {
      const entity = this.#entity(scope, { sort, index })
      if (given.has(name)) work.fail(`instantiation argument ${name} conflicts with a previous argument`)
      given.set(name, entity)
    }
    const bound = bindings(type.importBound)
    for (const [name, expected] of type.imports) {
      const actual = given.get(name) ?? work.fail(`missing import named ${name}`)
      this.#matcher.entity(actual, expected, bound, `import ${name}`)
    }
    const created = fresh(type.exportBound)
    append(scope.exportBound, created.values())
    const resources = new Map([...bound.map, ...created])
    const exports = substituteAll(type.exports, { resources, types: bound.types }, work)
    scope.instances.push({ kind: 'instance', exports, bound: [] })
  }

  #exports(scope: Scope, { exports }: Of<'exports'>): void {
    const names = noNames()
    const entities = new Map<string, Entity>()
    for (const item of exports) {
      const entity = this.#entity(scope, item)
      // Resources get no name here that functions could be annotated with.
      checkName(names, 'export', item, entity, this.#work)
      entities.set(item.name, entity)
    }
    scope.instances.push({ kind: 'instance', exports: entities, bound: [] })
  }

  #export(scope: Scope, { name, item, type }: Of<'export'>): Entity {
    const actual = this.#entity(scope, item)
    let entity: Entity = actual.sort === 'type' ? { ...actual, type: renamed(actual.type) } : actual
    if (type !== undefined) {
      const created: Resource[] = []
      entity = this.#declared(scope, type, created)
      this.#matcher.entity(actual, entity, bindings(created), 'ascribed type of export is not compatible')
      append(scope.exportBound, created)
    }
    declare(scope, 'export', name, entity, this.#work)
    this.#add(scope, entity)
    return entity
  }
}

function* checkModule({ module, start }: Of<'core module'>): Steps<void> {
  try {
    yield* validateModuleInSteps(module)
    checkImportNames(module)
  } catch (error) {
    throw inFile(error, start)
  }
}

const coreExports = (module: Module): Map<string, External> =>
  new Map(module.exports.map(({ name, kind, index }) => [name, { module, kind, index }]))

/** Whether a component's border lies between a scope and one further out. */
function crossesComponent(scope: Scope, target: Scope): boolean {
  for (let at: Scope | undefined = scope; at !== undefined && at !== target; at = at.parent)
    if (at.concrete) return true
  return false
}

/** Refuses types that mention a resource that is not their own. */
class Free {
  readonly #work: Work

  constructor(work: Work) {
    this.#work = work
  }

  check(type: Type, own: ReadonlySet<Resource> = new Set()): void {
    this.#work.step()
    const all = (entities: ReadonlyMap<string, Entity>, bound: ReadonlySet<Resource>): void => {
      for (const entity of entities.values()) if (entity.sort !== 'core module') this.check(entity.type, bound)
    }
    if (type.kind === 'resource') this.#resource(type, own)
    else if (type.kind === 'func') {
      for (const param of type.params) this.check(param.type, own)
      if (type.result) this.check(type.result, own)
    } else if (type.kind === 'instance') all(type.exports, new Set([...own, ...type.bound]))
    else if (type.kind === 'component') {
      const bound = new Set([...own, ...type.importBound, ...type.exportBound])
      all(type.imports, bound)
      all(type.exports, bound)
    } else if (isValType(type) && type.summary.resources) this.#value(type, own)
  }

  #value(type: Extract<Type, { summary: unknown }>, own: ReadonlySet<Resource>): void {
    if (type.kind === 'own' || type.kind === 'borrow') this.#resource(type.of, own)
    else for (const part of partsOf(type)) this.check(part, own)
  }

  #resource({ resource }: ResourceType, own: ReadonlySet<Resource>): void {
    if (!own.has(resource)) this.#work.fail('an outer alias of a type that transitively refers to resources')
  }
}
