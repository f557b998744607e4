/** Forward over a function: the height of the operand stack at each instruction, and where operands come from. */
import type { Body, Instruction } from '../wasm/instructions.ts'
import type { Func, Module } from '../wasm/module.ts'

export interface Arity {
  pops: number
  pushes: number
}

export interface Flow {
  /** Operands there before each instruction, -1 where it is not reached. */
  heights: Int32Array
  /** Of an instruction that opens a block: operands below it, -1 where it is not reached. */
  bases: Int32Array
  /** Of an `end`: the instruction that opened the block. */
  starts: Int32Array
  /** Of an instruction that opens a block: its `end`. */
  ends: Int32Array
  /** The instructions that the first and the second operand come from, -1 where that is not one alone. */
  left: Int32Array
  right: Int32Array
  /** The instruction that the result at the end of the function comes from, or -1. */
  result: number
  /** Locals that are read anywhere: a bit each. */
  read: Uint32Array
  /** Blocks and branches. */
  blocks: number
  /** The largest height. */
  tallest: number
  /** In some loop. */
  inLoop: Uint8Array
  arity(at: number): Arity
  /** Where a branch of the instruction leads: behind the end of a block, or to the head of a loop. */
  leads(at: number, label: number): number
}

interface Block {
  start: number
  base: number
  reachable: boolean
}

/** What an instruction takes and gives, other than structured control. */
function arityOf(module: Module, func: Func, { op, index }: Instruction): Arity {
  if (op.params && op.results) return { pops: op.params.length, pushes: op.results.length }
  const of = (params: number, results: number): Arity => ({ pops: params, pushes: results })
  switch (op.name) {
    case 'local.get':
    case 'global.get':
    case 'ref.null':
    case 'ref.func':
      return of(0, 1)
    case 'local.set':
    case 'global.set':
    case 'drop':
    case 'throw_ref':
      return of(1, 0)
    case 'local.tee':
    case 'ref.is_null':
    case 'ref.as_non_null':
    case 'table.get':
      return of(1, 1)
    case 'table.set':
      return of(2, 0)
    case 'table.grow':
      return of(2, 1)
    case 'table.fill':
      return of(3, 0)
    case 'select':
      return of(3, 1)
    case 'call':
    case 'return_call': {
      const { params, results } = module.funcs[index!].type
      return of(params.length, results.length)
    }
    case 'call_indirect':
    case 'call_ref':
    case 'return_call_indirect':
    case 'return_call_ref': {
      const { params, results } = module.types[index!]
      return of(params.length + 1, results.length)
    }
    case 'throw':
      return of(module.tags[index!].type.params.length, 0)
    case 'return':
      return of(func.type.results.length, 0)
    case 'br_if':
      return of(1, 0)
    default:
      return of(0, 0)
  }
}

const LEAVES = /^(br|br_table|return|return_call.*|unreachable|throw|throw_ref|rethrow)$/

export function flowOf(module: Module, func: Func, { locals, instructions }: Body): Flow {
  const count = instructions.length
  const heights = new Int32Array(count).fill(-1)
  const bases = new Int32Array(count).fill(-1)
  const starts = new Int32Array(count).fill(-1)
  const ends = new Int32Array(count).fill(-1)
  const left = new Int32Array(count).fill(-1)
  const right = new Int32Array(count).fill(-1)
  const inLoop = new Uint8Array(count)
  const around = new Int32Array(count)
  const parents = new Int32Array(count).fill(-1)
  const read = new Uint32Array((func.type.params.length + locals.length + 31) >>> 5)
  const blocks: Block[] = [{ start: -1, base: 0, reachable: true }]
  const stack: number[] = []
  let reachable = true
  let loops = 0
  let branches = 0
  let tallest = 0
  const restart = (base: number, results: number): void => {
    stack.length = Math.min(stack.length, base)
    while (stack.length < base + results) stack.push(-1)
  }
  for (let at = 0; at < count; at++) {
    const instruction = instructions[at]
    const { op, block, index } = instruction
    around[at] = blocks.at(-1)!.start
    if (loops > 0) inLoop[at] = 1
    if (reachable) heights[at] = stack.length
    tallest = Math.max(tallest, stack.length)
    if (block) branches += 4
    else if (op.imm.startsWith('label')) branches += instruction.labels?.length ?? 1
    if (op.imm.startsWith('block')) {
      if (reachable && op.name === 'if') stack.pop()
      const base = reachable ? stack.length - block!.params.length : -1
      bases[at] = base
      parents[at] = around[at]
      blocks.push({ start: at, base, reachable })
      if (op.name === 'loop') loops++
      if (reachable) restart(base, block!.params.length)
    } else if (op.name === 'else' || op.name === 'catch' || op.name === 'catch_all') {
      const frame = blocks.at(-1)!
      reachable = frame.reachable
      const { params } = instructions[frame.start].block!
      const values =
        op.name === 'else' ? params.length : op.name === 'catch' ? module.tags[index!].type.params.length : 0
      if (reachable) restart(frame.base, values)
    } else if (op.name === 'end' || op.name === 'delegate') {
      const frame = blocks.pop()!
      starts[at] = frame.start
      if (frame.start < 0) break
      ends[frame.start] = at
      const { op: opened, block: type } = instructions[frame.start]
      if (opened.name === 'loop') loops--
      // Not exact, where nothing leads to the end of the block: what is written there is not taken for reached.
      reachable = frame.reachable
      if (reachable) restart(frame.base, type!.results.length)
    } else if (reachable) {
      if (op.name === 'local.get') read[index! >>> 5] |= 1 << (index! & 31)
      const { pops, pushes } = arityOf(module, func, instruction)
      if (pops > 1) right[at] = stack.at(1 - pops)!
      if (pops > 0) left[at] = stack.at(-pops)!
      stack.length = Math.max(0, stack.length - pops)
      if (LEAVES.test(op.name)) reachable = false
      else for (let i = 0; i < pushes; i++) stack.push(pushes === 1 ? at : -1)
    }
  }
  return {
    result: stack.at(-1) ?? -1,
    blocks: branches,
    tallest,
    heights,
    bases,
    starts,
    ends,
    left,
    right,
    read,
    inLoop,
    arity: (at) => arityOf(module, func, instructions[at]),
    leads: (at, label) => {
      let start = around[at]
      for (let i = 0; i < label && start >= 0; i++) start = parents[start]
      if (start < 0) return count
      return instructions[start].op.name === 'loop' ? start : ends[start]
    },
  }
}
