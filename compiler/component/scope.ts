/** Index spaces, as definitions fill them. */
import type { External } from '../wasm/linking.ts'
import type { Module } from '../wasm/module.ts'
import type { FuncType as CoreFuncType } from '../wasm/types.ts'
import type { Sort } from './definitions.ts'
import type { ComponentType, FuncType, InstanceType, Resource, Type, Work } from './types.ts'

export type CoreType = { kind: 'func'; type: CoreFuncType } | { kind: 'module'; module: Module }

/** Where types are defined: a component, or the type of one or of an instance. */
export interface TypeScope {
  /** A component rather than a type: no resource passes its border. */
  readonly concrete: boolean
  readonly parent?: TypeScope
  readonly types: Type[]
  readonly coreTypes: CoreType[]
}

/** The entry of an index space. @throws CompileError 'invalid' */
export function at<T>(space: readonly T[], index: number, sort: string, work: Work): T {
  return index < space.length ? space[index] : work.fail(`unknown ${sort} ${index}: index out of bounds`)
}

/** The scope `count` levels further out. */
export function outer<S extends { parent?: S }>(scope: S, count: number, work: Work): S {
  let found: S | undefined = scope
  for (let i = 0; i < count && found !== undefined; i++) found = found.parent
  return found ?? work.fail(`invalid outer alias count of ${count}`)
}

/** The names of imports or of exports, of which no two are too much alike. */
export interface Names {
  /** By the form in which names are compared: the name. */
  readonly used: Map<string, string>
  /** The resource types among them, by name. */
  readonly resources: Map<string, Resource>
  /** Types that what follows may mention. */
  readonly types: Set<Type>
}

export const noNames = (): Names => ({ used: new Map(), resources: new Map(), types: new Set() })

/** A component's scope in validation, or a type's: of the latter only types and instances fill. */
export class Scope implements TypeScope {
  readonly concrete: boolean
  readonly parent?: Scope
  readonly kind: 'component' | 'instance'
  readonly types: Type[] = []
  readonly coreTypes: CoreType[] = []
  readonly coreModules: Module[] = []
  readonly coreInstances: ReadonlyMap<string, External>[] = []
  readonly coreFuncs: External[] = []
  readonly coreTables: External[] = []
  readonly coreMemories: External[] = []
  readonly coreGlobals: External[] = []
  readonly coreTags: External[] = []
  readonly funcs: FuncType[] = []
  readonly components: ComponentType[] = []
  readonly instances: InstanceType[] = []
  readonly imports = noNames()
  readonly exports = noNames()
  readonly importBound: Resource[] = []
  readonly exportBound: Resource[] = []

  constructor(kind: 'component' | 'instance', concrete: boolean, parent?: Scope) {
    this.kind = kind
    this.concrete = concrete
    this.parent = parent
  }

  /** The index spaces of core definitions that modules export. */
  coreSpace(sort: Sort): External[] | undefined {
    switch (sort) {
      case 'core func':
        return this.coreFuncs
      case 'core table':
        return this.coreTables
      case 'core memory':
        return this.coreMemories
      case 'core global':
        return this.coreGlobals
      case 'core tag':
        return this.coreTags
      default:
        return undefined
    }
  }
}
