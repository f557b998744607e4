import type { Instruction } from '../../wasm/instructions.ts'

/**
 * Instructions without so many of the blocks around them; undefined if they branch to one of these, or in ways that loops' code
 * hardly does.
 */
export function outOf(instructions: readonly Instruction[], blocks: number): Instruction[] | undefined {
  const moved: Instruction[] = []
  let depth = 0
  for (const instruction of instructions) {
    const { op, index, labels } = instruction
    if (op.imm === 'cast' || op.imm === 'block catches' || /^(try|catch|delegate|rethrow)/.test(op.name))
      return undefined
    const targets = op.imm === 'label' ? [index!] : (labels ?? [])
    if (targets.some((label) => label >= depth && label < depth + blocks)) return undefined
    const label = (target: number): number => (target < depth ? target : target - blocks)
    if (op.imm === 'label') moved.push({ ...instruction, index: label(index!) })
    else moved.push(labels === undefined ? instruction : { ...instruction, labels: labels.map(label) })
    if (op.imm.startsWith('block')) depth++
    else if (op.name === 'end') depth--
  }
  return moved
}
