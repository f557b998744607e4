/** Data segments, as C definitions and as steps of instantiation. */
import { createHash } from 'node:crypto'
import { bytesLiteral } from './consts.ts'
import { constant } from './constant.ts'
import type { Scope } from './scope.ts'
import { contents, dataRuns } from './data-runs.ts'
import { constantOffset } from './tables.ts'
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
  const runs = dataRuns(scope.module)
  const copies = new Copies(scope, pool, code)
  runs?.forEach(({ target, bytes, isImage }, i) => {
    if (!isImage) return copies.add({ memory: 0, target, bytes, fits: true })
    const name = scope.own(`image${i}`)
    const place = `"${pool.file}", ${pool.add(bytes)}, ${bytes.length}, ${target}`
    code.definitions.push(`extern WASM_HIDDEN const u8 ${name}[];\nWASM_IMAGE(${name}, ${place});\n`)
    code.start.push(`start_image(&${scope.memory(0)}, ${target}u, ${name}, ${bytes.length}u);`)
  })
  scope.module.data.forEach((segment, i) => {
    const bytes = contents(scope.module, segment)
    if (scope.everUsed.data.has(i)) {
      const size = segment.mode === 'passive' ? bytes.length : 0
      code.definitions.push(`${linkage}${threadLocal(scope)}u32 ${scope.dataSize(i)} = ${size};\n`)
      code.definitions.push(define(scope.dataName(i), bytes, pool, linkage))
    }
    if (segment.mode !== 'active' || runs) return
    const target = constantOffset(scope.module, segment.offset!) ?? constant(scope, segment.offset!).text
    copies.add({ memory: segment.memory, target, bytes })
  })
  // An image brings the zeros around it, so it comes first.
  copies.end()
  return code
}

interface Copy {
  memory: number
  /** A number, or the C of what is known when the program starts. */
  target: number | string
  bytes: Uint8Array
  /** Whether it is known to lie in the memory. */
  fits?: boolean
}

/** As many copies in a row are statements; more are a table, which takes C compilers no time. */
const MAX_STATEMENTS = 64

/** What is copied to memories when the module is instantiated, in the order of the segments. */
class Copies {
  readonly #scope: Scope
  readonly #pool: DataPool
  readonly #code: DataCode
  #row: Copy[] = []
  #count = 0

  constructor(scope: Scope, pool: DataPool, code: DataCode) {
    this.#scope = scope
    this.#pool = pool
    this.#code = code
  }

  add(copy: Copy): void {
    if (typeof copy.target === 'string' || (this.#row.length > 0 && this.#row[0].memory !== copy.memory)) this.end()
    this.#row.push(copy)
    if (typeof copy.target === 'string') this.end()
  }

  /** Writes what was added since the last time. */
  end(): void {
    const row = this.#row
    this.#row = []
    if (row.length > MAX_STATEMENTS) return this.#table(row)
    for (const { memory, target, bytes, fits } of row) {
      const name = this.#scope.own(`data${this.#count++}`)
      const text = typeof target === 'number' ? `${target}u` : target
      this.#code.definitions.push(define(name, bytes, this.#pool, 'static '))
      const place = this.#scope.memory(memory)
      this.#code.start.push(
        fits
          ? `__builtin_memcpy(${place}.base + ${text}, ${name}, ${bytes.length}u);`
          : `start_data(&${place}, ${text}, ${name}, ${bytes.length}u);`,
      )
    }
  }

  #table(row: readonly Copy[]): void {
    const rows = new DataView(new ArrayBuffer(row.length * ROW_BYTES))
    row.forEach(({ target, bytes }, i) => {
      rows.setBigUint64(i * ROW_BYTES, BigInt(target), true)
      rows.setBigUint64(i * ROW_BYTES + ROW_BYTES / 2, BigInt(bytes.length), true)
    })
    const number = this.#count++
    const table = this.#scope.own(`segments${number}`)
    const data = this.#scope.own(`data${number}`)
    const bytes = Buffer.concat(row.map((copy) => copy.bytes))
    this.#code.definitions.push(
      `extern WASM_HIDDEN const struct wasm_segment ${table}[];\n${this.#array(table, new Uint8Array(rows.buffer))}`,
      `extern WASM_HIDDEN const u8 ${data}[];\n${this.#array(data, bytes)}`,
    )
    this.#code.start.push(`start_segments(&${this.#scope.memory(row[0].memory)}, ${table}, ${row.length}u, ${data});`)
  }

  #array(name: string, bytes: Uint8Array): string {
    return `WASM_DATA(${name}, "${this.#pool.file}", ${this.#pool.add(bytes)}, ${bytes.length});\n`
  }
}

/** Of `struct wasm_segment`. */
const ROW_BYTES = 16

function define(name: string, bytes: Uint8Array, pool: DataPool, linkage: string): string {
  if (bytes.length > MAX_LITERAL) {
    return `extern WASM_HIDDEN const u8 ${name}[];\nWASM_DATA(${name}, "${pool.file}", ${pool.add(bytes)}, ${bytes.length});\n`
  }
  const lines: string[] = []
  for (let i = 0; i < bytes.length; i += 32) lines.push(`\n    ${bytesLiteral(bytes.subarray(i, i + 32))}`)
  return `${linkage}const u8 ${name}[] =${lines.join('') || ' ""'};\n`
}
