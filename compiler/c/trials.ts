/**
 * Values by trial: what an instruction gives, computed from a memory, locals and operands of random values. What differs
 * in a trial does depend on what was changed for it, and what is equal in several is equal but for chance.
 */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import { F64, I64, V128, type ValType } from '../wasm/types.ts'
import { mask } from './bits.ts'
import type { Flow } from './flow.ts'

/** Instructions that are looked at for one value: what lies further back counts as unknown. */
const MAX_STEPS = 64

/** Of operands without a sign; results are cut to their type. */
type Rule = (a: bigint, b: bigint, width: bigint) => bigint

const signed = (value: bigint, width: bigint): bigint => BigInt.asIntN(Number(width), value)
const rotated = (a: bigint, by: bigint, width: bigint): bigint => (a << by) | (a >> (width - by))

/** By name, without the type. */
const RULES: Record<string, Rule> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div_u: (a, b) => (b === 0n ? 0n : a / b),
  div_s: (a, b, width) => (b === 0n ? 0n : signed(a, width) / signed(b, width)),
  rem_u: (a, b) => (b === 0n ? 0n : a % b),
  and: (a, b) => a & b,
  andnot: (a, b) => a & ~b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  not: (a) => ~a,
  shl: (a, b, width) => a << (b % width),
  shr_u: (a, b, width) => a >> (b % width),
  shr_s: (a, b, width) => signed(a, width) >> (b % width),
  rotl: (a, b, width) => rotated(a, b % width, width),
  rotr: (a, b, width) => rotated(a, width - (b % width), width),
  wrap_i64: (a) => a,
  extend_i32_u: (a) => a,
  extend_i32_s: (a) => signed(a, 32n),
  extend8_s: (a) => signed(a, 8n),
  extend16_s: (a) => signed(a, 16n),
  extend32_s: (a) => signed(a, 32n),
}
const ofLanes =
  (rule: Rule, width: number): Rule =>
  (a, b) => {
    let result = 0n
    for (let at = 0n; at < 128n; at += BigInt(width))
      result |= BigInt.asUintN(width, rule(a >> at, b >> at, BigInt(width))) << at
    return result
  }

function ruleOf(name: string): Rule | undefined {
  const [type, operation = ''] = name.split('.')
  if (operation.startsWith('reinterpret')) return (a) => a
  if (/^(i32|i64|v128)$/.test(type)) return RULES[operation]
  const lanes = /^i(\d+)x\d+$/.exec(type)
  return lanes && /^(add|sub)$/.test(operation) ? ofLanes(RULES[operation], Number(lanes[1])) : undefined
}

const COMPUTED = opcodes.map(({ name, params, results }) => {
  const rule = ruleOf(name)
  if (rule === undefined) return undefined
  const bits = (value: ValType): number => (value === V128 ? 128 : value === I64 || value === F64 ? 64 : 32)
  return { rule, operands: bits(params![0]), width: BigInt(bits(results![0])) }
})
const IS_LOAD = opcodes.map(
  ({ name, imm, feature, results }) =>
    imm === 'memarg' && feature !== 'threads' && results!.length > 0 && (name === 'v128.load' || !name.startsWith('v')),
)

const [LOCAL, GLOBAL, OPERAND, RESULT, BITS, MEMORY] = [1, 2, 3, 4, 5, 6]

/** A byte of memory that is another one, and the bits of it that are. */
interface Changed {
  memory: number
  address: bigint
  bits: bigint
}

export class Trials {
  readonly #instructions: readonly Instruction[]
  readonly #flow: Flow
  /** Of `local.get` the instruction that set the local last in the order of the code, -1. */
  readonly #set: Int32Array
  #trial = 0
  #steps = 0
  /** Where locals are set before, their values are unknown. */
  #from = 0
  #changed: Changed | undefined

  constructor(instructions: readonly Instruction[], flow: Flow) {
    this.#instructions = instructions
    this.#flow = flow
    this.#set = new Int32Array(instructions.length).fill(-1)
    const last = new Map<number, number>()
    instructions.forEach(({ op, index }, at) => {
      if (op.imm !== 'local') return
      if (op.name === 'local.get') this.#set[at] = last.get(index!) ?? -1
      else last.set(index!, at)
    })
  }

