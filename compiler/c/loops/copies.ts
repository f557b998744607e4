/** The copies of a short iteration that a long one may consist of. */
import type { Iteration, Store } from './straight-loop.ts'
import {
  constantOf,
  loadsOf,
  localsOf,
  partsIn,
  partsOf,
  type Load,
  type Local,
  type Term,
  type Terms,
} from './terms.ts'
import type { NewLocals } from './writing.ts'

type Change = (term: Term) => Term

/** More than compilers make of one addition. */
export const MAX_PARTS = 64

/** Locals: to what they are set, as the first copy computes it, and how many copies before the last one. */
type Others = Map<number, { term: Term; delay: number }>

export class Copies {
  /** Those after which the loop ends: all, if it has no exit. */
  readonly beforeExit: number
  /** See Rolled. */
  atExit: Map<number, Term> | undefined
  readonly #terms: Terms
  readonly #iteration: Iteration
  readonly #counters: ReadonlyMap<Local, bigint>
  /** Handed on, as a copy has loaded or computed it. */
  readonly #handedOn: ReadonlySet<number>
  /** Handed on as well: integers to which copies add, with what all of them add together. */
  readonly #sums = new Map<Local, Term>()
  /** Of terms whether they are made of what is handed on. */
  readonly #uses = new Map<Term, boolean>()
  readonly #times: number
  /** Stores of a copy. */
  readonly #each: number

