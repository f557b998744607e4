/**
 * Addresses that a loop moves on, as 64-bit pointers. A 32-bit address may wrap around, so that compilers compute each one anew.
 * Where the number of iterations, which the running program knows, takes none beyond 4 GiB, it is extended once, before the loop.
 * That no access trapped on the way would prove as much of the module, but nothing of a compiler that leaves an access out or
 * moves it behind the loop: a pointer that runs on leads out of the sandbox.
 */
import { I32, I64 } from '../../wasm/types.ts'
import { countersOf, lengthOf, type Way } from './rerolling.ts'
import type { Iteration } from './straight-loop.ts'
import { constantOf, partsOf, visit, type Local, type Term, type Terms } from './terms.ts'
import type { NewLocals } from './writing.ts'

export interface Pointer {
  /** The address in the first iteration. */
  start: Term
  step: bigint
  /** How far the last address that is told by it lies behind. */
  reach: bigint
  /** The 64-bit local that holds it. */
  local: number
}

/** Bytes that an address may grow by, and those that others may lie behind it. */
const MAX_STEP = 0x7000n
const MAX_BEHIND = 0x7000n

export class Pointers {
  readonly all: Pointer[] = []
  /** How far the loop goes, where there are pointers. */
  way: Way | undefined
  readonly #of = new Map<string, { local: number; behind: bigint }>()

  /** The pointer that an address is or lies behind. */
  of(address: Term, memory: number): { local: number; behind: bigint } | undefined {
    return this.#of.get(`${memory} ${address.id}`)
  }

  static find(terms: Terms, iteration: Iteration, locals: NewLocals): Pointers {
    const pointers = new Pointers()
    const way = lengthOf(terms, iteration)
    if (way?.distance.type !== I32) return pointers
    const counters = countersOf(iteration)
    const groups = new Map<string, Term[]>()
    for (const { address, memarg } of [...iteration.stores, ...iteration.loads]) {
      const step = growthOf(address, iteration, counters)
      if (step === undefined || step <= 0n || step > MAX_STEP) continue
      const parts = [...partsOf(address)].map(([part, factor]) => `${factor}*${part.id}`)
      const key = `${memarg.memory} ${step} ${parts.join(' ')}`
      groups.set(key, [...(groups.get(key) ?? []), address])
    }
    for (const [key, addresses] of groups) pointers.#group(key, addresses, locals)
    if (pointers.all.length > 0) pointers.way = way
    return pointers
  }

  /** Pointers for addresses that differ by constants. */
  #group(key: string, addresses: readonly Term[], locals: NewLocals): void {
    const [memory, step] = key.split(' ')
    const sorted = [...new Set(addresses)].sort((a, b) => Number(constantOf(a) - constantOf(b)))
    let pointer: Pointer | undefined
    for (const address of sorted) {
      let behind = pointer === undefined ? 0n : constantOf(address) - constantOf(pointer.start)
      if (pointer === undefined || behind > MAX_BEHIND) {
        pointer = { start: address, step: BigInt(step), reach: 0n, local: locals.add(I64) }
        this.all.push(pointer)
        behind = 0n
      }
      pointer.reach = behind
      this.#of.set(`${memory} ${address.id}`, { local: pointer.local, behind })
    }
  }
}

/** What an address grows by in an iteration; undefined where that is not always the same. */
function growthOf(address: Term, { locals }: Iteration, counters: ReadonlyMap<Local, bigint>): bigint | undefined {
  if (address.type !== I32) return undefined
  let growth = 0n
  for (const [part, factor] of partsOf(address)) {
    const step = part.kind === 'local' ? counters.get(part) : undefined
    if (step !== undefined) growth += step * factor
    else if (changes(part, locals)) return undefined
  }
  return BigInt.asIntN(32, growth)
}

function changes(term: Term, locals: ReadonlyMap<number, Term>): boolean {
  const seen = new Set<Term>()
  visit(term, seen)
  return [...seen].some((part) => part.kind === 'load' || (part.kind === 'local' && locals.has(part.index)))
}
