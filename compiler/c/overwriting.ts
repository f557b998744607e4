/**
 * Globals and places in memory that are written again before anyone reads them: what was written first has no use, and C
 * compilers drop it. Places are known by the expressions of their addresses.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { State } from './demand-state.ts'
import type { Flow } from './flow.ts'

interface Place {
  key: string
  from: number
  to: number
}

/** Operations in an address; those of larger ones are not compared. */
const MAX_DEPTH = 4
/** More places in one function are not told apart. */
const MAX_PLACES = 256

const PURE = /^i(32|64)\.(add|sub|mul|and|or|xor|shl|shr_[su]|extend_i32_[su])$/

export class Overwriting {
  /** A bit of {@link State.overwritten} for each mutable global that is written, then for each place. */
  readonly cells: number
  readonly #globals = new Map<number, number>()
  readonly #stores = new Map<number, { cell: number; covers: number[] }>()
  readonly #loads = new Map<number, number[]>()
  readonly #ofLocal = new Map<number, number[]>()
  readonly #ofGlobal = new Map<number, number[]>()

  constructor(instructions: readonly Instruction[], flow: Flow) {
    const places = new Map<string, Place & { cell: number; count: number }>()
    const stores: { at: number; id: string }[] = []
    const reads: { at: number; place: Place }[] = []
    for (let at = 0; at < instructions.length; at++) {
      if (flow.heights[at] < 0) continue
      const { op, index, memarg } = instructions[at]
      if (op.name === 'global.set' && !this.#globals.has(index!)) this.#globals.set(index!, this.#globals.size)
      if (op.imm !== 'memarg' || op.feature === 'threads') continue
      const text = key(instructions, flow, flow.left[at], 0)
      if (text === undefined) continue
      const from = Number(memarg!.offset)
      const place = { key: `${memarg!.memory}:${text}`, from, to: from + op.size! }
      if (op.results!.length > 0) reads.push({ at, place })
      else if (places.size < MAX_PLACES) {
        const id = `${place.key} ${place.from} ${place.to}`
        const known = places.get(id)
        const weight = flow.inLoop[at] ? 2 : 1
        if (known) known.count += weight
        else places.set(id, { ...place, cell: 0, count: weight })
        stores.push({ at, id })
      }
    }
    const byKey = new Map<string, (Place & { cell: number; count: number })[]>()
    for (const place of places.values()) byKey.set(place.key, [...(byKey.get(place.key) ?? []), place])
    let cells = this.#globals.size
    for (const group of byKey.values()) {
      // Written once, and not in a loop: by nothing again.
      if (group.length === 1 && group[0].count === 1) continue
      for (const place of group) place.cell = cells++
    }
    this.cells = cells
    for (const { at, id } of stores) {
      const place = places.get(id)!
      if (place.cell === 0 && place.count === 1 && byKey.get(place.key)!.length === 1) continue
      const covers = byKey.get(place.key)!.filter(({ from, to }) => from >= place.from && to <= place.to)
      this.#stores.set(at, { cell: place.cell, covers: covers.map(({ cell }) => cell) })
    }
    for (const { at, place } of reads) {
      const group = byKey.get(place.key)
      if (group === undefined || (group.length === 1 && group[0].count === 1)) continue
      const overlaps = group.filter(({ from, to }) => from < place.to && place.from < to)
      if (overlaps.length > 0)
        this.#loads.set(
          at,
          overlaps.map(({ cell }) => cell),
        )
    }
    for (const group of byKey.values()) {
      if (group.length === 1 && group[0].count === 1) continue
      const cellsOf = group.map(({ cell }) => cell)
      for (const [, kind, index] of group[0].key.matchAll(/([lg])(\d+)/g)) {
        const map = kind === 'l' ? this.#ofLocal : this.#ofGlobal
        map.set(Number(index), [...(map.get(Number(index)) ?? []), ...cellsOf])
      }
    }
  }

  /** Backward past a store: whether what it writes may be overwritten. */
  store({ overwritten }: State, at: number): boolean {
    const store = this.#stores.get(at)
    if (store === undefined) return false
    const before = has(overwritten, store.cell)
    for (const cell of store.covers) set(overwritten, cell)
    return before
  }

  load({ overwritten }: State, at: number): void {
    clear(overwritten, this.#loads.get(at))
  }

  setGlobal({ overwritten }: State, index: number): boolean {
    const cell = this.#globals.get(index)!
    const before = has(overwritten, cell)
    clear(overwritten, this.#ofGlobal.get(index))
    set(overwritten, cell)
    return before
  }

  getGlobal({ overwritten }: State, index: number): void {
    const cell = this.#globals.get(index)
    if (cell !== undefined) clear(overwritten, [cell])
  }

  /** An address with that local is another one before. */
  changeLocal({ overwritten }: State, index: number): void {
    clear(overwritten, this.#ofLocal.get(index))
  }

  /** Who is called may read everything. */
  call({ overwritten }: State): void {
    overwritten.fill(0)
  }
}

const has = (bits: Uint32Array, cell: number): boolean => ((bits[cell >>> 5] >>> (cell & 31)) & 1) === 1

function set(bits: Uint32Array, cell: number): void {
  bits[cell >>> 5] |= 1 << (cell & 31)
}

function clear(bits: Uint32Array, cells: readonly number[] | undefined): void {
  for (const cell of cells ?? []) bits[cell >>> 5] &= ~(1 << (cell & 31))
}

/** The expression of an address, as text; undefined if it is not one of locals, globals and constants. */
function key(instructions: readonly Instruction[], flow: Flow, at: number, depth: number): string | undefined {
  if (at < 0 || depth > MAX_DEPTH) return undefined
  const { op, index, value } = instructions[at]
  switch (op.name) {
    case 'local.get':
      return `l${index!}`
    case 'global.get':
      return `g${index!}`
    case 'i32.const':
    case 'i64.const':
      return `${value!}`
    default:
  }
  if (!PURE.test(op.name)) return undefined
  const left = key(instructions, flow, flow.left[at], depth + 1)
  const right = op.params!.length > 1 ? key(instructions, flow, flow.right[at], depth + 1) : ''
  return left === undefined || right === undefined ? undefined : `(${op.name.replace(/[lg]/g, '_')} ${left} ${right})`
}
