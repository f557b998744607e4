import { findTarget, hasMachineCode } from '../../compiler/index.ts'

/** The levels to test a target at: our own machine code where there is any, and the one that goes through C that most use. */
export const levelsOf = (target: string): readonly (1 | 2)[] => (hasMachineCode(findTarget(target)!) ? [1, 2] : [2])
