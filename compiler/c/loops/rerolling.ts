/**
 * Loops rolled up again. Compilers to wasm unroll loops, and no vectorizer knows such a one: what it could take in one vector
 * are different statements to it. A loop whose iteration is a shorter one several times over, with counters that have moved
 * on by as much each time, becomes the shorter one. It does the same accesses and operations in the same order.
 */
import { loadsOf, type Iteration, type Store } from './straight-loop.ts'
import { constantOf, partsOf, visit, type Load, type Local, type Term, Terms } from './terms.ts'
import { I64 } from '../../wasm/types.ts'

/** What a long iteration does several times over. */
export interface Rolled {
  iteration: Iteration
  way: Way
}

/** How far it is to the end of a loop before its first iteration, and how far an iteration goes. */
export interface Way {
  distance: Term
  step: bigint
}

/** The shortest iteration that the given one is made of, undefined if that is itself. */
export function roll(terms: Terms, iteration: Iteration): Rolled | undefined {
  const { stores } = iteration
  if (stores.length < 2) return undefined
  const counters = countersOf(iteration)
  const exit = exitOf(terms, iteration, counters)
  if (exit === undefined || dependsOnOthers(iteration, counters)) return undefined
  for (let times = stores.length; times > 1; times--) {
    if (stores.length % times !== 0) continue
    const rolled = rollBy(terms, iteration, counters, exit, times)
    if (rolled !== undefined) return rolled
  }
  return undefined
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

/** Whether an iteration uses what the one before it computed, other than in counters and memory. */
function dependsOnOthers({ stores, locals, condition }: Iteration, counters: ReadonlyMap<Local, bigint>): boolean {
  const seen = new Set<Term>()
  for (const { address, value } of stores) for (const term of [address, value]) visit(term, seen)
  for (const term of locals.values()) visit(term, seen)
  visit(condition, seen)
  return [...seen].some((term) => term.kind === 'local' && locals.has(term.index) && !counters.has(term))
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

function differenceOf(terms: Terms, condition: Term): Term {
  if (condition.kind !== 'operation') return condition
  const { op, operands } = condition
  return op.name === 'i32.ne' || op.name === 'i64.ne' ? terms.add(operands[0], operands[1], -1n) : condition
}

const signed = ({ type }: Term, value: bigint): bigint => BigInt.asIntN(type === I64 ? 64 : 32, value)

function rollBy(
  terms: Terms,
  { stores, loads, locals }: Iteration,
  counters: ReadonlyMap<Local, bigint>,
  { difference, growth }: Exit,
  times: number,
): Rolled | undefined {
  const divisor = BigInt(times)
  if (growth % divisor !== 0n || [...counters.values()].some((step) => step % divisor !== 0n)) return undefined
  const each = stores.length / times
  /** A term as it is so many short iterations later. */
  const later = (count: number) => {
    const moved = new Map<number, Term>()
    for (const [local, step] of counters)
      moved.set(local.index, terms.add(local, terms.integer(local.type, (step / divisor) * BigInt(count)), 1n))
    const done = new Map<Term, Term>()
    return (term: Term) => terms.replace(term, moved, count * each, done)
  }
  const shifts = Array.from({ length: times }, (_, count) => later(count))
  const first = stores.slice(0, each)
  for (let i = each; i < stores.length; i++) {
    if (!isSame(first[i % each], stores[i], shifts[Math.floor(i / each)])) return undefined
  }
  const back = later(1 - times)
  const others = new Map<number, Term>()
  const set = new Set([...counters.keys()].map(({ index }) => index))
  for (const [index, term] of locals) if (!set.has(index)) others.set(index, back(term))
  const own = loadsOf([...first.flatMap(({ address, value }) => [address, value]), ...others.values()])
  if (!sameLoads(own, loads, shifts)) return undefined

  const short = growth / divisor
  const shorter = new Map(others)
  for (const [local, step] of counters)
    shorter.set(local.index, terms.add(local, terms.integer(local.type, step / divisor), 1n))
  const condition = terms.add(difference, terms.integer(difference.type, short - growth), 1n)
  return {
    iteration: { stores: first, loads: own, locals: shorter, condition },
    way: wayOf(terms, { difference, growth }),
  }
}

/** To the end of a loop. */
function wayOf(terms: Terms, { difference, growth }: Exit): Way {
  const before = terms.add(difference, terms.integer(difference.type, -growth), 1n)
  if (growth < 0n) return { distance: before, step: -growth }
  return { distance: terms.add(terms.integer(difference.type, 0n), before, -1n), step: growth }
}

const isSame = (first: Store, store: Store, shift: (term: Term) => Term): boolean =>
  first.op === store.op &&
  first.memarg.offset === store.memarg.offset &&
  first.memarg.memory === store.memarg.memory &&
  shift(first.address) === store.address &&
  shift(first.value) === store.value

/** Whether the short iterations load what the long one does: each access may trap. */
function sameLoads(own: ReadonlySet<Load>, all: ReadonlySet<Load>, shifts: readonly ((term: Term) => Term)[]): boolean {
  const made = new Set<Term>()
  for (const load of own) {
    if (load.epoch < 0) return false
    for (const shift of shifts) made.add(shift(load))
  }
  return made.size === all.size && [...all].every((load) => made.has(load))
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
