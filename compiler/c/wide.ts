/**
 * Functions that are compiled a second time, for processors with AVX2 that the program finds when it first calls one: vectors of 32 bytes,
 * and instructions that leave their operands as they are. Loops over numbers and arrays take about a tenth less time by it, others hardly any.
 */
import type { Func } from '../wasm/module.ts'
import type { Body } from '../wasm/instructions.ts'
import { opcodes } from '../wasm/opcodes.ts'
import type { Scope } from './scope.ts'
import { prototype } from './types.ts'

/** Bytes of wasm: what is larger has few such loops for its size. */
const MAX_BYTES = 4096

const BEGINS = new Set(['block', 'loop', 'if', 'try', 'try_table'])
const isBeginning = opcodes.map(({ name }) => BEGINS.has(name))
const isCall = opcodes.map(({ name }) => name.includes('call'))
const isBranch = opcodes.map(({ name }) => name.startsWith('br_') || name === 'br')
const isAccess = opcodes.map(({ imm }) => imm.startsWith('memarg'))
const isArithmetic = opcodes.map(({ name }) => /^f(32|64)(x\d)?\.(add|sub|mul|div|sqrt|min|max|abs|neg)$/.test(name))

/** One of so many instructions is in such loops, at least: the rest of the function is larger for nothing. */
const SHARE = 3

interface Block {
  isLoop: boolean
  start: number
  /** It has a call or another loop. */
  hasMore: boolean
  blocks: boolean
  branches: number
  accesses: boolean
  computes: boolean
}

/** Whether a function is mostly loops that wider vectors are for: without calls or other loops, over numbers, or straight on over memory. */
export function gainsByWideVectors(func: Func, { instructions }: Body): boolean {
  if (func.body!.end - func.body!.start > MAX_BYTES) return false
  const open: Block[] = []
  let inLoops = 0
  for (const [at, { op }] of instructions.entries()) {
    const inner = open.at(-1)
    if (isBeginning[op.id]) {
      const isLoop = op.name === 'loop'
      open.push({ isLoop, start: at, hasMore: false, blocks: false, branches: 0, accesses: false, computes: false })
    } else if (op.name === 'end') {
      const block = open.pop()
      const outer = open.at(-1)
      const isStraight = block !== undefined && !block.blocks && block.branches === 1 && block.accesses
      if (block?.isLoop && !block.hasMore && (block.computes || isStraight)) inLoops += at - block.start
      if (block && outer) {
        outer.blocks = true
        outer.hasMore ||= block.hasMore || block.isLoop
        outer.branches += block.branches
        outer.accesses ||= block.accesses
        outer.computes ||= block.computes
      }
    } else if (inner !== undefined) {
      if (isCall[op.id]) inner.hasMore = true
      else if (isBranch[op.id]) inner.branches++
      else if (isAccess[op.id]) inner.accesses = true
      else if (isArithmetic[op.id]) inner.computes = true
    }
  }
  return SHARE * inLoops >= instructions.length
}

/** The C of a function in both forms. @param top what it is declared as. */
export function twoForms(scope: Scope, { index, type }: Func, top: string, block: string): string {
  const name = scope.functions[index]
  scope.clones.push(index)
  // Behind a Z no mangled name has these letters.
  const [plain, wide] = [`${name}_Zplain`, cloneName(scope, index)]
  const args = type.params.map((_, i) => `l${i}`).join(', ')
  const isVoid = type.results.length === 0
  const call = (callee: string): string => `${isVoid ? '' : 'return '}${callee}(${args})`
  const chosen = isVoid ? `{ ${call(wide)}; return; }` : `${call(wide)};`
  return `WIDE_BODY ${prototype(plain, type, true)}
${block}
WIDE_CLONE(${prototype(wide, type, true)}, ${call(plain)})
${top} { WIDE_CALL(${chosen}) ${call(plain)}; }
`
}

export const cloneName = (scope: Scope, index: number): string => `${scope.functions[index]}_Zwide`