  /** The loads that what is stored is made of, as far as a few steps back tell; no further back than `from`. */
  loads(at: number, from = 0): number[] {
    const { left, right } = this.#flow
    const found: number[] = []
    const next = [right[at]]
    for (let i = 0; i < next.length && i < MAX_STEPS; i++) {
      if (next[i] < from) continue
      const { op } = this.#instructions[next[i]]
      if (IS_LOAD[op.id]) found.push(next[i])
      else if (op.imm === 'local') next.push(left[op.name === 'local.get' ? this.#set[next[i]] : next[i]] ?? -1)
      else if (COMPUTED[op.id]) next.push(left[next[i]], right[next[i]])
    }
    return found
  }

  /** Whether a store changes nothing. */
  storesBack(at: number, trial: number): boolean {
    this.#begin(trial, 0)
    return this.#stored(at) === this.#inMemory(at)
  }

  /** Whether a store changes something else where the last byte that is loaded is another one. Both are behind `from`. */
  decides(load: number, store: number, from: number, trial: number): boolean {
    this.#begin(trial, from)
    const before = this.#stored(store)
    this.#begin(trial, from)
    const { memarg, op } = this.#instructions[load]
    const { memory } = memarg!
    const address = this.#address(load) + BigInt(op.size! - 1)
    this.#begin(trial, from, { memory, address, bits: this.#random(BITS, trial) & 0xffn })
    return this.#stored(store) !== before
  }

  #begin(trial: number, from: number, changed?: Changed): void {
    this.#trial = trial
    this.#steps = 0
    this.#from = from
    this.#changed = changed
  }

  #stored(at: number): bigint {
    return this.#value(this.#flow.right[at], 2 * at + 1) & mask(8 * this.#instructions[at].op.size!)
  }

  #address(at: number): bigint {
    const { offset, wide } = this.#instructions[at].memarg!
    const base = this.#value(this.#flow.left[at], 2 * at)
    // Places are counted in numbers, which 64 bits are none of.
    return ((wide ? base : base & mask(32)) + BigInt(offset)) & mask(48)
  }

  /** What lies where an instruction accesses. */
  #inMemory(at: number): bigint {
    const { op, memarg } = this.#instructions[at]
    const { memory } = memarg!
    const address = this.#address(at)
    let value = 0n
    // In words of 8 bytes.
    for (let word = Number((address + BigInt(op.size!) - 1n) >> 3n); word >= Number(address >> 3n); word--)
      value = (value << 64n) | this.#random(MEMORY + memory, word)
    value = (value >> (8n * (address & 7n))) & mask(8 * op.size!)
    const changed = this.#changed
    const place = changed?.memory === memory ? changed.address - address : -1n
    return place >= 0n && place < op.size! ? value ^ (changed!.bits << (8n * place)) : value
  }

  /** What an instruction gives, without a sign; `unknown` numbers what is none's alone. */
  #value(at: number, unknown: number): bigint {
    if (at < this.#from) return this.#random(OPERAND, unknown)
    if (++this.#steps > MAX_STEPS) return this.#random(RESULT, at)
    const { left, right } = this.#flow
    const { op, index, value, lanes } = this.#instructions[at]
    const set = op.name === 'local.tee' ? at : this.#set[at]
    switch (op.imm) {
      case 'i32':
        return BigInt.asUintN(32, BigInt(value!))
      case 'i64':
        return BigInt.asUintN(64, BigInt(value!))
      case 'v128':
        return lanes!.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n)
      case 'global':
        return this.#random(GLOBAL, index!)
      case 'local':
        return set < this.#from ? this.#random(LOCAL, index!) : this.#value(left[set], 2 * set)
    }
    if (IS_LOAD[op.id]) {
      const loaded = this.#inMemory(at)
      return op.name.endsWith('_s') ? BigInt.asUintN(64, signed(loaded, BigInt(8 * op.size!))) : loaded
    }
    const computed = COMPUTED[op.id]
    if (computed === undefined) return this.#random(RESULT, at)
    const { rule, operands, width } = computed
    const a = BigInt.asUintN(operands, this.#value(left[at], 2 * at))
    const b = op.params!.length > 1 ? BigInt.asUintN(operands, this.#value(right[at], 2 * at + 1)) : 0n
    return BigInt.asUintN(Number(width), rule(a, b, width))
  }

  /** 64 bits that look random, the same for the same number in a trial. */
  #random(kind: number, number: number): bigint {
    let low = Math.imul(this.#trial + 1, 0x9e3779b1) ^ Math.imul(kind, 0x85ebca6b)
    let high = Math.imul(number | 0, 0xc2b2ae35) ^ Math.imul(Math.floor(number / 2 ** 32) | 0, 0x27d4eb2f)
    for (let i = 0; i < 4; i++) {
      low = Math.imul(low ^ (low >>> 15) ^ high, 0x2c1b3c6d)
      high = Math.imul(high ^ (high >>> 13) ^ low, 0x297a2d39)
    }
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  }
}
