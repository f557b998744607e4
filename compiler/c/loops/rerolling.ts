/**
 * Loops rolled up again. Compilers to wasm unroll loops, and no vectorizer knows such a one: what it could take in one vector
 * are different statements to it. A loop whose iteration is a shorter one several times over, with counters that have moved
 * on by as much each time, becomes the shorter one. It does the same accesses and operations in the same order, but for
 * loads that are added to integers and stores of what is known before, whose order does not matter. Besides counters, an iteration
 * may hand on what it loaded: a[i] is a[i - 1] in the next one. Where there is an odd number of short iterations, compilers let the
 * loop end behind some of the copies.
 */
import { I64 } from '../../wasm/types.ts'
import { Copies, MAX_PARTS } from './copies.ts'
import type { Iteration, Store } from './straight-loop.ts'
import { constantOf, localsOf, partsOf, type Local, type Term, type Terms } from './terms.ts'
import type { NewLocals } from './writing.ts'

/** What a long iteration does several times over. */
export interface Rolled {
  iteration: Iteration
  way: Way
  /** Of a loop with an exit: locals that are set behind it, by those that there are where the last iteration begins. */
  exit: ReadonlyMap<number, Term> | undefined
}

/** How far it is to the end of a loop before its first iteration, and how far an iteration goes. */
export interface Way {
  distance: Term
  step: bigint
}

/**
 * The shortest iteration that the given one is made of, undefined if that is itself.
 * @param locals may get some
 */
export function roll(terms: Terms, long: Iteration, locals: NewLocals): Rolled | undefined {
  const iteration = upwards(long)
  const { stores } = iteration
  const counters = countersOf(iteration)
  const exit = exitOf(terms, iteration, counters)
  if (exit === undefined) return undefined
  const { difference, growth } = exit
  const handedOn = localsHandedOn(iteration, counters)
  for (let times = stores.length || partsOfSums(iteration); times > 1; times--) {
    if (stores.length % times !== 0 || growth % BigInt(times) !== 0n) continue
    const copies = new Copies(terms, iteration, counters, handedOn, times)
    const first = copies.first(locals)
    if (first === undefined) continue
    const back = (growth / BigInt(times)) * BigInt(1 - copies.beforeExit)
    const condition = terms.add(difference, terms.integer(difference.type, back), 1n)
    return { iteration: { ...first, condition }, way: wayOf(terms, exit), exit: copies.atExit }
  }
  return undefined
}

/** Stores of constants and the like from the lowest address up, as far as they are apart: compilers write them in any order. */
function upwards(iteration: Iteration): Iteration {
  const { stores, loads, exit } = iteration
  if (loads.size > 0 || exit !== undefined || stores.length < 2) return iteration
  const placeOf = ({ address, memarg }: Store): string =>
    `${memarg.memory} ${memarg.offset} ${[...partsOf(address)].map(([part, factor]) => `${factor}*${part.id}`).join(' ')}`
  const sorted = stores.toSorted((a, b) => Number(constantOf(a.address) - constantOf(b.address)))
  // Addresses wrap around: behind the last comes the first.
  const isApart = sorted.every(({ address, op }, i) => {
    const next = sorted[(i + 1) % sorted.length]
    return BigInt.asUintN(32, constantOf(next.address) - constantOf(address)) >= BigInt(op.size!)
  })
  return isApart && new Set(stores.map(placeOf)).size === 1 ? { ...iteration, stores: sorted } : iteration
}

/** What is added to the local that gets most. */
function partsOfSums({ locals }: Iteration): number {
  const sizes = [...locals.values()].map((term) => (term.kind === 'sum' ? term.parts.size : 0))
  return Math.max(0, ...sizes.filter((size) => size <= MAX_PARTS))
}

