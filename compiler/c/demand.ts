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
import { opcodes, type Opcode } from '../wasm/opcodes.ts'
import type { ValType } from '../wasm/types.ts'
import { ALL, isWhole, mask, NOTHING, ofSet, toSet, union, type Bits } from './bits.ts'
import { mayTrap, pushOperands } from './demand-operands.ts'
import { State } from './demand-state.ts'
import { baseOf, flowOf, popsOf, PUSHES, type Flow } from './flow.ts'
import { mayBeInlined } from './inlining.ts'
import { influencing } from './influence.ts'
import { isUnchecked } from './memories.ts'
import { Overwriting } from './overwriting.ts'
import { sameOperands } from './same-operands.ts'
import { storesBack } from './written-back.ts'

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

/** In words that are copied, and for each instruction. In functions that take more, all loads are kept. */
const MAX_WORK = 1 << 26
const MAX_WORK_EACH = 256
/** Each loop in a loop may need one more. */
const MAX_PASSES = 16
/** Instructions after which it is not looked any further whether a branch matters. */
const MAX_REGION = 500
/** For each instruction of a function; in those that take more, no further branch is found to matter. */
const MAX_LOOKS = 100

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
    return new Analysis(this.#module, func, body, (index) => this.#summary(index)).run()
  }

  #summary(index: number): Summary {
    let summary = this.#summaries.get(index)
    if (summary === undefined) this.#summaries.set(index, (summary = this.#summarize(index)))
    return summary
  }

  /** Nothing is known of what the function calls, so that this looks at no other. */
  #summarize(index: number): Summary {
    const func = this.#module.funcs[index]
    const throws = this.#mayThrow(index)
    if (!mayBeInlined(func)) return { params: func.type.params.map(() => true), traps: throws, loaded: false }
    const body = decodeBody(this.#module, func)
    const analysis = new Analysis(this.#module, func, body, (callee) => this.#unknown(callee))
    analysis.run()
    return {
      params: func.type.params.map((_, i) => analysis.usesParameter(i)),
      traps: throws || analysis.traps,
      loaded: analysis.loaded,
    }
  }

  #unknown(index: number): Summary {
    const func = this.#module.funcs[index]
    const inlined = mayBeInlined(func)
    return {
      params: func.type.params.map(() => !inlined),
      traps: inlined || this.#mayThrow(index),
      loaded: inlined,
    }
  }
}

interface Frame {
  /** The instruction that opened the block, -1 of the function. */
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

/** Goes backward past an instruction. */
type Step = (analysis: Analysis, at: number, instruction: Instruction) => void

class Analysis {
  readonly module: Module
  readonly instructions: readonly Instruction[]
  readonly flow: Flow
  readonly overwriting: Overwriting
  /** Stores of what is there, which make no use of it. */
  readonly storesBack: ReadonlySet<number>
  readonly callee: (index: number) => Summary
  readonly results: number
  readonly #body: Body
  readonly #params: readonly ValType[]
  readonly #heads = new Map<number, State>()
  #frames: Frame[] = []
  state: State
  loads = new Set<number>()
  /** Those that count. */
  stores = new Set<number>()
  calls = new Set<number>()
  traps = false
  loaded = false
  /** Instructions that were looked at for whether branches matter. */
  #looked = 0

  constructor(module: Module, func: Func, body: Body, callee: (index: number) => Summary) {
    this.module = module
    this.instructions = body.instructions
    this.callee = callee
    this.results = func.type.results.length
    this.#body = body
    this.#params = func.type.params
    this.flow = flowOf(module, func, body)
    this.overwriting = new Overwriting(this.instructions, this.flow)
    this.storesBack = storesBack(this.instructions, this.flow)
    this.state = this.exit()
  }

  run(): Kept {
    const { branches, tallest, read } = this.flow
    const work = branches * (2 * read.length + this.overwriting.cells / 32 + tallest)
    if (work > Math.min(MAX_WORK, MAX_WORK_EACH * this.instructions.length)) return this.#keepAll()
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      this.loads = new Set()
      this.calls = new Set()
      this.stores = new Set()
      if (!this.#pass()) return this.#withoutInfluence()
    }
    return this.#keepAll()
  }

  #withoutInfluence(): Kept {
    for (const at of influencing(this.module, this.instructions, this.flow, this.stores, this.loads))
      this.loads.delete(at)
    return this
  }

