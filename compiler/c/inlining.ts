/**
 * Which functions C compilers may make part of others. A fault is known by the address of its instruction, so that in the
 * code of a function that others with accesses to memory may have become part of, it cannot be told whose it is.
 */
import type { Instruction } from '../wasm/instructions.ts'
import type { Func } from '../wasm/module.ts'
import { opcodes } from '../wasm/opcodes.ts'

/** Bytes of wasm. */
const MAX_INLINED = 2000

/** Larger functions stay functions of their own. */
export const mayBeInlined = ({ body }: Func): boolean => body !== undefined && body.end - body.start <= MAX_INLINED

const IS_CALL = opcodes.map(({ name }) => name === 'call' || name === 'return_call')
const IS_INDIRECT = opcodes.map(({ name }) => /^(return_)?call_(indirect|ref)$/.test(name))
const IS_ACCESS = opcodes.map(({ imm }) => imm.startsWith('memarg'))

interface Written {
  small: boolean
  /** It calls through a table or a reference, which compilers may see through. */
  indirect: boolean
  calls: ReadonlySet<number>
  /** The function with accesses to memory that is known to be in its code: one, or {@link SEVERAL}. */
  faults: number
}

const NONE = -1
const SEVERAL = -2

/** What is known of a function of a chunk that is written: it has others' accesses in its code, or what it calls indirectly. */
const OTHERS = 1
const INDIRECT = 2

export class Inlining {
  /** Of the chunk. */
  readonly #functions = new Map<number, Written>()
  /** By function: {@link OTHERS} and {@link INDIRECT}. */
  readonly #known: Uint8Array
  /** There is a small function with accesses to memory. */
  #someFault = false
  #found = true

  /** @param functions of the module */
  constructor(functions: number) {
    this.#known = new Uint8Array(functions)
  }

  /** Calls from one chunk to another stay calls. */
  beginChunk(): void {
    if (!this.#found) this.#findFaults()
    this.#functions.clear()
  }

  add(func: Func, instructions: readonly Instruction[], routine: boolean): void {
    const calls = new Set<number>()
    let faults = routine
    let indirect = false
    for (const { op, index } of instructions) {
      if (IS_CALL[op.id]) calls.add(index!)
      else if (IS_INDIRECT[op.id]) indirect = true
      else if (IS_ACCESS[op.id]) faults = true
    }
    const small = mayBeInlined(func)
    this.#someFault ||= small && faults
    this.#functions.set(func.index, {
      small,
      indirect,
      calls,
      faults: faults ? func.index : NONE,
    })
    this.#found = false
  }

  /** Whether a fault in the function's code may be one of another function that was inlined into it. */
  inlinesFaults(index: number): boolean {
    if (!this.#found) this.#findFaults()
    const known = this.#known[index]
    return (known & OTHERS) !== 0 || (this.#someFault && (known & INDIRECT) !== 0)
  }

  /** From callees to callers. What is known of a function changes no more than three times, so that a chain of calls takes its length. */
  #findFaults(): void {
    const callers = new Map<number, number[]>()
    const queue: number[] = []
    for (const [caller, written] of this.#functions) {
      if (written.faults !== NONE || written.indirect) queue.push(caller)
      for (const callee of written.calls) {
        if (!this.#functions.get(callee)?.small) continue
        const known = callers.get(callee)
        if (known === undefined) callers.set(callee, [caller])
        else known.push(caller)
      }
    }
    for (let callee = queue.pop(); callee !== undefined; callee = queue.pop()) {
      const { faults, indirect } = this.#functions.get(callee)!
      for (const caller of callers.get(callee) ?? []) {
        const written = this.#functions.get(caller)!
        const both = union(written.faults, faults)
        if (both === written.faults && (written.indirect || !indirect)) continue
        written.faults = both
        written.indirect ||= indirect
        queue.push(caller)
      }
    }
    for (const [index, { faults, indirect }] of this.#functions)
      this.#known[index] = (faults !== NONE && faults !== index ? OTHERS : 0) | (indirect ? INDIRECT : 0)
    this.#found = true
  }
}

const union = (a: number, b: number): number => (a === NONE || a === b ? b : b === NONE ? a : SEVERAL)
