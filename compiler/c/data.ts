/** Data segments, as C definitions and as steps of instantiation. */
import { createHash } from 'node:crypto'
import { bytesLiteral } from './consts.ts'
import { constant } from './constant.ts'
import type { Scope } from './scope.ts'
import { contents, dataRuns } from './data-runs.ts'
import { threadLocal } from './threads.ts'

/** Larger ones are left to the assembler. */
export const MAX_LITERAL = 256

/** The name of a module's file of data. On some systems A.bin is a.bin, con.bin the terminal, and 255 bytes the limit. */
export function dataFile(symbol: string): string {
  const name = symbol.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `data-${name.length > 200 ? createHash('sha256').update(symbol).digest('hex') : name}.bin`
}

/** Bytes of the segments that do not stand in the C. */
export class DataPool {
  readonly file: string
  #parts: Uint8Array[] = []
  #size = 0

  constructor(file: string) {
    this.file = file
  }

  /** Where the bytes begin in the file. */
  add(bytes: Uint8Array): number {
    const start = this.#size
    this.#parts.push(bytes)
    this.#size += bytes.length
    return start
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

/** C definitions, and statements for the function that instantiates the module. */
export interface DataCode {
  definitions: string[]
  start: string[]
}

/** Everything about a module's data segments. `linkage` is that of what other chunks may refer to. */
export function dataCode(scope: Scope, pool: DataPool, linkage: string): DataCode {
  const code: DataCode = { definitions: [], start: [] }
  const { data } = scope.module
  const runs = dataRuns(scope.module)
  const copies: string[] = []
  runs?.forEach(({ target, bytes, isImage }, i) => {
    const name = scope.own(`data${i}`)
    const memory = scope.memory(0)
    if (isImage) {
      const place = `"${pool.file}", ${pool.add(bytes)}, ${bytes.length}, ${target}`
      code.definitions.push(`extern WASM_HIDDEN const u8 ${name}[];\nWASM_IMAGE(${name}, ${place});\n`)
      code.start.push(`start_image(&${memory}, ${target}u, ${name}, ${bytes.length}u);`)
    } else {
      code.definitions.push(define(name, bytes, pool, 'static '))
      copies.push(`__builtin_memcpy(${memory}.base + ${target}u, ${name}, ${bytes.length}u);`)
    }
  })
  // An image brings the zeros around it.
  code.start.push(...copies)
  data.forEach((segment, i) => {
    const name = scope.dataName(i)
    const size = segment.end - segment.start
    const used = scope.everUsed.data.has(i)
    if (used)
      code.definitions.push(
        `${linkage}${threadLocal(scope)}u32 ${scope.dataSize(i)} = ${segment.mode === 'passive' ? size : 0};\n`,
      )
    if (used || (segment.mode === 'active' && !runs))
      code.definitions.push(define(name, contents(scope.module, segment), pool, linkage))
    if (segment.mode === 'active' && !runs) {
      const { text } = constant(scope, segment.offset!)
      code.start.push(`start_data(&${scope.memory(segment.memory)}, ${text}, ${name}, ${size}u);`)
    }
  })
  return code
}

function define(name: string, bytes: Uint8Array, pool: DataPool, linkage: string): string {
  if (bytes.length > MAX_LITERAL) {
    return `extern WASM_HIDDEN const u8 ${name}[];\nWASM_DATA(${name}, "${pool.file}", ${pool.add(bytes)}, ${bytes.length});\n`
  }
  const lines: string[] = []
  for (let i = 0; i < bytes.length; i += 32) lines.push(`\n    ${bytesLiteral(bytes.subarray(i, i + 32))}`)
  return `${linkage}const u8 ${name}[] =${lines.join('') || ' ""'};\n`
}