  /** Without a look at the function. */
  #keepAll(): Kept {
    this.state = this.exit()
    this.traps = this.loaded = true
    for (const at of this.flow.accesses) {
      const { op, memarg } = this.instructions[at]
      if (op.results!.length > 0 && isUnchecked(this.module.memories[memarg!.memory])) this.loads.add(at)
    }
    for (const at of this.flow.calls) this.calls.add(at)
    return this
  }

  usesParameter(index: number): boolean {
    return this.state.bits(index) === ALL
  }

  typeOf(local: number): ValType {
    const count = this.#params.length
    return local < count ? this.#params[local] : this.#body.locals.type(local - count)!
  }

  /** Where the function returns. */
  exit(): State {
    const results = Array.from({ length: this.results }, (): Bits => ALL)
    return State.empty(this.#params.length + this.#body.locals.length, this.overwriting.cells, results)
  }

  /** Goes through the function once; answers whether what is known of the head of a loop has changed. */
  #pass(): boolean {
    let changed = false
    const exit = this.exit()
    this.state = exit.copy()
    if (this.results > 0) this.returnOf(this.flow.result)
    this.#frames = [{ start: -1, target: exit, base: 0, count: this.results, after: exit }]
    for (let at = this.instructions.length - 2; at >= 0; at--) {
      const instruction = this.instructions[at]
      const { id } = instruction.op
      const structure = STRUCTURE[id]
      if (structure === undefined) {
        if (this.flow.heights[at] >= 0) STEPS[id](this, at, instruction)
      } else if (structure === 'open') changed = this.#openBlock(at, instruction) || changed
      else if (structure === 'close') this.#closeBlock(at)
      else this.#middle(instruction.op)
    }
    return changed
  }

  frame(label: number): Frame {
    return this.#frames[Math.max(0, this.#frames.length - 1 - label)]
  }

  #closeBlock(at: number): void {
    const start = this.flow.matching[at]
    const { block, op } = this.instructions[start]
    const base = baseOf(this.instructions[start], this.flow.heights[start])
    // The code behind a block that nothing leaves is not reached, and may be of any height.
    this.state.resize(base + block!.results.length)
    const after = this.state
    this.state = after.copy()
    if (op.name !== 'loop') {
      this.#frames.push({ start, target: after, base, count: block!.results.length, after })
      return
    }
    const count = block!.params.length
    let head = this.#heads.get(start)
    if (head === undefined) {
      head = State.best(this.flow.read, this.overwriting.cells, base, count)
      this.#heads.set(start, head)
    }
    this.#frames.push({ start, target: head, base, count, after })
  }

  #middle({ name }: Opcode): void {
    const frame = this.#frames.at(-1)!
    if (name === 'else') frame.otherwise = this.state
    // What handlers use is not taken for used by the code they guard: that only keeps more loads.
    this.state = frame.after.copy()
  }

  /** Answers whether less is known of a loop's head than before. */
  #openBlock(at: number, instruction: Instruction): boolean {
    const { op, block } = instruction
    const frame = this.#frames.pop()!
    const height = baseOf(instruction, this.flow.heights[at]) + block!.params.length
    this.state.resize(height)
    if (op.name === 'loop') return frame.target.meet(this.state)
    if (op.name === 'if') {
      // The parameters of an `if` without an else branch are its results.
      this.state.meet(frame.otherwise ?? frame.after)
      const matters = frame.count > 0 || this.matters(at + 1, this.flow.matching[at], frame.after)
      this.state.stack.push(matters ? ALL : NOTHING)
    }
    return false
  }

  /**
   * Whether it makes a difference that the instructions from `from` up to `to` are executed, where `after` comes next.
   * What branches lead to between `outer` and `last` does not count.
   */
  matters(from: number, to: number, after: State, outer = from, last = to): boolean {
    const end = Math.min(to, from + MAX_REGION)
    for (let at = from; at < end; at++) {
      if (++this.#looked > MAX_LOOKS * this.instructions.length) return false
      if (this.flow.heights[at] < 0) continue
      const { op, index } = this.instructions[at]
      const effect = EFFECTS[op.id]
      if (effect === 'always') return true
      if (effect === 'assignment' && after.bits(index!) !== NOTHING) return true
      if (effect !== 'branch') continue
      const leads = this.#leads(at)
      if (leads > last || leads < outer) return true
      // Back in a loop, whose beginning is executed again.
      if (leads < from && this.matters(leads, from, after, leads, last)) return true
    }
    return false
  }

  /** Where a `br` or `br_if` leads: to the end of a block, or the head of a loop. */
  #leads(at: number): number {
    const start = this.flow.target[at]
    if (start < 0) return this.instructions.length
    return this.instructions[start].op.name === 'loop' ? start : this.flow.matching[start]
  }

  /** A branch to `label`, for which `height` operands are there before. */
  branch(label: number, height: number): State {
    const { target, base, count } = this.frame(label)
    const state = target.copy()
    const taken = state.stack.splice(base)
    for (let i = base; i < height - count; i++) state.stack.push(NOTHING)
    for (let i = 0; i < count; i++) state.stack.push(taken[i] ?? NOTHING)
    return state
  }

  /** Whether a branch to `label` leads to something else than what comes next. */
  branchMatters(at: number, label: number): boolean {
    const { start, count, after } = this.frame(label)
    if (count > 0 || start < 0 || this.instructions[start].op.name === 'loop') return true
    return this.matters(at + 1, this.flow.matching[start], after, start)
  }

  /** Whether the places differ to which the branches of a table lead. */
  tableMatters(labels: readonly number[]): boolean {
    const frames = labels.map((label) => this.frame(label))
    if (frames.some(({ start, count }) => count > 0 || start < 0 || this.instructions[start].op.name === 'loop'))
      return labels.length > 1
    const places = frames.map(({ start }) => this.flow.matching[start]).sort((a, b) => a - b)
    const last = frames.find(({ start }) => this.flow.matching[start] === places.at(-1))!
    return this.matters(places[0], places.at(-1)!, last.after)
  }

  /** Nothing that was computed before is sure to be used behind a place that may trap. */
  trap(): void {
    this.traps = true
    this.state.forget()
  }

  /** The function is left; of the operands only the uppermost `values` are of use. */
  leave(height: number, values: number): void {
    this.state = this.exit()
    const { stack } = this.state
    stack.length = 0
    for (let i = 0; i < height; i++) stack.push(i < height - values ? NOTHING : ALL)
  }

  returnOf(value: number): void {
    if (value < 0 || !NEVER_LOADED[this.instructions[value].op.id]) this.loaded = true
  }

  takeResults(at: number, types: readonly ValType[], loaded: boolean): void {
    const { stack } = this.state
    const bits = stack.splice(stack.length - types.length)
    if (bits.includes(NOTHING) || (loaded && types.length === 1 && !isWhole(bits[0], types[0]))) this.calls.add(at)
  }
}

