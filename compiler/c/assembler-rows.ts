/**
 * Tables of many functions as rows of a file that the assembler reads (`WASM_FUNCTION_ROWS`, `WASM_FUNCREF_ROWS`): it takes some
 * hundred bytes for a row, where a C compiler takes thousands for the row and the function's declaration.
 */
import { isPacked } from '../wasm/canonical-types.ts'
import type { DataFile } from './generated.ts'
import type { Scope } from './scope.ts'

/** From here on; fewer are C. */
export const MANY_ROWS = 1024

/**
 * Files of rows, called after their number: `data-hello.bin` → `data-hello.0.rows`. Each is a chunk of its own, as of 600,000 functions
 * the assembler takes half a gigabyte.
 */
export class RowFiles {
  readonly files: DataFile[] = []
  /** The C of the chunks, behind its preamble. */
  readonly definitions: string[] = []
  readonly #stem: string

  /** @param dataFile the module's file of data */
  constructor(dataFile: string) {
    this.#stem = dataFile.replace(/bin$/, '')
  }

  /** @param macro of ops/data.h, which defines `table` of rows */
  add(macro: string, table: string, rows: readonly string[]): void {
    const name = `${this.#stem}${this.files.length}.rows`
    this.files.push({ name, bytes: Buffer.from(rows.join('')) })
    this.definitions.push(`${macro}(${table}, "${name}");\n`)
  }
}

/**
 * The declaration of a constant array of references to functions, null where undefined; undefined where it is better C: for few, and for
 * functions whose types are told by an address in object files.
 */
export function funcrefRows(
  scope: Scope,
  files: RowFiles | undefined,
  table: string,
  functions: readonly (number | undefined)[],
): string | undefined {
  if (files === undefined || functions.length < MANY_ROWS) return undefined
  const rows: string[] = []
  for (const index of functions) {
    if (index === undefined) {
      rows.push('.quad 0, 0\n')
      continue
    }
    const identity = scope.functionIdentity(index)
    if (!isPacked(identity)) return undefined
    // Of what is imported C has to know, to compare its type with that of the export (links.ts).
    const name = scope.module.funcs[index].import ? scope.func(index) : scope.functions[index]
    rows.push(`wasm_row ${name}, 0x${identity.toString(16)}\n`)
  }
  files.add('WASM_FUNCREF_ROWS', table, rows)
  return `extern WASM_HIDDEN const funcref ${table}[${rows.length}];\n`
}
