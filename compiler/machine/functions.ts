/** Writes the functions of a module one after the other. */
import type { Func, Module } from '../wasm/module.ts'
import { grown } from './arrays.ts'
import { target } from './assembler.ts'
import { code, room } from './code.ts'
import { writeFunction } from './function.ts'
import { OutOfReach, reach } from './labels.ts'
import { RoutineFinder, writeRoutine } from './routines.ts'
import { beginPlaces, places } from './traps.ts'
import { unit } from './unit.ts'

/** Bytes of a body whose code may be larger than conditional jumps reach. */
const FAR = 0x30000

export class FunctionWriter {
  readonly #module: Module
  readonly #routines: RoutineFinder | undefined
  /** Functions that stand behind one of the runtime's: where the module's own code begins is behind all others in `functionAt`. */
  #ownCount = 0

  constructor(module: Module, replaceLibc: boolean) {
    this.#module = module
    this.#routines = replaceLibc ? new RoutineFinder(module) : undefined
  }

  /** Those from `first` to `last` - 1. */
  writeAll(first: number, last: number): void {
    for (let index = first; index < last; index++) this.#write(index)
  }

  #write(index: number): void {
    room(64)
    const func = this.#module.funcs[index]
    align(func.body!.end - func.body!.start)
    unit.functionAt[index] = code.at
    unit.body = func.body!.start
    unit.functionIndex = index - unit.imported
    beginPlaces()
    try {
      this.#writeRoutine(func)
      writeInReach(func)
    } catch (error) {
      if (error instanceof Error) error.message += ` (function ${func.index} at ${unit.offset})`
      throw error
    }
  }

  /** A number for code that is no function's beginning. */
  #numberOwn(): number {
    const own = this.#module.funcs.length + this.#ownCount++
    if (own >= unit.functionAt.length) unit.functionAt = grown(unit.functionAt, 2 * own)
    return own
  }

  /** Before a function that the runtime may do the work of. */
  #writeRoutine(func: Func): void {
    const routine = this.#routines?.find(func)
    if (routine === undefined) return
    const own = this.#numberOwn()
    reach.far = false
    writeRoutine(func, routine, own)
    room(64)
    align(func.body!.end - func.body!.start)
    unit.functionAt[own] = code.at
  }
}

/** A line of the cache, in which a small function may begin anywhere that leaves it room. */
const LINE = 64
/** Shorter bodies begin wherever half of what processors fetch at once is left. */
const LONG = 128

/** Before the code of a body of so many bytes, which is seldom more than twice as large. */
function align(bytes: number): void {
  const left = LINE - (code.at & (LINE - 1))
  target.asm.align(2 * bytes <= left ? 1 : bytes < LONG ? 8 : 16)
}

function writeInReach(func: Func): void {
  const { start, end } = func.body!
  const before = { at: code.at, relocations: code.relocations.count, places: { ...places } }
  reach.far = end - start > FAR
  try {
    writeFunction(func)
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error
    code.at = before.at
    code.relocations.count = before.relocations
    Object.assign(places, before.places, { bytes: places.bytes })
    target.asm.rewind()
    reach.far = true
    writeFunction(func)
  } finally {
    reach.far = true
  }
}
