/** Types of functions as text, equal for equal types and for no others. */
import type { FuncType, Resource, ValType } from './types.ts'

/** @param nameOf what a resource type is called, which no other one is */
export function signatureText({ async, params, result }: FuncType, nameOf: (resource: Resource) => string): string {
  const value = (type: ValType): string => valueText(type, nameOf)
  const list = params.map(({ name, type }) => `${name}: ${value(type)}`).join(', ')
  return `${async ? 'async ' : ''}func(${list})${result ? ` -> ${value(result)}` : ''}`
}

/** The same for equal types of values, and for no others. */
export function valueText(type: ValType, nameOf: (resource: Resource) => string): string {
  const text = (part: ValType): string => valueText(part, nameOf)
  const maybe = (part: ValType | undefined): string => (part ? text(part) : '_')
  switch (type.kind) {
    case 'primitive':
      return type.primitive
    case 'record':
      return `record {${type.fields.map((field) => `${field.name}: ${text(field.type)}`).join(', ')}}`
    case 'variant':
      return `variant {${type.cases.map((item) => `${item.name}(${maybe(item.type)})`).join(', ')}}`
    case 'list':
      return `list<${text(type.element)}${type.length === undefined ? '' : `, ${type.length}`}>`
    case 'map':
      return `map<${text(type.key)}, ${text(type.value)}>`
    case 'tuple':
      return `tuple<${type.types.map(text).join(', ')}>`
    case 'flags':
    case 'enum':
      return `${type.kind} {${type.labels.join(', ')}}`
    case 'option':
      return `option<${text(type.type)}>`
    case 'result':
      return `result<${maybe(type.ok)}, ${maybe(type.error)}>`
    case 'own':
    case 'borrow':
      return `${type.kind}<${nameOf(type.of.resource)}>`
    case 'stream':
    case 'future':
      return `${type.kind}<${maybe(type.element)}>`
  }
}
