/** What is known of a component without linking it. */
import type { ModuleInfo, ModuleNames } from '../module-info.ts'
import type { Module } from '../wasm/module.ts'
import type { Component } from './definitions.ts'
import type { ComponentType, Entity } from './types.ts'

/** @param integrity of the component's bytes */
export function describeComponent(
  { imports, exports }: ComponentType,
  { size, integrity, ...names }: ModuleNames & { size: number; integrity: string },
): ModuleInfo {
  const items = (entity: Entity): [string, Entity][] => (entity.sort === 'instance' ? [...entity.type.exports] : [])
  return {
    ...names,
    size,
    integrity,
    imports: [...imports].flatMap(([module, entity]) =>
      items(entity).map(([name, { sort }]) => ({ module, name, kind: sort })),
    ),
    exports: [...exports].map(([name, { sort }]) => ({ name, kind: sort })),
  }
}

/** Its core modules and those of the components in it, in their order. */
export function coreModules({ definitions }: Component): Module[] {
  return definitions.flatMap((definition) => {
    if (definition.kind === 'core module') return [definition.module]
    return definition.kind === 'component' ? coreModules(definition.component) : []
  })
}
