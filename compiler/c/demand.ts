/**
 * Which loads must be kept. A load out of bounds traps whether or not anyone uses its value; C compilers drop a load
 * without a use, move it to the only path that uses it, and read fewer bytes where the others do not matter. What is found
 * here is which loads have a use on every path, of all that decides whether they trap; the others are written as volatile.
 *
 * Backward over the instructions. For each value on the operand stack, and each local, it is known which of its bits
 * certainly decide something that a compiler cannot do without: a store, a branch, an address, a call.
 */
import { decodeBody } from '../wasm/body.ts'
import type { Body, Instruction } from '../wasm/instructions.ts'
import type { Func, Module } from '../wasm/module.ts'
import type { ValType } from '../wasm/types.ts'
import { ALL, isWhole, NOTHING, operandBits, sameOperands, type Bits } from './demand-operands.ts'
import { State } from './demand-state.ts'
import { flowOf, type Flow } from './flow.ts'
import { mayBeInlined } from './inlining.ts'
import { isUnchecked } from './memories.ts'
import { Overwriting } from './overwriting.ts'

/** What a caller must know of a function that may be inlined into it. */
interface Summary {
  /** Parameters that have a use on every path. */
  params: readonly boolean[]
  /** It may trap other than by an access to memory: what is loaded before the call may be moved behind that. */
  traps: boolean
  /** Its result may be what was loaded, of which a caller that needs some bits could read fewer bytes. */
  loaded: boolean
}

/** By position in the body. */
export interface Kept {
  loads: ReadonlySet<number>
  /** Calls whose result may have no use, so that a compiler that sees only loads in the function would leave them out. */
  calls: ReadonlySet<number>
}

/** Calls within calls that are looked into. */
const MAX_DEPTH = 2
/** In words that are copied. In larger functions all loads are kept. */
const MAX_WORK = 1 << 26
/** Each loop in a loop may need one more. */
const MAX_PASSES = 16
/** Instructions after which it is not looked any further whether a branch matters. */
const MAX_REGION = 500

interface Frame {
  start: number
  /** Where a branch to the label leads. */
  target: State
  /** Operands below the block, and those that a branch takes along. */
  base: number
  count: number
  /** At the end of the block. */
  after: State
  /** At the start of the else branch, once that was passed. */
  otherwise?: State
}

/** The loads to keep in each function of a module. */
export class Demands {
  readonly #module: Module
  readonly #mayThrow: (func: number) => boolean
  readonly #summaries = new Map<number, Summary>()

  constructor(module: Module, mayThrow: (func: number) => boolean) {
    this.#module = module
    this.#mayThrow = mayThrow
  }

  kept(func: Func, body: Body): Kept {
    return new Analysis(this.#module, func, body, this.#callee(0)).run()
  }

  #callee(depth: number): (index: number) => Summary {
    return (index) => this.#summary(index, depth)
  }

  /** The result does not depend on the order in which functions are asked for. */
  #summary(index: number, depth: number): Summary {
    const func = this.#module.funcs[index]
    const params = func.type.params
    const throws = this.#mayThrow(index)
    if (!mayBeInlined(func)) return { params: params.map(() => true), traps: throws, loaded: false }
    if (depth === MAX_DEPTH) return { params: params.map(() => false), traps: true, loaded: true }
    const key = index * MAX_DEPTH + depth
    let summary = this.#summaries.get(key)
    if (summary === undefined) {
      const analysis = new Analysis(this.#module, func, decodeBody(this.#module, func), this.#callee(depth + 1))
      analysis.run()
      summary = {
        params: params.map((_, i) => analysis.usesParameter(i)),
        traps: throws || analysis.traps,
        loaded: analysis.loaded,
      }
      this.#summaries.set(key, summary)
    }
    return summary
  }
}

class Analysis {
  readonly #module: Module
  readonly #instructions: readonly Instruction[]
  readonly #typeOf: (local: number) => ValType
  readonly #locals: number
  readonly #results: number
  readonly #flow: Flow
  readonly #callee: (index: number) => Summary
  readonly #overwriting: Overwriting
  readonly #heads = new Map<number, State>()
  #frames: Frame[] = []
  #state: State
  #loads = new Set<number>()
  #calls = new Set<number>()
  traps = false
  loaded = false

