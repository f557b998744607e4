/** The copies of a short iteration that a long one may consist of. */
import type { Iteration, Store } from './straight-loop.ts'
import { loadsOf, localsOf, type Load, type Local, type Term, type Terms } from './terms.ts'
import type { NewLocals } from './writing.ts'

type Change = (term: Term) => Term

export class Copies {
  /** Those after which the loop ends: all, if it has no exit. */
  readonly beforeExit: number
  /** See Rolled. */
  atExit: Map<number, Term> | undefined
  readonly #terms: Terms
  readonly #iteration: Iteration
  readonly #counters: ReadonlyMap<Local, bigint>
  readonly #handedOn: ReadonlySet<number>
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
    this.#handedOn = new Set([...handedOn].map(({ index }) => index))
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
    if (others === undefined) return undefined
    const passed = new Map(
      [...others].filter(([index]) => this.#handedOn.has(index)).map(([index, { term }]) => [index, term]),
    )
    const shifts = Array.from({ length: this.#times }, (_, count) => this.#later(count, passed))
    const first = stores.slice(0, this.#each)
    const isCopy = (store: Store, i: number): boolean =>
      isSame(first[i % this.#each], store, shifts[Math.floor(i / this.#each)])
    if (!stores.every(isCopy)) return undefined
    const values = [...others.values()].map(({ term }) => term)
    const own = loadsOf([...first.flatMap(({ address, value }) => [address, value]), ...values])
    if (!sameLoads(own, loads, shifts)) return undefined
    if (exit !== undefined) {
      // Those that are set behind the exit alone are as they were before all copies.
      if (this.beforeExit > 1 && [...others.keys()].some((index) => !exit.locals.has(index))) return undefined
      this.atExit = this.#valuesAtExit(exit.locals)
      if (this.atExit === undefined || ![...loadsOf(this.atExit.values())].every((load) => own.has(load)))
        return undefined
    }
    return { stores: first, loads: own, locals: new Map([...this.#delayed(others, locals), ...this.#counted()]) }
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

  /** The same of terms with what is handed on, which is `passed` on by a copy. */
  #later(count: number, passed: ReadonlyMap<number, Term>): Change {
    if (count === 0) return (term) => term
    const before = this.#moved(count - 1)
    return this.#moved(
      count,
      [...passed].map(([index, term]) => [index, before(term)]),
    )
  }

  #usesHandedOn(term: Term): boolean {
    return [...localsOf([term])].some(({ index }) => this.#handedOn.has(index))
  }

  /**
   * Locals that a copy sets, besides counters, where that matters: to what, as the first copy computes it, and how many copies before
   * the last.
   */
  #others(): Map<number, { term: Term; delay: number }> | undefined {
    const { locals, exit } = this.#iteration
    const counts = new Set([...this.#counters.keys()].map(({ index }) => index))
    const others = new Map<number, { term: Term; delay: number }>()
    for (const [index, term] of locals) {
      const isHandedOn = this.#handedOn.has(index)
      if (counts.has(index) || (exit?.locals.has(index) && !isHandedOn)) continue
      if (this.#usesHandedOn(term)) return undefined
      const delay = this.#delayOf(term)
      if (isHandedOn && delay !== 0) return undefined
      others.set(index, { term: this.#moved(delay + 1 - this.#times)(term), delay })
    }
    return others
  }

  /** How many copies before the last one it is that loads what a term is made of. */
  #delayOf(term: Term): number {
    const epochs = [...loadsOf([term])].map(({ epoch }) => epoch)
    return epochs.length === 0 ? 0 : Math.max(0, this.#times - 1 - Math.floor(Math.min(...epochs) / this.#each))
  }

  /** What earlier copies computed goes through a local for each copy since then. */
  #delayed(others: ReadonlyMap<number, { term: Term; delay: number }>, locals: NewLocals): [number, Term][] {
    return [...others].flatMap(([index, { term, delay }]) => {
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
