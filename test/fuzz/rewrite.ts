/**
 * Makes a module comparable. The specification leaves open which NaN an arithmetic instruction gives, so each is followed
 * by a call that makes it the canonical one; all other NaNs keep their bits. Memory 0 is exported, and some vector
 * instructions become relaxed ones.
 */
import { decodeBody } from '../../compiler/wasm/body.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { encode, PLAIN_FUNCTIONS, plainOf, relaxedAt } from './relax.ts'

/** What memory 0 is exported as, beside names of its own. */
export const MEMORY_NAME = 'fuzz-memory'

const OPERATIONS =
  'add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote_f64|promote_f32|demote_f64x2_zero|promote_low_f32x4|' +
  'relaxed_min|relaxed_max|relaxed_madd|relaxed_nmadd'
const ARITHMETIC = new RegExp(`^(f32|f64|f32x4|f64x2)\\.(?:${OPERATIONS})$`)

const GET = [0x20, 0]
const zeros = (count: number): number[] => new Array<number>(count).fill(0)
const NAN_32 = [0, 0, 0xc0, 0x7f]
const NAN_64 = [...zeros(6), 0xf8, 0x7f]

/** For each type: its byte, and the function that replaces NaNs. */
const CANONICAL: Record<string, { type: number; body: number[] }> = {
  f32: { type: 0x7d, body: [...GET, 0x43, ...NAN_32, ...GET, ...GET, 0x5b, 0x1b] },
  f64: { type: 0x7c, body: [...GET, 0x44, ...NAN_64, ...GET, ...GET, 0x61, 0x1b] },
  f32x4: {
    type: 0x7b,
    body: [...GET, 0xfd, 12, ...NAN_32, ...NAN_32, ...NAN_32, ...NAN_32, ...GET, ...GET, 0xfd, 0x41, 0xfd, 0x52],
  },
  f64x2: { type: 0x7b, body: [...GET, 0xfd, 12, ...NAN_64, ...NAN_64, ...GET, ...GET, 0xfd, 0x47, 0xfd, 0x52] },
}

function leb(value: number): number[] {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return [...bytes, value]
}

interface Section {
  id: number
  body: Uint8Array
}

/** An unsigned LEB128 and where it ends. */
function number(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, at]
  }
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = []
  for (let at = 8; at < bytes.length;) {
    const [size, start] = number(bytes, at + 1)
    sections.push({ id: bytes[at], body: bytes.subarray(start, start + size) })
    at = start + size
  }
  return sections
}

/** Ids in the order in which sections stand; custom sections (0) may be anywhere. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

/** Adds an empty section. */
function insert(sections: Section[], id: number): Section {
  const added = { id, body: Uint8Array.of(0) }
  const later = sections.findIndex((section) => ORDER.indexOf(section.id) > ORDER.indexOf(id))
  sections.splice(later < 0 ? sections.length : later, 0, added)
  return added
}

/** A section's vector with more items. */
function append(section: Section, items: number[][]): void {
  const [count, start] = number(section.body, 0)
  section.body = Uint8Array.from([...leb(count + items.length), ...section.body.subarray(start), ...items.flat()])
}

/** Both forms of a module. */
export interface Comparable {
  /** With relaxed instructions: for our compiler. */
  relaxed: Uint8Array
  /** With the plain ones that they stand for: for the peer. */
  plain: Uint8Array
}

/** The code of the function with a call behind every arithmetic instruction. `helpers`: functions by what they do. */
function comparableBody(
  module: Module,
  index: number,
  helpers: ReadonlyMap<string, number>,
  relaxes: boolean,
): number[] {
  const func = module.funcs[index]
  const { start, end } = func.body!
  const { instructions } = decodeBody(module, func)
  const code: number[] = []
  let copied = start
  const call = (helper: number): number[] => [0x10, ...leb(helper)]
  instructions.forEach(({ op, offset }, i) => {
    const relaxed = relaxedAt(op, i)
    const canonical = helpers.get(ARITHMETIC.exec((relaxed ?? op).name)?.[1] ?? '')
    if (relaxed === undefined && canonical === undefined) return
    const next = instructions[i + 1].offset
    code.push(...module.bytes.subarray(copied, relaxed ? offset : next))
    if (relaxed) {
      const plain = helpers.get(relaxed.name)
      if (relaxes) code.push(...encode(relaxed))
      else code.push(...(plain === undefined ? encode(plainOf(relaxed)) : call(plain)))
    }
    if (canonical !== undefined) code.push(...call(canonical))
    copied = next
  })
  code.push(...module.bytes.subarray(copied, end))
  return [...leb(code.length), ...code]
}

/** Functions that are added to a module. */
interface Helper {
  name: string
  params: number[]
  body: number[]
}

const V128 = 0x7b
const HELPERS: Helper[] = [
  ...Object.entries(CANONICAL).map(([name, { type, body }]) => ({ name, params: [type], body })),
  ...[...PLAIN_FUNCTIONS].map(([name, body]) => ({ name, params: operands(name), body })),
]

function operands(name: string): number[] {
  return new Array<number>(name.includes('dot') && !name.includes('add') ? 2 : 3).fill(V128)
}

/** The bytes of the comparable module. */
export function makeComparable(module: Module): Comparable {
  return { relaxed: rewrite(module, true), plain: rewrite(module, false) }
}

function rewrite(module: Module, relaxes: boolean): Uint8Array {
  const sections = sectionsOf(module.bytes)
  const find = (id: number): Section => sections.find((section) => section.id === id) ?? insert(sections, id)
  const added = module.features.has('simd') ? HELPERS : HELPERS.slice(0, 2)
  const helpers = new Map(added.map(({ name }, i) => [name, module.funcs.length + i]))
  append(
    find(1),
    added.map(({ params }) => [0x60, params.length, ...params, 1, params[0]]),
  )
  append(
    find(3),
    added.map((_, i) => leb(module.types.length + i)),
  )
  if (module.memories.length > 0) {
    const name = [...Buffer.from(MEMORY_NAME)]
    append(find(7), [[...leb(name.length), ...name, 2, 0]])
  }
  const defined = module.funcs.filter((func) => !func.import)
  const bodies = defined.map(({ index }) => comparableBody(module, index, helpers, relaxes))
  const addedBodies = added.map(({ body }) => [...leb(body.length + 2), 0, ...body, 0x0b])
  find(10).body = Uint8Array.from([...leb(bodies.length + added.length), ...[...bodies, ...addedBodies].flat()])
  const all = sections.flatMap(({ id, body }) => [id, ...leb(body.length), ...body])
  return Uint8Array.from([...module.bytes.subarray(0, 8), ...all])
}
