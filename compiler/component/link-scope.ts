/** What a component instance has while it is linked: index spaces of values, where all types are known. */
import type { Module } from '../wasm/module.ts'
import type { CoreItem } from './builder.ts'
import type { Component, Sort } from './definitions.ts'
import type { CoreType, TypeScope } from './scope.ts'
import type { Callee, Instance } from './sides.ts'
import type { FuncType, Type } from './types.ts'

/** A function of a component: where it is implemented. */
export interface LiftedFunction extends Callee {
  type: FuncType
  /** Of the system's: its interface and name, for errors. */
  imported?: string
}

export type Value =
  | { sort: 'core module'; module: Module }
  | { sort: 'func'; func: LiftedFunction }
  | { sort: 'type'; type: Type }
  | { sort: 'component'; component: Component; scope: LinkScope }
  | { sort: 'instance'; exports: ReadonlyMap<string, Value> }

export type Exports = ReadonlyMap<string, Value>
export type CoreExports = ReadonlyMap<string, CoreItem>

/** A component instance while it is made. */
export class LinkScope implements TypeScope {
  readonly concrete = true
  readonly instance: Instance
  readonly parent?: LinkScope
  readonly types: Type[] = []
  readonly coreTypes: CoreType[] = []
  readonly coreModules: Module[] = []
  readonly coreInstances: CoreExports[] = []
  readonly core = new Map<Sort, CoreItem[]>()
  readonly funcs: LiftedFunction[] = []
  readonly components: Extract<Value, { sort: 'component' }>[] = []
  readonly instances: Exports[] = []

  constructor(instance: Instance, parent?: LinkScope) {
    this.instance = instance
    this.parent = parent
  }

  space(sort: Sort): CoreItem[] {
    let space = this.core.get(sort)
    if (space === undefined) this.core.set(sort, (space = []))
    return space
  }

  add(value: Value): void {
    if (value.sort === 'core module') this.coreModules.push(value.module)
    else if (value.sort === 'func') this.funcs.push(value.func)
    else if (value.sort === 'type') this.types.push(value.type)
    else if (value.sort === 'component') this.components.push(value)
    else this.instances.push(value.exports)
  }

  value(sort: Sort, index: number): Value {
    switch (sort) {
      case 'core module':
        return { sort, module: this.coreModules[index] }
      case 'func':
        return { sort, func: this.funcs[index] }
      case 'type':
        return { sort, type: this.types[index] }
      case 'component':
        return this.components[index]
      case 'instance':
        return { sort, exports: this.instances[index] }
      default:
        throw new Error(`no value of sort ${sort}`)
    }
  }
}
