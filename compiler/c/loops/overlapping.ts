/**
 * Loops whose accesses overlap those of the iteration before: what they move on by is less than what they access, as in `p[0] = …;
 * p++` of 8 bytes each over a `char *`. GCC takes two accesses for the same or for apart by how many iterations lie between them, and makes
 * vectors of such loops that read what is not yet stored; so it is to leave them as they are (`WASM_OVERLAPPING`, runtime/ops/memory.h).
 */
import type { Body, Instruction } from '../../wasm/instructions.ts'
import type { Opcode } from '../../wasm/opcodes.ts'
import type { ValType } from '../../wasm/types.ts'
import { countersOf } from './rerolling.ts'
import { iterationOf, straightLoops } from './straight-loop.ts'
import { partsOf, Terms, type Local, type Term } from './terms.ts'

/**
 * The `loop` instructions of such loops, and of those that may be some: of what branches nothing is known here. Loops around others,
 * or with calls, are none that GCC makes vectors of.
 */
export function overlappingLoops(body: Body, typeOf: (local: number) => ValType): ReadonlySet<Instruction> {
  const found = new Set(storingLoops(body))
  for (const place of straightLoops(body)) {
    found.delete(body.instructions[place.start])
    const iteration = iterationOf(new Terms(), body.instructions, place, typeOf)
    if (iteration === undefined || iteration.stores.length === 0) continue
    const growth = new Growth(countersOf(iteration), iteration.locals)
    const overlaps = ({ address, op }: { address: Term; op: Opcode }): boolean => {
      const step = growth.of(address)
      return step !== undefined && step !== 0n && (step < 0n ? -step : step) < BigInt(op.size!)
    }
    if ([...iteration.stores, ...iteration.loads].some(overlaps)) found.add(body.instructions[place.start])
  }
  return found
}

/** Loops with stores, without calls and other loops. */
function* storingLoops({ instructions }: Body): Generator<Instruction> {
  const open: Instruction[] = []
  let last: Instruction | undefined
  let stores = false
  for (const instruction of instructions) {
    const { op } = instruction
    if (op.imm.startsWith('block')) open.push(instruction)
    if (op.name === 'loop') {
      last = instruction
      stores = false
    } else if (op.name.includes('.store')) stores = true
    else if (/call/.test(op.name)) last = undefined
    else if (op.name === 'end' || op.name === 'delegate') {
      if (open.pop() !== last || last === undefined) continue
      if (stores) yield last
      last = undefined
    }
  }
}

/** What terms grow by in an iteration, as long as no 32 bits wrap around. */
class Growth {
  readonly #counters: ReadonlyMap<Local, bigint>
  readonly #locals: ReadonlyMap<number, Term>
  readonly #known = new Map<Term, bigint | undefined>()

  constructor(counters: ReadonlyMap<Local, bigint>, locals: ReadonlyMap<number, Term>) {
    this.#counters = counters
    this.#locals = locals
  }

  /** Undefined where that is not always the same. */
  of(term: Term): bigint | undefined {
    if (!this.#known.has(term)) this.#known.set(term, this.#find(term))
    return this.#known.get(term)
  }

  #find(term: Term): bigint | undefined {
    switch (term.kind) {
      case 'constant':
        return 0n
      case 'load':
        return undefined
      case 'local':
        return this.#counters.get(term) ?? (this.#locals.has(term.index) ? undefined : 0n)
      case 'sum': {
        let growth = 0n
        for (const [part, factor] of partsOf(term)) {
          const step = this.of(part)
          if (step === undefined) return undefined
          growth += step * factor
        }
        return BigInt.asIntN(32, growth)
      }
      case 'operation': {
        const [first, ...others] = term.operands.map((operand) => this.of(operand))
        if (others.length === 0 && /^i(32\.wrap|64\.extend)_i/.test(term.op.name)) return first
        return [first, ...others].every((step) => step === 0n) ? 0n : undefined
      }
    }
  }
}
