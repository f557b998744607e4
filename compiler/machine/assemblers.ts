/** The assemblers by processor. */
import { arm64 } from './arm64/assembler.ts'
import type { Assembler } from './assembler.ts'
import { x64 } from './x64/assembler.ts'

export interface AssemblerOptions {
  arch: 'x64' | 'arm64'
  /** Where memory 0 of the module lies, if it is its own. */
  memoryAt: number
  /** The module starts threads. */
  threaded: boolean
}

export const makeAssembler = ({ arch, memoryAt, threaded }: AssemblerOptions): Assembler =>
  arch === 'x64' ? x64({ memoryAt, rounding: false, popcount: false, threaded }) : arm64({ threaded })