  constructor(module: Module, func: Func, body: Body, callee: (index: number) => Summary) {
    const { locals, instructions } = body
    this.#module = module
    this.#instructions = instructions
    const { params } = func.type
    this.#typeOf = (local) => (local < params.length ? params[local] : locals.type(local - params.length)!)
    this.#locals = params.length + locals.length
    this.#results = func.type.results.length
    this.#callee = callee
    this.#flow = flowOf(module, func, body)
    this.#overwriting = new Overwriting(instructions, this.#flow)
    this.#state = this.#exit()
  }

  run(): Kept {
    const { blocks, tallest, read } = this.#flow
    if (blocks * (3 * read.length + this.#overwriting.cells / 32 + tallest) > MAX_WORK) return this.#keepAll()
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      this.#loads = new Set()
      this.#calls = new Set()
      if (!this.#pass()) return { loads: this.#loads, calls: this.#calls }
    }
    return this.#keepAll()
  }

  /** Without a look at the function. */
  #keepAll(): Kept {
    this.#state = this.#exit()
    this.traps = this.loaded = true
    this.#instructions.forEach(({ op, memarg }, at) => {
      if (op.name.includes('load') && memarg && isUnchecked(this.#module.memories[memarg.memory])) this.#loads.add(at)
      else if (op.name.startsWith('call')) this.#calls.add(at)
    })
    return { loads: this.#loads, calls: this.#calls }
  }

  usesParameter(index: number): boolean {
    return this.#state.bits(index) === ALL
  }

  #exit(): State {
    return new State(
      this.#locals,
      this.#overwriting.cells,
      Array.from({ length: this.#results }, () => ALL),
    )
  }

  /** Goes through the function once; answers whether what is known of the head of a loop has changed. */
  #pass(): boolean {
    let changed = false
    const exit = this.#exit()
    this.#state = exit.copy()
    if (this.#results > 0) this.#returnOf(this.#flow.result)
    this.#frames = [{ start: -1, target: exit, base: 0, count: this.#results, after: exit }]
    const { heights } = this.#flow
    for (let at = this.#instructions.length - 2; at >= 0; at--) {
      const { op } = this.#instructions[at]
      const reachable = heights[at] >= 0
      if (op.imm.startsWith('block')) changed = this.#openBlock(at) || changed
      else if (op.name === 'end' || op.name === 'delegate') this.#closeBlock(at)
      else if (op.name === 'else' || op.name.startsWith('catch')) this.#middle(at)
      else if (reachable) this.#step(at)
    }
    return changed
  }

  #frame(label: number): Frame {
    return this.#frames.at(-1 - label) ?? this.#frames[0]
  }

  #closeBlock(at: number): void {
    const start = this.#flow.starts[at]
    const { block, op } = this.#instructions[start]
    const base = Math.max(this.#flow.bases[start], 0)
    const after = this.#state
    // The code behind a block that nothing leaves is not reached, and may be of any height.
    after.resize(base + block!.results.length)
    let target = after.copy()
    let count = block!.results.length
    if (op.name === 'loop') {
      count = block!.params.length
      target = this.#heads.get(start) ?? State.best(this.#flow.read, this.#overwriting.cells, base, count)
      this.#heads.set(start, target)
    }
    this.#frames.push({ start, target, base, count, after: after.copy() })
    this.#state = after.copy()
  }

  #middle(at: number): void {
    const frame = this.#frames.at(-1)!
    const isElse = this.#instructions[at].op.name === 'else'
    if (isElse) frame.otherwise = this.#state
    // What handlers use is not taken for used by the code they guard: that only keeps more loads.
    this.#state = frame.after.copy()
  }

  /** Answers whether more is known of a loop's head. */
  #openBlock(at: number): boolean {
    const { op, block } = this.#instructions[at]
    const frame = this.#frames.pop()!
    const height = Math.max(this.#flow.bases[at], 0) + block!.params.length
    this.#state.resize(height)
    if (op.name === 'loop') return frame.target.meet(this.#state)
    if (op.name === 'if') {
      const otherwise = frame.otherwise ?? this.#withoutElse(frame, height)
      otherwise.resize(height)
      this.#state.meet(otherwise)
      const matters = frame.count > 0 || this.#matters(at + 1, this.#flow.ends[at], frame.after)
      this.#state.stack.push(matters ? ALL : NOTHING)
    }
    return false
  }

  /** The parameters of an `if` without an else branch are its results. */
  #withoutElse(frame: Frame, height: number): State {
    const state = frame.after.copy()
    state.resize(height)
    return state
  }

  /**
   * Whether it makes a difference that the instructions from `from` up to `to` are executed, where `after` comes next.
   * What branches lead to between `outer` and `to` does not count.
   */
  #matters(from: number, to: number, after: State, outer = from, last = to): boolean {
    const end = Math.min(to, from + MAX_REGION)
    for (let at = from; at < end; at++) {
      if (this.#flow.heights[at] < 0) continue
      const { op, index, labels } = this.#instructions[at]
      if (op.imm === 'local') {
        if (op.name !== 'local.get' && after.bits(index!) !== NOTHING) return true
      } else if (op.name === 'br' || op.name === 'br_if') {
        const leads = this.#flow.leads(at, index!)
        if (leads > last || leads < outer) return true
        // Back in a loop, whose beginning is executed again.
        if (leads < from && this.#matters(leads, from, after, leads, last)) return true
      } else if (labels !== undefined || EFFECT.test(op.name) || op.traps) return true
    }
    return false
  }

  /** A branch to `label`, for which `height` operands are there before. */
  #branch(label: number, height: number): State {
    const { target, base, count } = this.#frame(label)
    const state = target.copy()
    const taken = state.stack.splice(base, state.stack.length - base)
    for (let i = base; i < height - count; i++) state.stack.push(NOTHING)
    for (let i = 0; i < count; i++) state.stack.push(taken[i] ?? NOTHING)
    return state
  }

  /** Nothing that was computed before is sure to be used behind a place that may trap. */
  #trap(): void {
    this.traps = true
    this.#state.forget()
  }

