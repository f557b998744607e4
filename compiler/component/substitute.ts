/** Types with other resources in the place of some of theirs. */
import {
  Resource,
  isValType,
  partsOf,
  valType,
  type ComponentType,
  type Entity,
  type FuncType,
  type InstanceType,
  type Type,
  type ValShape,
  type ValType,
  type Work,
} from './types.ts'

export interface Replacements {
  resources: ReadonlyMap<Resource, Resource>
  /** Types that were imported by name: what was given. */
  types: ReadonlyMap<Type, Type>
}

/** One substitution: what is one type before it is one after it. */
class Substitution {
  readonly #replacements: Replacements
  readonly #work: Work
  readonly #done = new Map<Type, Type>()

  constructor(replacements: Replacements, work: Work) {
    this.#replacements = replacements
    this.#work = work
  }

  type<T extends Type>(type: T): T {
    const given = this.#replacements.types.get(type)
    if (given !== undefined) return given as T
    if (this.#replacements.types.size === 0 && isValType(type) && !type.summary.resources) return type
    let result = this.#done.get(type)
    if (result === undefined) this.#done.set(type, (result = this.#type(type)))
    return result as T
  }

  entity(entity: Entity): Entity {
    this.#work.step()
    return entity.sort === 'core module' ? entity : ({ ...entity, type: this.type(entity.type) } as Entity)
  }

  entities(entities: ReadonlyMap<string, Entity>): Map<string, Entity> {
    return new Map(Array.from(entities, ([name, entity]) => [name, this.entity(entity)]))
  }

  #type(type: Type): Type {
    this.#work.step()
    switch (type.kind) {
      case 'resource': {
        const resource = this.#replacements.resources.get(type.resource)
        return resource === undefined ? type : { kind: 'resource', resource }
      }
      case 'func':
        return this.#func(type)
      case 'instance':
        return { ...type, exports: this.entities(type.exports) }
      case 'component':
        return { ...type, imports: this.entities(type.imports), exports: this.entities(type.exports) }
      default:
        return this.#changes(type) ? valType(this.#shape(type), this.#work.offset) : type
    }
  }

  /** What stays the same keeps its name. */
  #changes(type: ValType): boolean {
    if (type.kind === 'own' || type.kind === 'borrow') return this.type(type.of) !== type.of
    return partsOf(type).some((part) => this.type(part) !== part)
  }

  #func(type: FuncType): FuncType {
    const params = type.params.map((param) => ({ ...param, type: this.type(param.type) }))
    return { ...type, params, result: type.result && this.type(type.result) }
  }

  #shape(type: ValType): ValShape {
    const part = (inner: ValType): ValType => this.type(inner)
    switch (type.kind) {
      case 'record':
        return { ...type, fields: type.fields.map((field) => ({ ...field, type: part(field.type) })) }
      case 'variant':
        return { ...type, cases: type.cases.map((item) => ({ ...item, type: item.type && part(item.type) })) }
      case 'list':
        return { ...type, element: part(type.element) }
      case 'map':
        return { ...type, key: part(type.key), value: part(type.value) }
      case 'tuple':
        return { ...type, types: type.types.map(part) }
      case 'option':
        return { ...type, type: part(type.type) }
      case 'result':
        return { ...type, ok: type.ok && part(type.ok), error: type.error && part(type.error) }
      case 'own':
      case 'borrow':
        return { ...type, of: this.type(type.of) }
      case 'stream':
      case 'future':
        return { ...type, element: type.element && part(type.element) }
      default:
        return type
    }
  }
}

export const substituteAll = (
  entities: ReadonlyMap<string, Entity>,
  replacements: Replacements,
  work: Work,
): ReadonlyMap<string, Entity> =>
  replacements.resources.size + replacements.types.size === 0
    ? entities
    : new Substitution(replacements, work).entities(entities)

export const substitute = <T extends Type>(type: T, replacements: Replacements, work: Work): T =>
  replacements.resources.size + replacements.types.size === 0 ? type : new Substitution(replacements, work).type(type)

/** New resources in the place of some. */
export const fresh = (bound: readonly Resource[]): Map<Resource, Resource> =>
  new Map(bound.map((resource) => [resource, new Resource()]))

export const replaceResources = (resources: ReadonlyMap<Resource, Resource>): Replacements => ({
  resources,
  types: new Map(),
})

/** An instance of the type, whose resources are its own, and these resources. */
export function freshInstance(type: InstanceType, work: Work): { type: InstanceType; created: Resource[] } {
  if (type.bound.length === 0) return { type, created: [] }
  const replacements = fresh(type.bound)
  const exports = substituteAll(type.exports, replaceResources(replacements), work)
  return { type: { kind: 'instance', exports, bound: [] }, created: [...replacements.values()] }
}

/** The same component type with bound resources that nothing else names. */
export function freshComponent(type: ComponentType, work: Work): ComponentType {
  const imports = fresh(type.importBound)
  const exports = fresh(type.exportBound)
  const all = new Map([...imports, ...exports])
  if (all.size === 0) return type
  const substitution = new Substitution(replaceResources(all), work)
  return {
    kind: 'component',
    imports: substitution.entities(type.imports),
    exports: substitution.entities(type.exports),
    importBound: [...imports.values()],
    exportBound: [...exports.values()],
  }
}
