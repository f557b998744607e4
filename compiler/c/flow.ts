/** Forward over a function: the height of the operand stack at each instruction, and where operands come from. */
import type { Body, Instruction } from '../wasm/instructions.ts'
import type { Func, Module } from '../wasm/module.ts'
import { opcodes } from '../wasm/opcodes.ts'

export interface Flow {
  /** Operands there before each instruction, -1 where it is not reached. */
  heights: Int32Array
  /** Of an `end` the instruction that opened the block, -1 of the function's; of that its `end`. */
  matching: Int32Array
  /** The instructions that the first and the second operand come from, -1 where that is not one alone. */
  left: Int32Array
  right: Int32Array
  /** The same of the result at the end of the function. */
  result: number
  /** Locals that are read anywhere: a bit each. */
  read: Uint32Array
  /** Stores in some loop. */
  inLoop: Set<number>
  /** Where loads and stores are, calls, and `global.set`. */
  accesses: number[]
  calls: number[]
  globalSets: number[]
  /** Blocks and branches. */
  branches: number
  /** The largest height. */
  tallest: number
  /** Of `br` and `br_if` the instruction that opened the block they lead out of, or of the loop they lead to; -1 of the function. */
  target: Int32Array
}

/** How an instruction counts here. */
const [PLAIN, OPEN, MIDDLE, CLOSE, LEAVE] = [0, 1, 2, 3, 4]

const KINDS = opcodes.map(({ name, imm }) => {
  if (imm.startsWith('block')) return OPEN
  if (name === 'else' || name === 'catch' || name === 'catch_all') return MIDDLE
  if (name === 'end' || name === 'delegate') return CLOSE
  return /^(br|br_table|return|return_call.*|unreachable|throw|throw_ref|rethrow)$/.test(name) ? LEAVE : PLAIN
})

/** What instructions without a fixed type take and give; the others are in the opcode table. */
const SHAPES: Record<string, [pops: number, pushes: number]> = {
  'local.get': [0, 1],
  'global.get': [0, 1],
  'ref.null': [0, 1],
  'ref.func': [0, 1],
  'local.set': [1, 0],
  'global.set': [1, 0],
  drop: [1, 0],
  throw_ref: [1, 0],
  br_if: [1, 0],
  br_on_non_null: [1, 0],
  'local.tee': [1, 1],
  'ref.is_null': [1, 1],
  'ref.as_non_null': [1, 1],
  'table.get': [1, 1],
  'table.set': [2, 0],
  'table.grow': [2, 1],
  'table.fill': [3, 0],
  select: [3, 1],
  'struct.new': [0, 1],
  'struct.new_default': [0, 1],
  'struct.get': [1, 1],
  'struct.get_s': [1, 1],
  'struct.get_u': [1, 1],
  'struct.set': [2, 0],
  'array.new': [2, 1],
  'array.new_default': [1, 1],
  'array.new_fixed': [0, 1],
  'array.new_data': [2, 1],
  'array.new_elem': [2, 1],
  'array.get': [2, 1],
  'array.get_s': [2, 1],
  'array.get_u': [2, 1],
  'array.set': [3, 0],
  'array.fill': [4, 0],
  'array.copy': [5, 0],
  'array.init_data': [4, 0],
  'array.init_elem': [4, 0],
  'ref.test': [1, 1],
  'ref.cast': [1, 1],
  'any.convert_extern': [1, 1],
  'extern.convert_any': [1, 1],
  'ref.i31': [1, 1],
}
const fixed = opcodes.map(({ name, params, results }) =>
  params && results ? ([params.length, results.length] as const) : (SHAPES[name] ?? ([0, 0] as const)),
)
/** By {@link Opcode.id}: operands taken and results given; {@link CALLS} have others. */
export const POPS = Uint8Array.from(fixed, ([pops]) => pops)
export const PUSHES = Uint8Array.from(fixed, ([, pushes]) => pushes)
const IS_CALL = opcodes.map(({ name }) => /^(return_)?call/.test(name))
const IS_ACCESS = opcodes.map(({ imm }) => imm.startsWith('memarg'))
const IS_GET = opcodes.map(({ name }) => name === 'local.get')
const IS_SET = opcodes.map(({ name }) => name === 'global.set')

/** Operands below a block, 0 where it is not reached. */
export function baseOf({ op, block }: Instruction, height: number): number {
  return Math.max(0, height - block!.params.length - (op.name === 'if' ? 1 : 0))
}