  #leave(height: number, values: number): void {
    this.#state = this.#exit()
    this.#state.stack.length = 0
    for (let i = 0; i < height - values; i++) this.#state.stack.push(NOTHING)
  }

  #operands(count: number, bits: Bits): void {
    for (let i = 0; i < count; i++) this.#state.stack.push(bits)
  }

  #step(at: number): void {
    const instruction = this.#instructions[at]
    const { op, index, labels } = instruction
    const height = this.#flow.heights[at]
    const state = this.#state
    switch (op.name) {
      case 'local.get': {
        const bits = state.stack.pop()!
        state.use(index!, bits, this.#typeOf(index!))
        return
      }
      case 'local.set':
      case 'local.tee': {
        const bits = (op.name === 'local.tee' ? state.stack.pop()! : NOTHING) | state.bits(index!)
        state.define(index!)
        this.#overwriting.changeLocal(state, index!)
        state.stack.push(bits)
        return
      }
      case 'global.set':
        state.stack.push(this.#overwriting.setGlobal(state, index!) ? NOTHING : ALL)
        return
      case 'global.get':
        state.stack.pop()
        this.#overwriting.getGlobal(state, index!)
        return
      case 'drop':
        state.stack.push(NOTHING)
        return
      case 'select': {
        // Of the other one there is no use.
        const used = state.stack.pop()! !== NOTHING && !sameOperands(this.#instructions, this.#flow, at)
        state.stack.push(NOTHING, NOTHING, used ? ALL : NOTHING)
        return
      }
      case 'nop':
        return
      case 'br':
        this.#state = this.#branch(index!, height)
        return
      case 'br_if': {
        const { after } = this.#frame(index!)
        const matters = this.#branchMatters(at, index!, after)
        const target = this.#branch(index!, height - 1)
        state.resize(height - 1)
        state.meet(target)
        state.stack.push(matters ? ALL : NOTHING)
        return
      }
      case 'br_on_null':
      case 'br_on_non_null':
        state.forget()
        state.resize(height)
        state.meet(this.#branch(index!, height))
        return
      case 'br_table': {
        const targets = [...new Set(labels)]
        this.#state = this.#branch(targets[0], height - 1)
        for (const label of targets.slice(1)) this.#state.meet(this.#branch(label, height - 1))
        this.#state.stack.push(this.#tableMatters(at, targets) ? ALL : NOTHING)
        return
      }
      case 'return':
        this.#leave(height, this.#results)
        this.#operands(this.#results, ALL)
        this.#returnOf(this.#flow.left[at])
        return
      case 'call':
        this.#call(at, index!)
        return
      case 'call_indirect':
      case 'call_ref': {
        const { params, results } = this.#module.types[index!]
        this.#takeResults(at, results, true)
        this.#overwriting.call(state)
        this.#trap()
        this.#operands(params.length, NOTHING)
        state.stack.push(ALL)
        return
      }
      default:
    }
    if (op.name === 'unreachable' || op.name.startsWith('return_call') || /throw/.test(op.name)) {
      this.#leave(height, 0)
      this.#trap()
      return
    }
    if (op.imm.startsWith('memarg') && op.feature !== 'threads') return this.#access(at, instruction)
    this.#compute(at, instruction)
  }

  #branchMatters(at: number, label: number, after: State): boolean {
    const { start, count } = this.#frame(label)
    if (count > 0 || start < 0 || this.#instructions[start].op.name === 'loop') return true
    return this.#matters(at + 1, this.#flow.ends[start], after, start)
  }

  /** Whether the places differ to which the branches of a table lead. */
  #tableMatters(at: number, labels: readonly number[]): boolean {
    const frames = labels.map((label) => this.#frame(label))
    if (frames.some(({ start, count }) => count > 0 || start < 0 || this.#instructions[start].op.name === 'loop'))
      return labels.length > 1
    const places = labels.map((label) => this.#flow.leads(at, label)).sort((a, b) => a - b)
    const last = frames.find(({ start }) => this.#flow.ends[start] === places.at(-1))!
    return this.#matters(places[0], places.at(-1)!, last.after)
  }

  #returnOf(value: number): void {
    if (value < 0 || !NEVER_LOADED.test(this.#instructions[value].op.name)) this.loaded = true
  }

  #takeResults(at: number, types: readonly ValType[], loaded: boolean): void {
    const { stack } = this.#state
    const bits = stack.splice(stack.length - types.length, types.length)
    if (bits.includes(NOTHING) || (loaded && types.length === 1 && !isWhole(bits[0], types[0]))) this.#calls.add(at)
  }

  #call(at: number, index: number): void {
    const { type, body } = this.#module.funcs[index]
    const { params, traps, loaded } = this.#callee(index)
    this.#takeResults(at, type.results, loaded)
    if (body === undefined) this.#calls.delete(at)
    this.#overwriting.call(this.#state)
    if (traps) this.#trap()
    for (const used of params) this.#state.stack.push(used ? ALL : NOTHING)
  }

  #access(at: number, instruction: Instruction): void {
    const { op, memarg } = instruction
    const { stack } = this.#state
    const unchecked = isUnchecked(this.#module.memories[memarg!.memory])
    if (op.results!.length > 0) {
      const bits = stack.pop()!
      if (unchecked && !decidesFault(op.name, op.size!, bits)) this.#loads.add(at)
      this.#overwriting.load(this.#state, at)
      if (!unchecked) this.#trap()
      stack.push(ALL)
      // Of a vector of which one lane is replaced.
      if (op.params!.length > 1) stack.push(NOTHING)
      return
    }
    const overwritten = this.#overwriting.store(this.#state, at)
    if (!unchecked) this.#trap()
    const whole = op.imm === 'memarg' && !overwritten && unchecked
    const mask = op.size! < 8 ? (1n << BigInt(8 * op.size!)) - 1n : ALL
    stack.push(ALL, whole ? mask : NOTHING)
  }

  #compute(at: number, { op }: Instruction): void {
    const state = this.#state
    const { pops, pushes } = this.#flow.arity(at)
    const bits = pushes === 1 ? state.stack.at(-1)! : NOTHING
    state.stack.length -= pushes
    const operands = operandBits(this.#instructions, this.#flow, at, bits)
    if (op.traps && operands.traps) this.#trap()
    for (let i = 0; i < pops; i++) state.stack.push(operands.bits[i] ?? NOTHING)
  }
}

const EFFECT = /store|^call|^return|^throw|^rethrow|^unreachable|^br_|global\.set|^memory\.|^table\.|^data\.|^elem\./

/** Instructions that give something else than was loaded. */
const NEVER_LOADED = /const$|eqz?$|ne$|[lg][te](_[su])?$|load8_u$|\.(add|sub|mul)$/

/** Whether these bits of what a load gives cannot be known without reading its last byte, which lies outside if any does. */
function decidesFault(name: string, size: number, bits: Bits): boolean {
  if (bits === NOTHING) return false
  if (name.startsWith('v128')) return bits === ALL
  // What lies above the bytes that are read is the sign.
  const last = name.endsWith('_s') ? ALL & ~((1n << BigInt(8 * size - 8)) - 1n) : 0xffn << BigInt(8 * size - 8)
  return (bits & last) !== 0n
}
