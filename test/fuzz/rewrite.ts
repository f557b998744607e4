/**
 * Makes a module comparable. The specification leaves open which NaN an arithmetic instruction gives, so each is followed
 * by a call that makes it the canonical one; all other NaNs keep their bits. Memory 0 is exported, and vectors pass
 * through relaxed instructions.
 */
import { decodeBody } from '../../compiler/wasm/body.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { V128 } from '../../compiler/wasm/types.ts'
import { RELAXED_FUNCTIONS } from './relax.ts'

/** What memory 0 is exported as, beside names of its own. */
export const MEMORY_NAME = 'fuzz-memory'

const OPERATIONS =
  'add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote_f64|promote_f32|demote_f64x2_zero|promote_low_f32x4'
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

export function leb(value: number): number[] {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return [...bytes, value]
}

interface Section {
  id: number
  body: Uint8Array
}

/** An unsigned LEB128 and where it ends. */
export function number(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return [value >>> 0, at]
  }
}

export function sectionsOf(bytes: Uint8Array): Section[] {
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

export function makeComparable(module: Module): Comparable {
  return { relaxed: rewrite(module, 'relaxed'), plain: rewrite(module, 'plain') }
}

const call = (index: number): number[] => [0x10, ...leb(index)]

/** The code of the function with calls behind arithmetic instructions and those that give a vector. */
function comparableBody(module: Module, index: number, canonical: Map<string, number>, relaxed: number): number[] {
  const func = module.funcs[index]
  const { start, end } = func.body!
  const { instructions } = decodeBody(module, func)
  const code: number[] = []
  let copied = start
  instructions.forEach(({ op }, i) => {
    const helper = canonical.get(ARITHMETIC.exec(op.name)?.[1] ?? '')
    const relaxes = op.results?.[0] === V128
    if (helper === undefined && !relaxes) return
    const next = instructions[i + 1].offset
    code.push(...module.bytes.subarray(copied, next))
    if (helper !== undefined) code.push(...call(helper))
    if (relaxes) code.push(...call(relaxed + (i % RELAXED_FUNCTIONS.length)))
    copied = next
  })
  code.push(...module.bytes.subarray(copied, end))
  return [...leb(code.length), ...code]
}

/** A function from one value to another of its type: the type's byte, the declaration of locals, the code. */
interface Helper {
  type: number
  locals: number[]
  body: number[]
}

function rewrite(module: Module, form: keyof Comparable): Uint8Array {
  const sections = sectionsOf(module.bytes)
  const find = (id: number): Section => sections.find((section) => section.id === id) ?? insert(sections, id)
  const simd = module.features.has('simd')
  const kinds = Object.keys(CANONICAL).slice(0, simd ? 4 : 2)
  const canonical = new Map(kinds.map((kind, i) => [kind, module.funcs.length + i]))
  const helpers: Helper[] = kinds.map((kind) => ({ ...CANONICAL[kind], locals: [0] }))
  const relaxed = module.funcs.length + helpers.length
  for (const { [form]: body, shape } of simd ? RELAXED_FUNCTIONS : []) {
    const helper = canonical.get(shape)
    helpers.push({ type: 0x7b, locals: [1, 2, 0x7b], body: helper === undefined ? body : [...body, ...call(helper)] })
  }
  append(
    find(1),
    helpers.map(({ type }) => [0x60, 1, type, 1, type]),
  )
  append(
    find(3),
    helpers.map((_, i) => leb(module.types.length + i)),
  )
  if (module.memories.length > 0) {
    const name = [...Buffer.from(MEMORY_NAME)]
    append(find(7), [[...leb(name.length), ...name, 2, 0]])
  }
  const defined = module.funcs.filter((func) => !func.import)
  const bodies = defined.map(({ index }) => comparableBody(module, index, canonical, relaxed))
  for (const { locals, body } of helpers)
    bodies.push([...leb(locals.length + body.length + 1), ...locals, ...body, 0x0b])
  find(10).body = Uint8Array.from([...leb(bodies.length), ...bodies.flat()])
  const all = sections.flatMap(({ id, body }) => [id, ...leb(body.length), ...body])
  return Uint8Array.from([...module.bytes.subarray(0, 8), ...all])
}