  /**
   * @param counters with what they grow by in the long iteration
   * @param handedOn the other locals that it uses as the one before has set them
   */
  constructor(
    terms: Terms,
    iteration: Iteration,
    counters: ReadonlyMap<Local, bigint>,
    handedOn: ReadonlySet<Local>,
    times: number,
  ) {
    this.#terms = terms
    this.#iteration = iteration
    this.#counters = counters
    for (const local of handedOn) this.#uses.set(local, true)
    for (const local of handedOn) {
      const term = iteration.locals.get(local.index)!
      if (term.kind !== 'sum' || term.parts.size > MAX_PARTS || term.parts.get(local) !== 1n) continue
      const added = terms.add(term, local, -1n)
      if (!this.#usesHandedOn(added)) this.#sums.set(local, added)
    }
    this.#handedOn = new Set([...handedOn].filter((local) => !this.#sums.has(local)).map(({ index }) => index))
    this.#times = times
    this.#each = iteration.stores.length / times
    this.beforeExit = iteration.exit === undefined ? times : iteration.exit.stores / this.#each
  }

  /** The first of them, without its condition, if the others are the same with counters that have moved on. */
  first(locals: NewLocals): Omit<Iteration, 'condition'> | undefined {
    const { stores, loads, exit } = this.#iteration
    if ([...this.#counters.values()].some((step) => step % BigInt(this.#times) !== 0n)) return undefined
    if (!Number.isInteger(this.beforeExit) || this.beforeExit < 1) return undefined
    const others = this.#others()
    if (others === undefined || !this.#isChain(others)) return undefined
    const shifts = Array.from({ length: this.#times }, (_, count) => this.#later(count, others))
    const first = stores.slice(0, this.#each)
    const isCopy = (store: Store, i: number): boolean =>
      isSame(first[i % this.#each], store, shifts[Math.floor(i / this.#each)])
    if (!stores.every(isCopy)) return undefined
    const sums = this.#eachSum()
    if (sums === undefined) return undefined
    const values = [...[...others.values()].map(({ term }) => term), ...sums.values()]
    const own = loadsOf([...first.flatMap(({ address, value }) => [address, value]), ...values])
    if (!sameLoads(own, loads, shifts)) return undefined
    if (exit !== undefined) {
      // Those that are set behind the exit alone are as they were before all copies.
      if (this.beforeExit > 1 && [...others.keys()].some((index) => !exit.locals.has(index))) return undefined
      this.atExit = this.#valuesAtExit(exit.locals)
      if (this.atExit === undefined || ![...loadsOf(this.atExit.values())].every((load) => own.has(load)))
        return undefined
    }
    const added = [...sums].map(([local, term]) => [local.index, this.#terms.add(local, term, 1n)] as const)
    return {
      stores: first,
      loads: own,
      locals: new Map([...this.#delayed(others, locals), ...added, ...this.#counted()]),
    }
  }

  /** A term as it is so many copies later. */
  #moved(count: number, others: Iterable<[number, Term]> = []): Change {
    const replaced = new Map<number, Term>(others)
    for (const [local, step] of this.#counters) {
      const growth = (step / BigInt(this.#times)) * BigInt(count)
      replaced.set(local.index, this.#terms.add(local, this.#terms.integer(local.type, growth), 1n))
    }
    const done = new Map<Term, Term>()
    return (term) => this.#terms.replace(term, replaced, count * this.#each, done)
  }

  /** The same of terms with what is handed on. */
  #later(count: number, others: Others): Change {
    if (count === 0) return (term) => term
    const passed = [...others].filter(([index]) => this.#handedOn.has(index))
    const values = passed.map(([index, { term, delay }]): [number, Term] => {
      const back = count - 1 - delay
      // What was handed on before all copies is still in another local, or in the same.
      const [before] = passed.find(([, other]) => other.term === term && other.delay === delay - count) ?? [index]
      return [index, back < 0 ? this.#terms.local(before, term.type) : this.#moved(back)(term)]
    })
    return this.#moved(count, values)
  }

  /** Whether, of what is handed on for longer than to the next copy, the next copy gets it in another local. */
  #isChain(others: Others): boolean {
    return [...others].every(
      ([index, { term, delay }]) =>
        delay === 0 || !this.#handedOn.has(index) || this.#laterBy1(others, term, delay) !== undefined,
    )
  }

  /** The local by which something is handed on to the copy before the one that gets it after a delay. */
  #laterBy1(others: Others, term: Term, delay: number): number | undefined {
    return [...others].find(
      ([index, other]) => this.#handedOn.has(index) && other.term === term && other.delay === delay - 1,
    )?.[0]
  }

  #usesHandedOn(term: Term): boolean {
    const known = this.#uses.get(term)
    if (known !== undefined) return known
    const uses = partsIn(term).some((part) => this.#usesHandedOn(part))
    this.#uses.set(term, uses)
    return uses
  }

  /** What a copy adds to each sum; undefined if copies add different things, or anyone asks for a sum within the loop. */
  #eachSum(): Map<Local, Term> | undefined {
    const sums = new Map<Local, Term>()
    if (this.#sums.size === 0) return sums
    const { stores, exit } = this.#iteration
    const read = localsOf(stores.flatMap(({ address, value }) => [address, value]))
    if (exit !== undefined || [...this.#sums.keys()].some((local) => read.has(local))) return undefined
    const terms = this.#terms
    const moves = Array.from({ length: this.#times }, (_, count) => this.#moved(count))
    const back = this.#moved(-1)
    for (const [local, all] of this.#sums) {
      const parts = new Map(partsOf(all))
      const constant = constantOf(all)
      if (constant % BigInt(this.#times) !== 0n) return undefined
      let each = terms.integer(local.type, constant / BigInt(this.#times))
      for (const [part, factor] of parts) if (!parts.has(back(part))) each = terms.add(each, part, factor)
      const together = moves.reduce((sum, move) => terms.add(sum, move(each), 1n), terms.integer(local.type, 0n))
      if (together !== all) return undefined
      sums.set(local, each)
    }
    return sums
  }

  /** What a copy sets besides counters and sums, where that matters. */
  #others(): Others | undefined {
    const { locals, exit } = this.#iteration
    const counts = new Set([...this.#counters.keys(), ...this.#sums.keys()].map(({ index }) => index))
    const others: Others = new Map()
    for (const [index, term] of locals) {
      const isHandedOn = this.#handedOn.has(index)
      if (counts.has(index) || (exit?.locals.has(index) && !isHandedOn)) continue
      if (this.#usesHandedOn(term)) return undefined
      const delay = this.#delayOf(term)
      others.set(index, { term: this.#moved(delay + 1 - this.#times)(term), delay })
    }
    return others
  }

  /** How many copies before the last one it is that loads what a term is made of. */
  #delayOf(term: Term): number {
    const epochs = [...loadsOf([term])].map(({ epoch }) => epoch)
    return epochs.length === 0 || this.#each === 0
      ? 0
      : Math.max(0, this.#times - 1 - Math.floor(Math.min(...epochs) / this.#each))
  }

  /** What earlier copies computed goes through a local for each copy since then. */
  #delayed(others: Others, locals: NewLocals): [number, Term][] {
    return [...others].flatMap(([index, { term, delay }]) => {
      const before = this.#handedOn.has(index) ? this.#laterBy1(others, term, delay) : undefined
      if (before !== undefined) return [[index, this.#terms.local(before, term.type)] as [number, Term]]
      const all: [number, Term][] = []
      let value = term
      for (let i = 0; i < delay; i++) {
        const held = locals.add(term.type)
        all.push([held, value])
        value = this.#terms.local(held, term.type)
      }
      return [...all, [index, value]]
    })
  }

  #counted(): [number, Term][] {
    const moved = this.#moved(1)
    return [...this.#counters.keys()].map((local) => [local.index, moved(local)])
  }

  #valuesAtExit(locals: ReadonlyMap<number, Term>): Map<number, Term> | undefined {
    const back = 1 - this.beforeExit
    if (back !== 0 && [...locals.values()].some((term) => this.#usesHandedOn(term))) return undefined
    const counters = [...this.#counters.keys()].map((local) => [local.index, local] as const)
    const set = back === 0 ? locals : new Map<number, Term>([...counters, ...locals])
    const moved = this.#moved(back)
    return new Map([...set].map(([index, term]) => [index, moved(term)]))
  }
}

const isSame = (first: Store, store: Store, shift: Change): boolean =>
  first.op === store.op &&
  first.memarg.offset === store.memarg.offset &&
  first.memarg.memory === store.memarg.memory &&
  shift(first.address) === store.address &&
  shift(first.value) === store.value

/** Whether the short iterations load what the long one does: each access may trap. */
function sameLoads(own: ReadonlySet<Load>, all: ReadonlySet<Load>, shifts: readonly Change[]): boolean {
  const made = new Set<Term>()
  for (const load of own) {
    if (load.epoch < 0) return false
    for (const shift of shifts) made.add(shift(load))
  }
  return made.size === all.size && [...all].every((load) => made.has(load))
}
