/**
 * Counters that begin at 0. Compilers to wasm let a counter run from a negative number up to 0, which saves a comparison. As
 * part of an address that is a sum that wraps around, of which LLVM finds out less than of one from 0 up; so such a counter
 * is written as one from 0, less a constant.
 */
import type { Instruction } from '../../wasm/instructions.ts'
import { I32 } from '../../wasm/types.ts'
import type { Place } from './straight-loop.ts'
import { opcode } from './terms.ts'
import type { NewLocals } from './writing.ts'

/** What ends the code of which it is known that what precedes it was run just before. */
const BREAKS: ReadonlySet<string> = new Set(['loop', 'else', 'end', 'br', 'br_table', 'return', 'unreachable'])
/** Instructions looked at. */
const MAX_LOOK = 200

/** Locals that are constants before an instruction, as far as the code in front of it says so. */
export function constantsBefore(instructions: readonly Instruction[], position: number): Map<number, bigint> {
  const constants = new Map<number, bigint>()
  const set = new Set<number>()
  for (let i = position - 1; i >= 0 && position - i < MAX_LOOK; i--) {
    const { op, index } = instructions[i]
    if (BREAKS.has(op.name) || op.name.startsWith('try') || op.name.startsWith('catch') || op.name === 'delegate') break
    if (op.name !== 'local.set' && op.name !== 'local.tee') continue
    const { op: before, value } = instructions[i - 1] ?? {}
    if (!set.has(index!) && (before?.name === 'i32.const' || before?.name === 'i64.const'))
      constants.set(index!, BigInt(value!))
    set.add(index!)
  }
  return constants
}

interface Counter {
  start: number
  /** The local that counts from 0. */
  from0: number
}

/** The instructions of a loop, up to its branch, with counters from 0; undefined where none begins below it. */
export function fromZero(
  instructions: readonly Instruction[],
  { start, branch }: Place,
  locals: NewLocals,
): Instruction[] | undefined {
  const counters = new Map<number, Counter>()
  for (const [index, value] of constantsBefore(instructions, start)) {
    if (value < 0n && isCounter(instructions, { start, branch }, index))
      counters.set(index, { start: Number(value), from0: locals.add(I32) })
  }
  if (counters.size === 0) return undefined
  const { offset } = instructions[start]
  const integer = (value: number): Instruction => ({ op: opcode('i32.const'), offset, value })
  const local = (name: string, index: number): Instruction => ({ op: opcode(name), offset, index })
  const add: Instruction = { op: opcode('i32.add'), offset }
  const written: Instruction[] = []
  for (const { from0 } of counters.values()) written.push(integer(0), local('local.set', from0))
  for (let i = start; i < branch; i++) {
    const instruction = instructions[i]
    const counter = counters.get(instruction.index ?? -1)
    if (counter === undefined || instruction.op.name !== 'local.get') {
      written.push(instruction)
      continue
    }
    const { from0 } = counter
    const set = instructions[i + SET]
    if (i + SET < branch && isSet(set, instruction.index!)) {
      written.push(local('local.get', from0), instructions[i + 1], add, local('local.tee', from0))
      written.push(integer(counter.start), add, set)
      i += SET
    } else written.push(local('local.get', from0), integer(counter.start), add)
  }
  return written
}

/** Behind `local.get` come a constant and `i32.add`. */
const SET = 3

const isSet = ({ op, index }: Instruction, local: number): boolean =>
  index === local && (op.name === 'local.set' || op.name === 'local.tee')

/** Whether a loop changes the local in one place, by a constant that is added. */
function isCounter(instructions: readonly Instruction[], { start, branch }: Place, index: number): boolean {
  let sets = 0
  for (let i = start; i < branch; i++) {
    if (!isSet(instructions[i], index)) continue
    if (i - start <= SET) return false
    const [get, constant, sum] = instructions.slice(i - SET, i)
    if (sum.op.name !== 'i32.add' || constant.op.name !== 'i32.const' || Number(constant.value) <= 0) return false
    if (get.op.name !== 'local.get' || get.index !== index) return false
    sets++
  }
  return sets === 1
}
