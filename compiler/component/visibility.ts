/** What names of imports and exports demand of what is called so (spec: Explainer.md / External Visibility of Types). */
import type { ExternName } from './definitions.ts'
import { isInterfaceName, parseName, uniqueForm } from './names.ts'
import type { Names, Scope } from './scope.ts'
import { isValType, partsOf, type Entity, type FuncType, type Type, type ValType, type Work } from './types.ts'

export type Direction = 'import' | 'export'

const NAMED: ReadonlySet<ValType['kind']> = new Set<ValType['kind']>(['record', 'variant', 'flags', 'enum'])

/** Notes an import or export, of a component or its type. Its types must have names; for instance types that waits. */
export function declare(
  scope: Scope,
  direction: Direction,
  name: ExternName,
  entity: Entity,
  work: Work,
  { deferred = false } = {},
): void {
  const names = direction === 'import' ? scope.imports : scope.exports
  checkName(names, direction, name, entity, work)
  if (deferred) return noteResource(names, name.name, entity)
  const known = direction === 'import' ? [scope.imports.types] : [scope.imports.types, scope.exports.types]
  new Visibility(known, names.types, work).check(entity, `${entity.sort} not valid to be used as ${direction}`)
  noteResource(names, name.name, entity)
}

function noteResource(names: Names, name: string, entity: Entity): void {
  if (entity.sort === 'type' && entity.type.kind === 'resource') names.resources.set(name, entity.type.resource)
}

/** The grammar of a name, its attributes, that no other one is like it, and what its annotation asks for. */
export function checkName(
  { used, resources }: Names,
  direction: Direction,
  { name, implements: face, versionSuffix }: ExternName,
  entity: Entity,
  work: Work,
): void {
  const parsed = parseName(name, versionSuffix)
  if (parsed === undefined) work.fail(`${JSON.stringify(name)} is not a valid extern name: not in kebab case`)
  const form = uniqueForm(name)
  const other = used.get(form)
  if (other !== undefined) work.fail(`${direction} name ${name} conflicts with previous name ${other}`)
  used.set(form, name)
  if (face !== undefined) {
    if (!isInterfaceName(face)) work.fail(`what ${name} implements, ${JSON.stringify(face)}, must be an interface name`)
    if (entity.sort !== 'instance') work.fail(`${name}, which implements ${face}, is not an instance`)
    if (parsed.kind !== 'plain') work.fail(`${name}, which implements ${face}, is not a plain name`)
  }
  if (parsed.kind === 'plain' || parsed.kind === 'interface') return
  if (entity.sort !== 'func') work.fail(`${name} is not a func`)
  const resource = resources.get(parsed.resource)
  if (resource === undefined) work.fail(`resource ${parsed.resource} is not known in this context, of ${name}`)
  if (parsed.kind === 'constructor') {
    const { result } = entity.type
    const made = result?.kind === 'result' ? result.ok : result
    if (made?.kind !== 'own') work.fail(`${name} should return (own $T) or (result (own $T))`)
    if (made.of.resource !== resource) work.fail(`${name} does not match the resource ${parsed.resource}`)
  } else if (parsed.kind === 'method') {
    const [self] = entity.type.params
    if (self?.name !== 'self') work.fail(`${name} should have a first parameter called self`)
    if (self.type.kind !== 'borrow') work.fail(`${name} should take a first parameter of (borrow $T)`)
    if (self.type.of.resource !== resource) work.fail(`${name} does not match the resource ${parsed.resource}`)
  }
}

class Visibility {
  readonly #known: ReadonlySet<Type>[]
  readonly #names: Set<Type>
  readonly #work: Work

  constructor(known: ReadonlySet<Type>[], names: Set<Type>, work: Work) {
    this.#known = known
    this.#names = names
    this.#work = work
  }

  /** Fails where something has no name; notes the types that get one. */
  check(entity: Entity, refusal: string): void {
    this.#work.step()
    if (entity.sort === 'func') this.#func(entity.type, refusal)
    else if (entity.sort === 'instance') for (const item of entity.type.exports.values()) this.check(item, refusal)
    else if (entity.sort === 'type') {
      this.#inner(entity.type, refusal)
      this.#names.add(entity.type)
    }
  }

  #func({ params, result }: FuncType, refusal: string): void {
    for (const { type } of params) this.#value(type, refusal)
    if (result) this.#value(result, refusal)
  }

  /** What a type that gets a name consists of. */
  #inner(type: Type, refusal: string): void {
    if (type.kind === 'func') return this.#func(type, refusal)
    if (type.kind === 'instance') {
      const own = new Set<Type>()
      const inside = new Visibility([...this.#known, own], own, this.#work)
      for (const item of type.exports.values()) inside.check(item, refusal)
    } else if (isValType(type)) {
      if (type.kind === 'own' || type.kind === 'borrow') return this.#value(type, refusal)
      for (const part of partsOf(type)) this.#value(part, refusal)
    }
  }

  #value(type: ValType, refusal: string): void {
    this.#work.step()
    const name = type.kind === 'own' || type.kind === 'borrow' ? type.of : NAMED.has(type.kind) ? type : undefined
    if (name === undefined) for (const part of partsOf(type)) this.#value(part, refusal)
    else if (!this.#known.some((types) => types.has(name))) {
      this.#work.fail(`${refusal}: it has a ${name.kind} type that is neither imported nor exported under a name`)
    }
  }
}
