/** Element segments, as C definitions and as steps of instantiation. */
import type { ElementSegment } from '../wasm/module.ts'
import { funcrefRows, type RowFiles } from './assembler-rows.ts'
import { constant, functionReference, initializer } from './constant.ts'
import type { Scope } from './scope.ts'
import { threadLocal } from './threads.ts'
import { cType } from './types.ts'

/** An element of a segment: C text, whether it is a static initial value. */
function item(scope: Scope, entry: ElementSegment['items'][number], type: number): { text: string; static: boolean } {
  if (typeof entry === 'number') {
    return {
      text: `{(wasm_code)${scope.func(entry)}, ${scope.functionId(entry)}}`,
      static: true,
    }
  }
  const value = constant(scope, entry)
  return { text: value.static ? initializer(value.text, type) : value.text, static: value.static }
}

/** Definitions of an element segment. */
export function elementDefinition(
  scope: Scope,
  index: number,
  hidden: string,
  used: boolean,
  files: RowFiles | undefined,
): string {
  const segment = scope.module.elements[index]
  const name = scope.elementName(index)
  let text = ''
  if (used)
    text += `${hidden}${threadLocal(scope)}u32 ${scope.elementCount(index)} = ${segment.mode === 'passive' ? segment.items.length : 0};\n`
  if (segment.mode === 'declarative' && !used) return ''
  if (segment.items.every((entry) => typeof entry === 'number')) {
    const byAssembler = funcrefRows(scope, files, name, segment.items)
    if (byAssembler !== undefined) return text + byAssembler
  }
  const items = segment.items.map((entry) => item(scope, entry, segment.type))
  const constants = items.every((entry) => entry.static)
  if (items.length === 0 || !constants)
    return `${text}${hidden}${cType(segment.type)} ${name}[${Math.max(items.length, 1)}];\n`
  return `${text}${hidden}const ${cType(segment.type)} ${name}[] = {\n${items.map((entry) => `    ${entry.text},\n`).join('')}};\n`
}

/** The statements that evaluate the elements of a segment that are not static, and copy it if it is active. */
export function startElements(scope: Scope, segment: ElementSegment, index: number): string[] {
  const name = scope.elementName(index)
  const lines: string[] = []
  const items = segment.items.map((entry) => (typeof entry === 'number' ? undefined : constant(scope, entry)))
  if (items.some((entry) => entry?.static === false)) {
    items.forEach((entry, i) => {
      const text = entry?.text ?? functionReference(scope, segment.items[i] as number)
      lines.push(`${name}[${i}] = ${text};`)
    })
  }
  if (segment.mode === 'active') {
    // Validation says so; what is copied depends on it.
    if (cType(scope.module.tables[segment.table].type.ref) !== cType(segment.type))
      throw new Error(`segment ${index} has elements of another kind than its table`)
    const { text } = constant(scope, segment.offset!)
    lines.push(`start_elements(&${scope.table(segment.table)}, ${text}, ${name}, ${segment.items.length}u);`)
  }
  return lines
}
