/** Which components have tasks, and are linked as such (spec: component model, Concurrency.md). */
import type { CanonOption, Component, Definition, TypeDefinition } from '../definitions.ts'

/** Whether something in it, or in a component in it, is asynchronous. */
export const hasTasks = ({ definitions }: Component): boolean => definitions.some(isAsync)

const hasOption = (options: readonly CanonOption[]): boolean => options.some(({ kind }) => kind === 'async')

function isAsync(definition: Definition): boolean {
  switch (definition.kind) {
    case 'component':
      return hasTasks(definition.component)
    case 'import':
      return /@0\.3\./.test(definition.name.name)
    case 'type':
      return isAsyncType(definition.type)
    case 'canon': {
      const { canon } = definition
      if (canon.kind === 'builtin') return true
      return (canon.kind === 'lift' || canon.kind === 'lower') && hasOption(canon.options)
    }
    default:
      return false
  }
}

function isAsyncType(type: TypeDefinition): boolean {
  if (type.kind === 'func') return type.async
  if (type.kind === 'component' || type.kind === 'instance') return type.declarations.some(isAsync)
  return type.kind === 'stream' || type.kind === 'future'
}