/** Operands of a call, with what it is called through; of a throw. */
function callPops(module: Module, { op, index }: Instruction): number {
  if (op.imm === 'func') return module.funcs[index!].type.params.length
  if (op.imm === 'tag') return module.tags[index!].type.params.length
  return module.types[index!].params.length + 1
}

/** Operands that an instruction takes. */
export function popsOf(module: Module, instruction: Instruction): number {
  const { op, index, index2 } = instruction
  if (IS_CALL[op.id]) return callPops(module, instruction)
  if (op.name === 'struct.new') return module.types[index!].fields!.length
  return op.name === 'array.new_fixed' ? index2! : POPS[op.id]
}

const callPushes = (module: Module, { op, index }: Instruction): number =>
  (op.imm === 'func' ? module.funcs[index!].type : module.types[index!]).results.length

interface Block {
  start: number
  base: number
  reachable: boolean
}

export function flowOf(module: Module, func: Func, { locals, instructions }: Body): Flow {
  const count = instructions.length
  const numbers = (): Int32Array => new Int32Array(count).fill(-1)
  const [heights, left, right, matching, target] = [numbers(), numbers(), numbers(), numbers(), numbers()]
  const inLoop = new Set<number>()
  const read = new Uint32Array((func.type.params.length + locals.length + 31) >>> 5)
  const [accesses, calls, globalSets]: number[][] = [[], [], []]
  const blocks: Block[] = [{ start: -1, base: 0, reachable: true }]
  const stack: number[] = []
  let reachable = true
  let loops = 0
  let branches = 0
  let tallest = 0
  const restart = (base: number, results: number): void => {
    if (stack.length > base) stack.length = base
    while (stack.length < base + results) stack.push(-1)
  }
  for (let at = 0; at < count; at++) {
    const instruction = instructions[at]
    const { op, block, index } = instruction
    if (reachable) heights[at] = stack.length
    if (stack.length > tallest) tallest = stack.length
    const kind = KINDS[op.id]
    switch (kind) {
      case OPEN: {
        branches += 4
        if (reachable && op.name === 'if') stack.pop()
        const base = reachable ? stack.length - block!.params.length : -1
        blocks.push({ start: at, base, reachable })
        if (op.name === 'loop') loops++
        if (reachable) restart(base, block!.params.length)
        continue
      }
      case MIDDLE: {
        const frame = blocks.at(-1)!
        reachable = frame.reachable
        const { params } = instructions[frame.start].block!
        const values = op.name === 'else' ? params.length : op.name === 'catch' ? callPops(module, instruction) : 0
        if (reachable) restart(frame.base, values)
        continue
      }
      case CLOSE: {
        const frame = blocks.pop()!
        matching[at] = frame.start
        if (frame.start < 0) continue
        matching[frame.start] = at
        const { op: opened, block: type } = instructions[frame.start]
        if (opened.name === 'loop') loops--
        // Not exact, where nothing leads to the end of the block: what is written there is not taken for reached.
        reachable = frame.reachable
        if (reachable) restart(frame.base, type!.results.length)
        continue
      }
      default:
    }
    if (!reachable) continue
    if (IS_GET[op.id]) read[index! >>> 5] |= 1 << (index! & 31)
    else if (IS_ACCESS[op.id]) {
      accesses.push(at)
      if (loops > 0 && op.results!.length === 0) inLoop.add(at)
    } else if (IS_SET[op.id]) globalSets.push(at)
    else if (op.imm.startsWith('label')) branches += instruction.labels?.length ?? 1
    if (op.imm === 'label') target[at] = blocks.at(-1 - index!)!.start
    const isCall = IS_CALL[op.id]
    if (isCall) calls.push(at)
    const pops = popsOf(module, instruction)
    if (pops > 0) {
      left[at] = stack.at(-pops) ?? -1
      if (pops > 1) right[at] = stack.at(1 - pops) ?? -1
      stack.length = Math.max(0, stack.length - pops)
    } else if (op.name === 'return') left[at] = stack.at(-1) ?? -1
    if (kind === LEAVE) {
      reachable = false
      continue
    }
    const pushes = isCall ? callPushes(module, instruction) : PUSHES[op.id]
    for (let i = 0; i < pushes; i++) stack.push(pushes === 1 ? at : -1)
  }
  const result = stack.at(-1) ?? -1
  return {
    heights,
    matching,
    left,
    right,
    result,
    read,
    inLoop,
    accesses,
    calls,
    globalSets,
    branches,
    tallest,
    target,
  }
}
