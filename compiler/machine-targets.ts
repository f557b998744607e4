/** Which targets level 1 builds for. Apart from the generator, which builds that find all in the cache do not load. */
import { CompileError } from './errors.ts'
import type { Target } from './targets.ts'

/** A target that machine code is written for. */
export type MachineTarget = Target & { arch: 'x64' | 'arm64' }

/** Processors that machine code is written for. */
export const MACHINE_ARCHS: readonly Target['arch'][] = ['x64', 'arm64']

/** Whether level 1 builds for a target. */
export const hasMachineCode = (target: Target): target is MachineTarget => MACHINE_ARCHS.includes(target.arch)

/** Refuses what level 1 does not build. @throws CompileError */
export function checkMachineTargets(targets: readonly Target[]): asserts targets is readonly MachineTarget[] {
  const others = targets.filter((target) => !hasMachineCode(target)).map(({ name }) => name)
  if (others.length === 0) return
  throw new CompileError(`optimize: 1 does not build for ${others.join(', ')}`, {
    code: 'option',
    hint: 'set optimize to 2, which builds for all targets, or leave it or these targets out',
  })
}