/** The locals that grow by a constant. */
export function countersOf({ locals }: Pick<Iteration, 'locals'>): Map<Local, bigint> {
  const counters = new Map<Local, bigint>()
  for (const [index, term] of locals) {
    const [first, ...others] = partsOf(term)
    if (first === undefined || others.length > 0 || constantOf(term) === 0n) continue
    const [local, factor] = first
    if (local.kind === 'local' && local.index === index && factor === 1n) counters.set(local, constantOf(term))
  }
  return counters
}

/** The locals by which an iteration uses what the one before it computed, but for counters. */
function localsHandedOn(
  { stores, locals, condition, exit }: Iteration,
  counters: ReadonlyMap<Local, bigint>,
): Set<Local> {
  const all = [...stores.flatMap(({ address, value }) => [address, value]), condition]
  const read = localsOf([...all, ...locals.values(), ...(exit?.locals.values() ?? [])])
  return new Set([...read].filter((local) => locals.has(local.index) && !counters.has(local)))
}

/** How the loop ends: where `difference`, of the locals before an iteration, is 0 behind it. */
interface Exit {
  difference: Term
  /** What it grows by in an iteration. */
  growth: bigint
}

function exitOf(
  terms: Terms,
  { condition, locals }: Iteration,
  counters: ReadonlyMap<Local, bigint>,
): Exit | undefined {
  const difference = differenceOf(terms, condition)
  let growth = 0n
  for (const [part, factor] of partsOf(difference)) {
    if (part.kind !== 'local') return undefined
    const step = counters.get(part)
    if (step !== undefined) growth += step * factor
    else if (locals.has(part.index)) return undefined
  }
  growth = signed(difference, growth)
  return growth === 0n ? undefined : { difference, growth }
}

/** What is 0 where the condition is. */
function differenceOf(terms: Terms, condition: Term): Term {
  if (condition.kind !== 'operation') return condition
  const { op, operands } = condition
  const [a, b] = operands
  if (op.name === 'i32.ne' || op.name === 'i64.ne') return terms.add(a, b, -1n)
  if (op.name !== 'i32.eqz' || a.kind !== 'operation') return condition
  // Not equal, or not 0.
  if (a.op.name === 'i32.eq' || a.op.name === 'i64.eq') return terms.add(a.operands[0], a.operands[1], -1n)
  return a.op.name === 'i32.eqz' || a.op.name === 'i64.eqz' ? a.operands[0] : condition
}

const signed = ({ type }: Term, value: bigint): bigint => BigInt.asIntN(type === I64 ? 64 : 32, value)

/** To the end of a loop. */
function wayOf(terms: Terms, { difference, growth }: Exit): Way {
  const before = terms.add(difference, terms.integer(difference.type, -growth), 1n)
  if (growth < 0n) return { distance: before, step: -growth }
  return { distance: terms.add(terms.integer(difference.type, 0n), before, -1n), step: growth }
}

/**
 * Whether so long a way is a whole number of long iterations, so that the short ones do not meet the end within one;
 * undefined where that is known when the program runs.
 */
export function isWhole({ distance, step }: Way, constants: ReadonlyMap<number, bigint>): boolean | undefined {
  let value = constantOf(distance)
  for (const [part, factor] of partsOf(distance)) {
    const known = constants.get((part as Local).index)
    if (known === undefined) return undefined
    value += known * factor
  }
  const bits = distance.type === I64 ? 64 : 32
  const length = BigInt.asUintN(bits, value)
  return (length === 0n ? 1n << BigInt(bits) : length) % step === 0n
}

/** The way to the end of a loop of such iterations; undefined where that is not counted. */
export function lengthOf(terms: Terms, iteration: Iteration): Way | undefined {
  const exit = exitOf(terms, iteration, countersOf(iteration))
  return exit && wayOf(terms, exit)
}

/** Whether it is known how many iterations there are: of such a loop compilers find out themselves what does not wrap around. */
export function isBounded(terms: Terms, iteration: Iteration, constants: ReadonlyMap<number, bigint>): boolean {
  const way = lengthOf(terms, iteration)
  return way !== undefined && isWhole(way, constants) !== undefined
}
