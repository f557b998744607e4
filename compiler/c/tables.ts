/**
 * How tables are represented. A table that nothing writes once the module is instantiated is constant data; if it is
 * small enough there is one array for each type of its functions, so that an indirect call checks no type. Other tables are
 * `struct wasm_table` of the runtime.
 */
import type { ConstExpr, Module } from '../wasm/module.ts'
import { isFuncref } from './types.ts'

export type TablePlan =
  | { kind: 'dynamic' }
  | {
      kind: 'constant'
      /** Function indices; undefined where the table holds null. */
      entries: (number | undefined)[]
      /** Types with an array of their own, as canonical indices. */
      views: ReadonlySet<number>
    }

/** Entries of all arrays of a table: 128 KiB. */
const MAX_VIEW_ENTRIES = 16384
/** Larger tables are not worth a look. */
const MAX_CONSTANT = 1 << 20

const DYNAMIC: TablePlan = { kind: 'dynamic' }

export function planTables(module: Module, canonical: readonly number[]): TablePlan[] {
  return module.tables.map((_, index) =>
    module.namedTables.has(index) ? DYNAMIC : constantPlan(module, index, canonical),
  )
}

/** The plan of a table as its declaration and the active segments make it. */
function constantPlan(module: Module, index: number, canonical: readonly number[]): TablePlan {
  const table = module.tables[index]
  const size = Number(table.type.min)
  if (table.import || table.init || !isFuncref(table.type.ref) || table.type.is64 || size > MAX_CONSTANT) return DYNAMIC
  if (module.exports.some((entry) => entry.kind === 'table' && entry.index === index)) return DYNAMIC
  const entries = new Array<number | undefined>(size).fill(undefined)
  for (const segment of module.elements) {
    if (segment.mode !== 'active' || segment.table !== index) continue
    const start = constantOffset(segment.offset!)
    // Segments out of bounds trap at run time, one after the other.
    if (start === undefined || start + segment.items.length > size) return DYNAMIC
    for (let i = 0; i < segment.items.length; i++) {
      const item = itemFunction(segment.items[i])
      if (item === undefined) return DYNAMIC
      entries[start + i] = item === null ? undefined : item
    }
  }
  const types = new Set(
    entries.filter((entry) => entry !== undefined).map((entry) => canonical[module.funcs[entry].typeIndex]),
  )
  return { kind: 'constant', entries, views: types.size * size <= MAX_VIEW_ENTRIES ? types : new Set() }
}

/** The value of an offset that is a plain constant. */
export function constantOffset(offset: ConstExpr): number | undefined {
  const [first, ...rest] = offset.filter(({ op }) => op.name !== 'end')
  return rest.length === 0 && first.op.name === 'i32.const' ? (first.value as number) >>> 0 : undefined
}

/** The function of an element, null for a null reference, undefined where it is known only at run time. */
export function itemFunction(item: number | ConstExpr): number | null | undefined {
  if (typeof item === 'number') return item
  const [first] = item
  if (first.op.name === 'ref.func') return first.index!
  return first.op.name === 'ref.null' ? null : undefined
}
