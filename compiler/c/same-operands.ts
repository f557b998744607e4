/** Whether two operands are made of the same values: what an instruction makes of them may be a constant then. */
import type { Instruction } from '../wasm/instructions.ts'
import { opcodeByName, opcodes } from '../wasm/opcodes.ts'
import { POPS, type Flow } from './flow.ts'

const MAX_SAME = 6
const READS = new Set(['local.get', 'global.get', 'f32.const', 'f64.const', 'i32.const', 'i64.const'].map(idOf))

function idOf(name: string): number {
  return opcodeByName.get(name)!.id
}

/** Whether two instructions give the same value: the same expression, of locals that hardly change in between. */
function sameValue(instructions: readonly Instruction[], flow: Flow, a: number, b: number, depth = 0): boolean {
  if (a < 0 || b < 0 || depth > MAX_SAME) return false
  const [x, y] = [instructions[a], instructions[b]]
  if (x.op !== y.op || x.index !== y.index || x.value !== y.value || x.memarg?.offset !== y.memarg?.offset) return false
  if (READS.has(x.op.id)) return true
  const operands = x.op.params?.length ?? 0
  if (operands < 1 || operands > 2) return false
  return (
    sameValue(instructions, flow, flow.left[a], flow.left[b], depth + 1) &&
    (operands === 1 || sameValue(instructions, flow, flow.right[a], flow.right[b], depth + 1))
  )
}

/** Whether the first two operands of an instruction are the same. */
export const sameOperands = (instructions: readonly Instruction[], flow: Flow, at: number): boolean =>
  sameValue(instructions, flow, flow.left[at], flow.right[at])

/** Instructions into an operand that are looked at for what it is made of. */
const MAX_PARTS = 12
const IS_LOAD = opcodes.map(({ imm }) => imm.startsWith('memarg'))
const IS_LOCAL = opcodes.map(({ name }) => name === 'local.get' || name === 'local.tee')
const IS_KNOWN = opcodes.map(({ imm }) => imm === 'i32' || imm === 'i64' || imm === 'v128')

/** Locals that an operand is made of. What was loaded is in none yet. */
function localsOf(instructions: readonly Instruction[], flow: Flow, from: number): number[] {
  const found: number[] = []
  const next = [from]
  for (let i = 0; i < next.length && i < MAX_PARTS; i++) {
    const at = next[i]
    if (at < 0 || IS_LOAD[instructions[at].op.id]) continue
    const { id } = instructions[at].op
    if (IS_LOCAL[id]) found.push(instructions[at].index!)
    if (POPS[id] > 0) next.push(flow.left[at])
    if (POPS[id] > 1) next.push(flow.right[at])
  }
  return found
}

/** Whether the first two operands of an instruction are the same, or made of one local. */
export function shareOperands(instructions: readonly Instruction[], flow: Flow, at: number): boolean {
  const [left, right] = [flow.left[at], flow.right[at]]
  if (left < 0 || right < 0 || IS_KNOWN[instructions[left].op.id] || IS_KNOWN[instructions[right].op.id]) return false
  if (sameOperands(instructions, flow, at)) return true
  const locals = localsOf(instructions, flow, left)
  return locals.length > 0 && localsOf(instructions, flow, right).some((local) => locals.includes(local))
}
