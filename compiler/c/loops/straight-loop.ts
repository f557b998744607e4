/** Loops without branches but the one back to their beginning, and one out of their middle, and what an iteration does. */
import type { Body, Instruction, MemArg } from '../../wasm/instructions.ts'
import type { Opcode } from '../../wasm/opcodes.ts'
import { F32, F64, I32, I64, type ValType } from '../../wasm/types.ts'
import { opcode, type Load, type Term, type Terms } from './terms.ts'

/** Where a loop is in a body: at its `loop`, at its `br_if 0`, which the `end` follows. */
export interface Place {
  start: number
  branch: number
}

/**
 * A loop that ends in its middle: `branch` is a `br 0`. Between a `block` and its `end` are a condition, the `br_if 0` by which the
 * loop goes on, and what is run when it does not, which leads elsewhere. Without a `block` it is a `br_if` that leads elsewhere.
 */
export interface PlaceWithExit extends Place {
  block: number | undefined
  /** At the `br_if`. */
  decides: number
  end: number
}

export interface Store {
  op: Opcode
  memarg: MemArg
  address: Term
  value: Term
  offset: number
}

/** An iteration. */
export interface Iteration {
  stores: Store[]
  loads: Set<Load>
  /** The locals that it sets, with their values at its end. */
  locals: Map<number, Term>
  /** Another iteration follows unless it is 0; of either integer type. Where there is an exit, the iteration goes on behind it. */
  condition: Term
  exit?: {
    /** The locals that are set then. */
    locals: Map<number, Term>
    /** How many stores come before. */
    stores: number
  }
}

/** Of one iteration; longer ones are no copies of something short. */
const MAX_LENGTH = 2000
/** Of what is run at an exit. */
const MAX_EXIT = 1000

/** The loops of a body that are straight. */
export function* straightLoops({ instructions }: Body): Generator<Place> {
  for (let start = 0; start < instructions.length; start++) {
    if (instructions[start].op.name !== 'loop') continue
    const branch = endOfStraight(instructions, start)
    if (branch !== undefined) yield { start, branch }
  }
}

function endOfStraight(instructions: readonly Instruction[], start: number): number | undefined {
  if (!hasNoValues(instructions[start])) return undefined
  const branch = behindPlain(instructions, start + 1)
  const { op, index } = instructions[branch]
  return op.name === 'br_if' && index === 0 && instructions[branch + 1].op.name === 'end' ? branch : undefined
}

/** The loops of a body that are straight but for an exit. */
export function* loopsWithExit({ instructions }: Body): Generator<PlaceWithExit> {
  for (let start = 0; start < instructions.length; start++) {
    // What it results in does not matter: it is left by its exit alone.
    if (instructions[start].op.name !== 'loop' || instructions[start].block!.params.length > 0) continue
    const exit = exitAt(instructions, behindPlain(instructions, start + 1))
    if (exit === undefined) continue
    const branch = behindPlain(instructions, exit.end + 1)
    const { op, index } = instructions[branch]
    if (op.name === 'br' && index === 0 && instructions[branch + 1].op.name === 'end') yield { start, branch, ...exit }
  }
}

function exitAt(instructions: readonly Instruction[], at: number): Omit<PlaceWithExit, keyof Place> | undefined {
  const { op, index } = instructions[at]
  if (op.name === 'br_if' && index! > 0) return { block: undefined, decides: at, end: at }
  if (op.name !== 'block' || !hasNoValues(instructions[at])) return undefined
  const decides = behindPlain(instructions, at + 1)
  if (instructions[decides].op.name !== 'br_if' || instructions[decides].index !== 0) return undefined
  const end = endOf(instructions, decides + 1)
  return end !== undefined && LEADS_ELSEWHERE.has(instructions[end - 1].op.name)
    ? { block: at, decides, end }
    : undefined
}

const LEADS_ELSEWHERE: ReadonlySet<string> = new Set(['br', 'br_table', 'return', 'unreachable'])

const hasNoValues = ({ block }: Instruction): boolean => block!.params.length + block!.results.length === 0

/** The first instruction from one on that is not plain, or so far behind it that it does not matter. */
function behindPlain(instructions: readonly Instruction[], from: number): number {
  let i = from
  while (i - from < MAX_LENGTH && isPlain(instructions[i].op)) i++
  return i
}