const step: Record<string, Step> = {
  nop: () => {},
  'local.get': (a, _, { index }) => a.state.use(index!, a.state.stack.pop()!, a.typeOf(index!)),
  'local.set': (a, _, { index }) => assign(a, index!, NOTHING),
  'local.tee': (a, _, { index }) => assign(a, index!, a.state.stack.pop()!),
  'global.get': (a, _, { index }) => {
    a.state.stack.pop()
    a.overwriting.getGlobal(a.state, index!)
  },
  'global.set': (a, _, { index }) => void a.state.stack.push(a.overwriting.setGlobal(a.state, index!) ? NOTHING : ALL),
  drop: (a) => void a.state.stack.push(NOTHING),
  select: (a, at) => {
    const used = a.state.stack.pop()! !== NOTHING && !sameOperands(a.instructions, a.flow, at)
    // Of the one that is not taken there is no use.
    a.state.stack.push(NOTHING, NOTHING, used ? ALL : NOTHING)
  },
  br: (a, at, { index }) => {
    a.state = a.branch(index!, a.flow.heights[at])
  },
  br_if: (a, at, { index }) => {
    const height = a.flow.heights[at] - 1
    const matters = a.branchMatters(at, index!)
    a.state.resize(height)
    a.state.meet(a.branch(index!, height))
    a.state.stack.push(matters ? ALL : NOTHING)
  },
  br_on_null: branchOnReference,
  br_on_non_null: branchOnReference,
  br_on_cast: branchOnReference,
  br_on_cast_fail: branchOnReference,
  br_table: (a, at, { labels }) => {
    const height = a.flow.heights[at] - 1
    const targets = [...new Set(labels)]
    a.state = a.branch(targets[0], height)
    for (const label of targets.slice(1)) a.state.meet(a.branch(label, height))
    a.state.stack.push(a.tableMatters(targets) ? ALL : NOTHING)
  },
  return: (a, at) => {
    a.leave(a.flow.heights[at], a.results)
    a.returnOf(a.flow.left[at])
  },
  call: (a, at, { index }) => {
    const { type, body } = a.module.funcs[index!]
    const { params, traps, loaded } = a.callee(index!)
    a.takeResults(at, type.results, loaded)
    if (body === undefined) a.calls.delete(at)
    a.overwriting.call(a.state)
    if (traps) a.trap()
    for (const used of params) a.state.stack.push(used ? ALL : NOTHING)
  },
  call_indirect: callThrough,
  call_ref: callThrough,
}

function assign(a: Analysis, local: number, used: Bits): void {
  const bits = union(used, a.state.bits(local))
  a.state.define(local)
  a.overwriting.changeLocal(a.state, local)
  a.state.stack.push(bits)
}

function branchOnReference(a: Analysis, at: number, { index }: Instruction): void {
  const height = a.flow.heights[at]
  a.state.forget()
  a.state.resize(height)
  a.state.meet(a.branch(index!, height))
}

