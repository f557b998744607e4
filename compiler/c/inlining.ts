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
  /** It has accesses to memory. */
  faults: boolean
  /** It calls through a table or a reference, which compilers may see through. */
  indirect: boolean
  calls: ReadonlySet<number>
}

export class Inlining {
  readonly #functions = new Map<number, Written>()
  readonly #inlines = new Map<number, boolean>()
  #chunk = 0
  /** There is a small function with accesses to memory. */
  #someFault = false

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
    this.#functions.set(func.index, { chunk: this.#chunk, small, faults, indirect, calls })
  }

  /** Whether a fault in the function's code may be one of another function that was inlined into it. */
  inlinesFaults(index: number): boolean {
    const known = this.#inlines.get(index)
    if (known !== undefined) return known
    const seen = new Set([index])
    const queue = [index]
    let found = false
    for (let caller = queue.pop(); caller !== undefined && !found; caller = queue.pop()) {
      const { chunk, indirect, calls } = this.#functions.get(caller)!
      found ||= indirect && this.#someFault
      for (const callee of calls) {
        const written = this.#functions.get(callee)
        if (!written?.small || written.chunk !== chunk || seen.has(callee)) continue
        seen.add(callee)
        queue.push(callee)
        found ||= written.faults
      }
    }
    this.#inlines.set(index, found)
    return found
  }
}