/** The `end` of the block that an instruction is in; undefined if it is far away. */
function endOf(instructions: readonly Instruction[], from: number): number | undefined {
  for (let i = from, depth = 0; i < instructions.length && i - from < MAX_EXIT; i++) {
    const { op } = instructions[i]
    if (op.imm.startsWith('block')) depth++
    else if ((op.name === 'end' || op.name === 'delegate') && depth-- === 0) return i
  }
  return undefined
}

const FEATURES: ReadonlySet<string> = new Set(['mvp', 'sign-extension'])
const LOCALS: ReadonlySet<string> = new Set(['local.get', 'local.set', 'local.tee'])
const CONSTANTS = new Map<string, ValType>([
  ['i32.const', I32],
  ['i64.const', I64],
  ['f32.const', F32],
  ['f64.const', F64],
])

/** What has no effect but on locals and memory, and traps at most for an access. */
function isPlain(op: Opcode): boolean {
  if (!FEATURES.has(op.feature) || op.traps) return false
  if (LOCALS.has(op.name) || CONSTANTS.has(op.name)) return true
  return op.params !== undefined && (op.imm === '' || op.imm === 'memarg')
}

/** What the instructions of an iteration do together; undefined if something is left on the stack or taken from below. */
export function iterationOf(
  terms: Terms,
  instructions: readonly Instruction[],
  place: Place | PlaceWithExit,
  typeOf: (local: number) => ValType,
): Iteration | undefined {
  const running = new Running(terms, typeOf)
  const { stack, stores, loads, locals } = running
  const run = (from: number, to: number): boolean => {
    for (let i = from; i < to; i++) if (!running.run(instructions[i])) return false
    return true
  }
  const { start, branch } = place
  if (!('decides' in place)) {
    if (!run(start + 1, branch) || stack.length !== 1) return undefined
    return { stores, loads, locals, condition: stack[0] }
  }
  const { block, decides } = place
  if (block !== undefined && !run(start + 1, block)) return undefined
  if (!run((block ?? start) + 1, decides)) return undefined
  const decision = stack.pop()
  const condition = block === undefined && decision ? terms.operation(opcode('i32.eqz'), [decision], I32) : decision
  const exit = { locals: new Map(locals), stores: stores.length }
  if (condition === undefined || stack.length > 0) return undefined
  if (!run(place.end + 1, branch) || stack.length > 0) return undefined
  return { stores, loads, locals, condition, exit }
}

/** What instructions have done together. */
class Running {
  readonly stack: Term[] = []
  readonly stores: Store[] = []
  readonly loads = new Set<Load>()
  readonly locals = new Map<number, Term>()
  readonly #terms: Terms
  readonly #typeOf: (local: number) => ValType

  constructor(terms: Terms, typeOf: (local: number) => ValType) {
    this.#terms = terms
    this.#typeOf = typeOf
  }

  /** One more; false if that is not possible. */
  run({ op, index, value, memarg, offset }: Instruction): boolean {
    const { stack, stores, loads, locals } = this
    const terms = this.#terms
    if (op.name === 'local.get') {
      stack.push(locals.get(index!) ?? terms.local(index!, this.#typeOf(index!)))
      return true
    }
    const constant = CONSTANTS.get(op.name)
    if (constant !== undefined) {
      const integer = constant === I32 || constant === I64
      stack.push(integer ? terms.integer(constant, BigInt(value!)) : terms.float(constant, value!))
      return true
    }
    const count = op.name === 'local.set' || op.name === 'local.tee' ? 1 : op.params!.length
    if (stack.length < count) return false
    const operands = stack.splice(stack.length - count)
    if (index !== undefined) {
      locals.set(index, operands[0])
      if (op.name === 'local.tee') stack.push(operands[0])
    } else if (memarg === undefined) {
      if (op.results!.length !== 1) return false
      stack.push(terms.operation(op, operands, op.results![0]))
    } else if (op.results!.length === 1) {
      const load = terms.load(op, memarg, operands[0], stores.length)
      loads.add(load as Load)
      stack.push(load)
    } else {
      stores.push({ op, memarg, address: operands[0], value: operands[1], offset })
    }
    return true
  }
}

/** All terms of an iteration, but for what they are made of. */
export function* termsOf({ stores, loads, locals, condition }: Iteration): Generator<Term> {
  for (const { address, value } of stores) yield* [address, value]
  for (const { address } of loads) yield address
  yield* locals.values()
  yield condition
}
