/** Loops as C compilers do best with them, in place of what compilers to wasm made of them. */
import type { Body, Instruction } from '../../wasm/instructions.ts'
import { Locals, type LocalGroup } from '../../wasm/locals.ts'
import type { Func, Module } from '../../wasm/module.ts'
import type { ValType } from '../../wasm/types.ts'
import { isUnchecked } from '../memories.ts'
import { constantsBefore, fromZero } from './counters.ts'
import { Pointers } from './pointers.ts'
import { isBounded, isWhole, roll } from './rerolling.ts'
import {
  iterationOf,
  loopsWithExit,
  straightLoops,
  termsOf,
  type Iteration,
  type Place,
  type PlaceWithExit,
} from './straight-loop.ts'
import { outOf } from './labels.ts'
import { opcode, sizeOf, Terms } from './terms.ts'
import { LoopWriter, type NewLocals } from './writing.ts'

/** The body of a function with its loops restored: rolled up again, and with counters from 0. It does the same. */
export function restoreLoops(module: Module, func: Func, body: Body): Body {
  return new Restoring(module, func, body).run()
}

/** Parts of terms for each instruction that there was. */
const MAX_GROWTH = 3

class Restoring implements NewLocals {
  readonly #module: Module
  readonly #func: Func
  readonly #body: Body
  readonly #added: LocalGroup[] = []
  #count: number

  constructor(module: Module, func: Func, body: Body) {
    this.#module = module
    this.#func = func
    this.#body = body
    this.#count = func.type.params.length + body.locals.length
  }

  add(type: ValType): number {
    this.#added.push({ count: 1, type })
    return this.#count++
  }

  run(): Body {
    const rolled = this.#replace(this.#body, straightLoops, (instructions, place) => this.#restore(instructions, place))
    const all = this.#replace(rolled, loopsWithExit, (instructions, place) => this.#rollWithExit(instructions, place))
    const counted = this.#replace(all, straightLoops, (instructions, place) => {
      const written = fromZero(instructions, place, this)
      return written && [...written, instructions[place.branch], instructions[place.branch + 1]]
    })
    if (counted === this.#body) return counted
    const { groups } = this.#body.locals
    return { locals: new Locals([...groups, ...this.#added]), instructions: counted.instructions }
  }

  #replace<P extends Place>(
    body: Body,
    places: (body: Body) => Iterable<P>,
    written: (instructions: readonly Instruction[], place: P) => Instruction[] | undefined,
  ): Body {
    const instructions: Instruction[] = []
    let done = 0
    for (const place of places(body)) {
      const replacement = place.start < done ? undefined : written(body.instructions, place)
      if (replacement === undefined) continue
      for (let i = done; i < place.start; i++) instructions.push(body.instructions[i])
      for (const instruction of replacement) instructions.push(instruction)
      done = place.branch + 2
    }
    if (done === 0) return body
    for (let i = done; i < body.instructions.length; i++) instructions.push(body.instructions[i])
    return { locals: body.locals, instructions }
  }

  /** A loop rolled up, or with pointers. Where only the running program knows whether that may be, both are written. */
  #restore(instructions: readonly Instruction[], place: Place): Instruction[] | undefined {
    const terms = new Terms()
    const long = iterationOf(terms, instructions, place, (index) => this.#typeOf(index))
    if (long === undefined || !this.#isPlain(long)) return undefined
    const { start, branch } = place
    const constants = constantsBefore(instructions, start)
    const found = roll(terms, long, this)
    const whole = found && isWhole(found.way, constants)
    const rolled = whole === false ? undefined : found
    const iteration = rolled?.iteration ?? long
    const pointers =
      (rolled !== undefined || hasFloats(iteration)) && !isBounded(terms, iteration, constants)
        ? Pointers.find(terms, iteration, this)
        : new Pointers()
    if (rolled === undefined && pointers.all.length === 0) return undefined
    if (sizeOf([...termsOf(iteration)]) > MAX_GROWTH * (branch - start)) return undefined
    const loop = instructions[start]
    const writer = new LoopWriter(this, pointers, loop.offset)
    const way = whole === undefined ? rolled?.way : undefined
    const both = way !== undefined || pointers.way !== undefined
    if (both) writer.beginIf(way)
    writer.loop(iteration, loop, instructions[branch])
    if (both) {
      writer.emit('else')
      for (let i = start; i <= branch + 1; i++) writer.instructions.push(instructions[i])
      writer.emit('end')
    }
    return writer.instructions
  }

  /** A loop that ends behind some of its copies, rolled up, and what it runs then. Its length is to be known. */
  #rollWithExit(instructions: readonly Instruction[], place: PlaceWithExit): Instruction[] | undefined {
    const terms = new Terms()
    const long = iterationOf(terms, instructions, place, (index) => this.#typeOf(index))
    if (long === undefined || !this.#isPlain(long)) return undefined
    const { start, branch, block, decides, end } = place
    const rolled = roll(terms, long, this)
    if (rolled === undefined || isWhole(rolled.way, constantsBefore(instructions, start)) !== true) return undefined
    const { iteration, exit } = rolled
    if (sizeOf([...termsOf(iteration), ...exit!.values()]) > MAX_GROWTH * (branch - start)) return undefined
    const { offset, index } = instructions[decides]
    const leads = { op: opcode('br'), offset, index }
    const rest = block === undefined ? outOf([leads], 1) : outOf(instructions.slice(decides + 1, end), 2)
    if (rest === undefined) return undefined
    const loop: Instruction = { ...instructions[start], block: { params: [], results: [] } }
    const writer = new LoopWriter(this, new Pointers(), loop.offset)
    writer.loop(iteration, loop, { ...instructions[decides], index: 0 }, exit)
    return [...writer.instructions, ...rest]
  }

  /** Whether no other thread sees in which order it accesses memory, and no trap says which access it is of. */
  #isPlain({ stores, loads }: Iteration): boolean {
    return [...stores, ...loads].every(({ memarg: { memory } }) => {
      const accessed = this.#module.memories[memory]
      return isUnchecked(accessed) && !accessed.type.shared
    })
  }

  #typeOf(index: number): ValType {
    const { params } = this.#func.type
    return index < params.length ? params[index] : this.#body.locals.type(index - params.length)!
  }
}

/** In other loops that nobody unrolled, which are short more often, pointers gained nothing. */
const hasFloats = ({ stores, loads }: Iteration): boolean =>
  [...stores, ...loads].some(({ op }) => op.name.startsWith('f'))
