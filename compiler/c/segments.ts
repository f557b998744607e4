/** Data and element segments, as C definitions and as steps of instantiation. */
import type { DataSegment, ElementSegment } from '../wasm/module.ts'
import { bytesLiteral } from './consts.ts'
import { constant, initializer } from './constant.ts'
import type { Scope } from './scope.ts'
import { cType, typeId } from './types.ts'

/** Larger ones are left to the assembler. */
export const MAX_LITERAL = 256

/** Bytes of the segments that do not stand in the C, and where each begins in them. */
export class DataPool {
  readonly file: string
  #parts: Uint8Array[] = []
  #size = 0

  constructor(file: string) {
    this.file = file
  }

  add(bytes: Uint8Array): number {
    const start = this.#size
    this.#parts.push(bytes)
    this.#size += bytes.length
    return start
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }
}

/** Definitions of a data segment; `used` if an instruction names it, `hidden` is the linkage. */
export function dataDefinition(scope: Scope, index: number, pool: DataPool, hidden: string, used: boolean): string {
  const segment = scope.module.data[index]
  const name = `${scope.symbol}_d${index}`
  const size = segment.end - segment.start
  let text = ''
  if (used) text += `${hidden}u32 ${name}_size = ${segment.mode === 'passive' ? size : 0};\n`
  if (size === 0) return `${text}${hidden}const u8 ${name}[1];\n`
  const bytes = scope.module.bytes.subarray(segment.start, segment.end)
  if (size > MAX_LITERAL) {
    return `${text}extern WASM_HIDDEN const u8 ${name}[];\nWASM_DATA(${name}, "${pool.file}", ${pool.add(bytes)}, ${size});\n`
  }
  const lines: string[] = []
  for (let i = 0; i < size; i += 32) lines.push(`\n    ${bytesLiteral(bytes.subarray(i, i + 32))}`)
  return `${text}${hidden}const u8 ${name}[] =${lines.join('')};\n`
}

/** The statement that copies an active segment. */
export function startData(scope: Scope, segment: DataSegment, index: number): string {
  const { text } = constant(scope, segment.offset!)
  return `start_data(&${scope.memory(segment.memory)}, ${text}, ${scope.symbol}_d${index}, ${segment.end - segment.start}u);`
}

/** An element of a segment: C text, whether it is a static initial value. */
function item(scope: Scope, entry: ElementSegment['items'][number], type: number): { text: string; static: boolean } {
  if (typeof entry === 'number') {
    return { text: `{(wasm_code)${scope.func(entry)}, ${typeId(scope.module.funcs[entry].type)}}`, static: true }
  }
  const value = constant(scope, entry)
  return { text: value.static ? initializer(value.text, type) : value.text, static: value.static }
}

/** Definitions of an element segment. */
export function elementDefinition(scope: Scope, index: number, hidden: string, used: boolean): string {
  const segment = scope.module.elements[index]
  const name = `${scope.symbol}_e${index}`
  const items = segment.items.map((entry) => item(scope, entry, segment.type))
  let text = ''
  if (used) text += `${hidden}u32 ${name}_size = ${segment.mode === 'passive' ? items.length : 0};\n`
  if (segment.mode === 'declarative' && !used) return ''
  const constants = items.every((entry) => entry.static)
  if (items.length === 0 || !constants) return `${text}${hidden}${cType(segment.type)} ${name}[${Math.max(items.length, 1)}];\n`
  return `${text}${hidden}const ${cType(segment.type)} ${name}[] = {\n${items.map((entry) => `    ${entry.text},\n`).join('')}};\n`
}

/** The statements that evaluate the elements of a segment that are not static, and copy it if it is active. */
export function startElements(scope: Scope, segment: ElementSegment, index: number): string[] {
  const name = `${scope.symbol}_e${index}`
  const lines: string[] = []
  const items = segment.items.map((entry) => (typeof entry === 'number' ? undefined : constant(scope, entry)))
  if (items.some((entry) => entry?.static === false)) {
    items.forEach((entry, i) => {
      const text = entry?.text ?? `FUNCREF(${scope.func(segment.items[i] as number)}, ${typeId(scope.module.funcs[segment.items[i] as number].type)})`
      lines.push(`${name}[${i}] = ${text};`)
    })
  }
  if (segment.mode === 'active') {
    const { text } = constant(scope, segment.offset!)
    lines.push(`start_elements(&${scope.table(segment.table)}, ${text}, ${name}, ${segment.items.length}u);`)
  }
  return lines
}
