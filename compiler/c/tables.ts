/**
 * How tables are represented. A table that nothing writes once the module is instantiated is constant data; if it is
 * small enough there is one array for each type of its functions, so that an indirect call checks no type. Other tables are
 * `struct wasm_table` of the runtime.
 */
import { constantValue } from '../wasm/constant-value.ts'
import type { ConstExpr, ElementSegment, Module } from '../wasm/module.ts'
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

/** Entries of all arrays of a table, 128 KiB, and of all tables: a few bytes declare a table of a thousand entries. */
const MAX_VIEW_ENTRIES = 16384
const MAX_ALL_VIEW_ENTRIES = 4 * MAX_VIEW_ENTRIES
/** Larger tables are not worth a look. */
const MAX_CONSTANT = 1 << 20

/** Larger tables are constant only where they are not mostly empty, and so are all when so many entries are in those that are. */
const MIN_SPARSE = 1024
const MAX_ALL_SPARSE = 64 * MIN_SPARSE

/** What constant tables may still take. */
interface Room {
  views: number
  sparse: number
}

const DYNAMIC: TablePlan = { kind: 'dynamic' }

/** @param typeOf the type of a function, as a canonical index */
export function planTables(module: Module, typeOf: (func: number) => number): TablePlan[] {
  const exported = new Set(module.exports.filter(({ kind }) => kind === 'table').map(({ index }) => index))
  const segments: ElementSegment[][] = module.tables.map(() => [])
  for (const segment of module.elements) if (segment.mode === 'active') segments[segment.table].push(segment)
  const room: Room = { views: MAX_ALL_VIEW_ENTRIES, sparse: MAX_ALL_SPARSE }
  return module.tables.map((_, index) =>
    module.namedTables.has(index) || exported.has(index)
      ? DYNAMIC
      : constantPlan(module, index, segments[index], typeOf, room),
  )
}

/** The plan of a table as its declaration and the active segments make it. */
function constantPlan(
  module: Module,
  index: number,
  segments: readonly ElementSegment[],
  typeOf: (func: number) => number,
  room: Room,
): TablePlan {
  const table = module.tables[index]
  const size = Number(table.type.min)
  if (table.import || table.init || !isFuncref(table.type.ref) || table.type.is64 || size > MAX_CONSTANT) return DYNAMIC
  // A few bytes declare a million entries: most must have an element.
  const filled = segments.reduce((sum, { items }) => sum + items.length, 0)
  const isSparse = size > 4 * filled
  if (isSparse && size > Math.min(MIN_SPARSE, room.sparse)) return DYNAMIC
  if (isSparse) room.sparse -= size
  const entries = new Array<number | undefined>(size).fill(undefined)
  for (const segment of segments) {
    const start = constantOffset(module, segment.offset!)
    // Segments out of bounds trap at run time, one after the other.
    if (start === undefined || start + segment.items.length > size) return DYNAMIC
    for (let i = 0; i < segment.items.length; i++) {
      const item = itemFunction(segment.items[i])
      if (item === undefined) return DYNAMIC
      entries[start + i] = item === null ? undefined : item
    }
  }
  const types = new Set(entries.filter((entry) => entry !== undefined).map(typeOf))
  const viewed = types.size * size
  if (viewed > Math.min(MAX_VIEW_ENTRIES, room.views)) return { kind: 'constant', entries, views: new Set() }
  room.views -= viewed
  return { kind: 'constant', entries, views: types }
}

/** The value of an offset of 32 bits, where the module alone decides it. */
export function constantOffset(module: Module, offset: ConstExpr): number | undefined {
  const value = constantValue(module, offset)
  return typeof value === 'number' ? value >>> 0 : undefined
}

/** The function of an element, null for a null reference, undefined where it is known only at run time. */
export function itemFunction(item: number | ConstExpr): number | null | undefined {
  if (typeof item === 'number') return item
  const [first] = item
  if (first.op.name === 'ref.func') return first.index!
  return first.op.name === 'ref.null' ? null : undefined
}
