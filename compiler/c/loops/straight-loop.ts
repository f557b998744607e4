/** Loops without branches but the one back to their beginning, and what an iteration does. */
import type { Body, Instruction, MemArg } from '../../wasm/instructions.ts'
import type { Opcode } from '../../wasm/opcodes.ts'
import { F32, F64, I32, I64, type ValType } from '../../wasm/types.ts'
import { Terms, visit, type Load, type Term } from './terms.ts'

/** Where a loop is in a body: at its `loop`, at its `br_if 0`, which the `end` follows. */
export interface Place {
  start: number
  branch: number
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
  /** Another iteration follows unless it is 0; of either integer type. */
  condition: Term
}

/** Of one iteration; longer ones are no copies of something short. */
const MAX_LENGTH = 2000

/** The loops of a body that are straight. */
export function* straightLoops({ instructions }: Body): Generator<Place> {
  for (let start = 0; start < instructions.length; start++) {
    if (instructions[start].op.name !== 'loop') continue
    const branch = endOfStraight(instructions, start)
    if (branch !== undefined) yield { start, branch }
  }
}

function endOfStraight(instructions: readonly Instruction[], start: number): number | undefined {
  const { params, results } = instructions[start].block!
  if (params.length + results.length > 0) return undefined
  for (let i = start + 1; i < instructions.length && i - start < MAX_LENGTH; i++) {
    const { op, index } = instructions[i]
    if (op.name === 'br_if') return index === 0 && instructions[i + 1].op.name === 'end' ? i : undefined
    if (!isPlain(op)) return undefined
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
  { start, branch }: Place,
  typeOf: (local: number) => ValType,
): Iteration | undefined {
  const stack: Term[] = []
  const stores: Store[] = []
  const loads = new Set<Load>()
  const locals = new Map<number, Term>()
  for (let i = start + 1; i < branch; i++) {
    const { op, index, value, memarg, offset } = instructions[i]
    if (op.name === 'local.get') {
      stack.push(locals.get(index!) ?? terms.local(index!, typeOf(index!)))
      continue
    }
    const constant = CONSTANTS.get(op.name)
    if (constant !== undefined) {
      const integer = constant === I32 || constant === I64
      stack.push(integer ? terms.integer(constant, BigInt(value!)) : terms.float(constant, value!))
      continue
    }
    const count = op.name === 'local.set' || op.name === 'local.tee' ? 1 : op.params!.length
    if (stack.length < count) return undefined
    const operands = stack.splice(stack.length - count)
    if (index !== undefined) {
      locals.set(index, operands[0])
      if (op.name === 'local.tee') stack.push(operands[0])
    } else if (memarg === undefined) {
      if (op.results!.length !== 1) return undefined
      stack.push(terms.operation(op, operands, op.results![0]))
    } else if (op.results!.length === 1) {
      const load = terms.load(op, memarg, operands[0], stores.length)
      loads.add(load as Load)
      stack.push(load)
    } else {
      stores.push({ op, memarg, address: operands[0], value: operands[1], offset })
    }
  }
  if (stack.length !== 1) return undefined
  return { stores, loads, locals, condition: stack[0] }
}

/** All terms of an iteration, but for what they are made of. */
export function* termsOf({ stores, loads, locals, condition }: Iteration): Generator<Term> {
  for (const { address, value } of stores) yield* [address, value]
  for (const { address } of loads) yield address
  yield* locals.values()
  yield condition
}

/** The loads that terms are made of. */
export function loadsOf(all: Iterable<Term>): Set<Load> {
  const seen = new Set<Term>()
  for (const term of all) visit(term, seen)
  return new Set([...seen].filter((term) => term.kind === 'load'))
}
