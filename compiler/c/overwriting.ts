/**
 * Globals and places in memory that are written again before anyone reads them: what was written first has no use, and C
 * compilers drop it. Places are known by the expressions of their addresses.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import type { State } from './demand-state.ts'
import type { Flow } from './flow.ts'

interface Place {
  /** The memory and the expression of the address. */
  key: string
  from: number
  to: number
  /** Stores to it; one in a loop counts as two. */
  count: number
  cell: number
}

/** Operations in an address; those of larger ones are not compared. */
const MAX_DEPTH = 3
/** More places in one function are not told apart. */
const MAX_PLACES = 256

const PURE = opcodes.map(({ name }) => /^i(32|64)\.(add|sub|mul|and|or|xor|shl|shr_[su]|extend_i32_[su])$/.test(name))
const ACCESS = opcodes.map(({ imm, feature }) => imm === 'memarg' && feature !== 'threads')

export class Overwriting {
  /** A mark of {@link State} for each global that is written, then for each place that another store covers. */
  readonly cells: number
  readonly #globals = new Map<number, number>()
  /** Of a store: its own cell, -1 if nothing covers it, and those it covers. */
  readonly #stores = new Map<number, { cell: number; covers: number[] }>()
  readonly #loads = new Map<number, number[]>()
  /** Cells whose address is made of a local or a global. */
  readonly #ofLocal = new Map<number, number[]>()
  readonly #ofGlobal = new Map<number, number[]>()

  constructor(instructions: readonly Instruction[], flow: Flow) {
    for (const at of flow.globalSets) {
      const { index } = instructions[at]
      if (!this.#globals.has(index!)) this.#globals.set(index!, this.#globals.size)
    }
    const groups = new Map<string, Place[]>()
    const stores: { at: number; place: Place }[] = []
    for (const at of flow.accesses) {
      if (instructions[at].op.results!.length > 0 || stores.length >= MAX_PLACES) continue
      const place = placeOf(instructions, flow, at)
      if (place === undefined) continue
      const group = groups.get(place.key)
      const known = group?.find(({ from, to }) => from === place.from && to === place.to)
      if (known) known.count += place.count
      else if (group) group.push(place)
      else groups.set(place.key, [place])
      stores.push({ at, place: known ?? place })
    }
    this.cells = this.#globals.size
    for (const group of groups.values())
      for (const place of group)
        if (place.count > 1 || group.some((other) => other !== place && covers(other, place))) place.cell = this.cells++
    if (this.cells === this.#globals.size) return
    for (const { at, place } of stores) {
      const covered = groups.get(place.key)!.filter((other) => other.cell >= 0 && covers(place, other))
      if (covered.length > 0) this.#stores.set(at, { cell: place.cell, covers: covered.map(({ cell }) => cell) })
    }
    for (const at of flow.accesses) {
      if (instructions[at].op.results!.length === 0) continue
      const read = placeOf(instructions, flow, at)
      const group = read && groups.get(read.key)
      const cells = group?.filter(({ cell, from, to }) => cell >= 0 && from < read!.to && read!.from < to)
      if (cells && cells.length > 0)
        this.#loads.set(
          at,
          cells.map(({ cell }) => cell),
        )
    }
    for (const [key, group] of groups) {
      const cells = group.map(({ cell }) => cell).filter((cell) => cell >= 0)
      if (cells.length === 0) continue
      for (const [, kind, index] of key.matchAll(/([lg])(\d+)/g)) {
        const map = kind === 'l' ? this.#ofLocal : this.#ofGlobal
        map.set(Number(index), [...(map.get(Number(index)) ?? []), ...cells])
      }
    }
  }

  /** Backward past a store: whether what it writes may be overwritten. */
  store(state: State, at: number): boolean {
    const store = this.#stores.get(at)
    if (store === undefined) return false
    const before = store.cell >= 0 && state.isMarked(store.cell)
    for (const cell of store.covers) state.mark(cell)
    return before
  }

  load(state: State, at: number): void {
    state.unmark(this.#loads.get(at))
  }

  setGlobal(state: State, index: number): boolean {
    const cell = this.#globals.get(index)!
    const before = state.isMarked(cell)
    state.unmark(this.#ofGlobal.get(index))
    state.mark(cell)
    return before
  }

  getGlobal(state: State, index: number): void {
    const cell = this.#globals.get(index)
    if (cell !== undefined) state.unmark([cell])
  }

  /** An address with that local is another one before. */
  changeLocal(state: State, index: number): void {
    state.unmark(this.#ofLocal.get(index))
  }

  /** Who is called may read everything. */
  call(state: State): void {
    state.unmarkAll()
  }
}

const covers = (a: Place, b: Place): boolean => a.from <= b.from && b.to <= a.to

function placeOf(instructions: readonly Instruction[], flow: Flow, at: number): Place | undefined {
  const { op, memarg } = instructions[at]
  if (!ACCESS[op.id]) return undefined
  const text = key(instructions, flow, flow.left[at], 0)
  if (text === undefined) return undefined
  const from = Number(memarg!.offset)
  return { key: `${memarg!.memory}:${text}`, from, to: from + op.size!, count: flow.inLoop.has(at) ? 2 : 1, cell: -1 }
}

/** The expression of an address, as text; undefined if it is not one of locals, globals and constants. */
function key(instructions: readonly Instruction[], flow: Flow, at: number, depth: number): string | undefined {
  if (at < 0 || depth > MAX_DEPTH) return undefined
  const { op, index, value } = instructions[at]
  switch (op.imm) {
    case 'local':
      return op.name === 'local.get' ? `l${index!}` : undefined
    case 'global':
      return `g${index!}`
    case 'i32':
    case 'i64':
      return `${value!}`
    default:
  }
  if (!PURE[op.id]) return undefined
  const left = key(instructions, flow, flow.left[at], depth + 1)
  const right = left === undefined || op.params!.length < 2 ? '' : key(instructions, flow, flow.right[at], depth + 1)
  return left === undefined || right === undefined ? undefined : `(${op.id} ${left} ${right})`
}
