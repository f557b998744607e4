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
  chunk: number
  small: boolean
  /** It calls through a table or a reference, which compilers may see through. */
  indirect: boolean
  calls: ReadonlySet<number>
  /** The function with accesses to memory that is known to be in its code: one, or {@link SEVERAL}. */
  faults: number
}

const NONE = -1
const SEVERAL = -2

export class Inlining {
  readonly #functions = new Map<number, Written>()
  #chunk = 0
  /** There is a small function with accesses to memory. */
  #someFault = false
  #found = false

  /** Calls from one chunk to another stay calls. */
  beginChunk(): void {
    this.#chunk++
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
      chunk: this.#chunk,
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
    const { faults } = this.#functions.get(index)!
    return faults !== NONE && faults !== index
  }

  /** From callees to callers. What is known of a function changes no more than twice, so that a chain of calls takes its length. */
  #findFaults(): void {
    const callers = new Map<number, number[]>()
    const queue: number[] = []
    for (const [caller, written] of this.#functions) {
      if (written.indirect && this.#someFault) written.faults = SEVERAL
      if (written.faults !== NONE) queue.push(caller)
      for (const callee of written.calls) {
        const to = this.#functions.get(callee)
        if (!to?.small || to.chunk !== written.chunk) continue
        const known = callers.get(callee)
        if (known === undefined) callers.set(callee, [caller])
        else known.push(caller)
      }
    }
    for (let callee = queue.pop(); callee !== undefined; callee = queue.pop()) {
      const { faults } = this.#functions.get(callee)!
      for (const caller of callers.get(callee) ?? []) {
        const written = this.#functions.get(caller)!
        if (written.faults === faults || written.faults === SEVERAL) continue
        written.faults = written.faults === NONE ? faults : SEVERAL
        queue.push(caller)
      }
    }
    this.#found = true
  }
}