/** The arguments are there before the checks of what is called. */
function callThrough(a: Analysis, at: number, { index }: Instruction): void {
  const { params, results } = a.module.types[index!]
  a.takeResults(at, results, true)
  a.overwriting.call(a.state)
  a.trap()
  for (let i = 0; i < params.length; i++) a.state.stack.push(NOTHING)
  a.state.stack.push(ALL)
}

/** Unreachable, throws, tail calls. */
function end(a: Analysis, at: number): void {
  a.leave(a.flow.heights[at], 0)
  a.trap()
}

/** @param last what decides of its result whether it faults: bits that lie in its last byte */
const load =
  (last: bigint, isVector: boolean, takesVector: boolean): Step =>
  (a, at, { memarg }) => {
    const { stack } = a.state
    const bits = stack.pop()!
    a.overwriting.load(a.state, at)
    if (!isUnchecked(a.module.memories[memarg!.memory])) a.trap()
    else if (isVector ? bits !== ALL : (toSet(bits, 64) & last) === 0n) a.loads.add(at)
    stack.push(ALL)
    // A lane of it is replaced.
    if (takesVector) stack.push(NOTHING)
  }

const store =
  (bits: Bits): Step =>
  (a, at, { memarg }) => {
    const overwritten = a.overwriting.store(a.state, at)
    const unchecked = isUnchecked(a.module.memories[memarg!.memory])
    if (!unchecked) a.trap()
    const counts = unchecked && !overwritten && !a.storesBack.has(at)
    if (counts) a.stores.add(at)
    a.state.stack.push(ALL, counts ? bits : NOTHING)
  }

function access({ name, size, params, results, imm }: Opcode): Step {
  const bytes = size!
  // All bits above the last byte are its sign.
  const below = mask(8 * bytes - 8)
  if (results!.length > 0) {
    const last = name.endsWith('_s') ? mask(64) & ~below : mask(Math.min(8 * bytes, 64)) & ~below
    return load(last, name.startsWith('v128'), params!.length > 1)
  }
  // Other lanes are not stored.
  return store(imm !== 'memarg' ? NOTHING : bytes < 8 ? ofSet(mask(8 * bytes), 64) : ALL)
}

const compute: Step = (a, at, { op }) => {
  const { stack } = a.state
  const bits = PUSHES[op.id] === 1 ? stack.pop()! : NOTHING
  if (mayTrap(a.instructions, a.flow, at)) a.trap()
  pushOperands(stack, a.instructions, a.flow, at, bits)
}

/** Of what becomes part of an object nothing is known. */
const objectStep: Step = (a, _, instruction) => {
  const { stack } = a.state
  const { op } = instruction
  for (let i = 0; i < PUSHES[op.id]; i++) stack.pop()
  if (op.traps) a.trap()
  for (let i = popsOf(a.module, instruction); i > 0; i--) stack.push(NOTHING)
}

/** Of both halves of a result. The upper one takes all of what is multiplied. */
const wide: Step = (a, _, { op }) => {
  const high = a.state.stack.pop()!
  const low = a.state.stack.pop()!
  if (op.params!.length === 4) a.state.stack.push(low, high, low, high)
  else {
    const bits = high === NOTHING ? low : ALL
    a.state.stack.push(bits, bits)
  }
}

const STEPS = opcodes.map((op): Step => {
  if (step[op.name]) return step[op.name]
  if (op.name.startsWith('return_call') || /^(unreachable|throw|throw_ref|rethrow)$/.test(op.name)) return end
  if (op.feature === 'gc' && op.name !== 'ref.eq') return objectStep
  if (op.feature === 'wide-arithmetic') return wide
  return op.imm.startsWith('memarg') && op.feature !== 'threads' ? access(op) : compute
})

const STRUCTURE = opcodes.map(({ name, imm }) => {
  if (imm.startsWith('block')) return 'open'
  if (name === 'end' || name === 'delegate') return 'close'
  return name === 'else' || name.startsWith('catch') ? 'middle' : undefined
})

const ALWAYS = /store|atomic|^call|^return|throw|^br_|^memory\.|^table\.|^data\.|^elem\.|^global\.set$/
/** What executing an instruction changes; loads are seen to on their own. */
const EFFECTS = opcodes.map(({ name, traps }) => {
  if (name === 'br' || name === 'br_if') return 'branch'
  if (name === 'local.set' || name === 'local.tee') return 'assignment'
  return traps || ALWAYS.test(name) ? 'always' : undefined
})

/** Instructions that give something else than was loaded, or a byte. */
const NEVER_LOADED = opcodes.map(({ name }) =>
  /const$|eqz?$|ne$|[lg][te](_[su])?$|load8_u$|\.(add|sub|mul)$/.test(name),
)
