/** Which level a program is built at for a target, and why through C. What is installed has no say in it. */
import { CompileError } from './errors.ts'
import { hasMachineCode } from './machine-targets.ts'
import { backendOf, DEFAULT_CPU, DEFAULT_OPTIMIZE, parseCpu, parseOptimize, type BuildOptions } from './options.ts'
import type { Optimize } from './options.ts'
import { partsOf, type Target } from './targets.ts'

/** What C compilers are told where nobody chose a level and only they can do what is wanted. */
export const DEFAULT_C_OPTIMIZE: Optimize = 2

/** Why a C compiler is wanted, for whoever has none. */
export interface Need {
  /** 'debug: true' */
  what: string
  /** What there is to gain. */
  gain: string
  /** What to do instead. */
  instead: string
}

export interface Level {
  optimize: Optimize
  /** Absent where no C compiler is wanted. */
  need?: Need
}

/** The level that was chosen, else 1, else, where only a C compiler can do what was asked for, 2. @throws CompileError */
export function levelFor(options: BuildOptions, target: Target): Level {
  if (options.optimize !== undefined) {
    const level = chosenLevel(parseOptimize(options.optimize))
    if (level.need === undefined) checkUnprofiled(options)
    return level
  }
  const need = partsOf([target])
    .map((part) => needFor(options, part))
    .find((found) => found !== undefined)
  return need === undefined ? { optimize: DEFAULT_OPTIMIZE } : { optimize: DEFAULT_C_OPTIMIZE, need }
}

function checkUnprofiled({ profileGenerate, profileUse = [] }: BuildOptions): void {
  if (!profileGenerate && profileUse.length === 0) return
  const what = profileGenerate ? 'profileGenerate' : 'profileUse'
  throw new CompileError(`optimize: 1 has no ${what}`, {
    code: 'option',
    hint: 'set optimize to 2, 3 or s, or leave it out',
  })
}

/** A level that somebody chose, or that C compilers have without. */
export function chosenLevel(optimize: Optimize): Level {
  if (backendOf(optimize) === 'machine') return { optimize }
  const gain = optimize === 's' ? 'it makes smaller programs' : 'its programs run faster'
  const what = `optimize: ${typeof optimize === 'string' ? `'${optimize}'` : optimize}`
  return { optimize, need: { what, gain, instead: 'set optimize to 1, which needs no compiler' } }
}

function needFor(options: BuildOptions, target: Target): Need | undefined {
  const leaveOut = (what: string, gain: string): Need => ({ what, gain, instead: 'leave it out' })
  const { debug, cpu, toolchain, launcher, profileGenerate, profileUse = [] } = options
  if (debug) return leaveOut('debug: true', 'debuggers get names and lines')
  if (profileGenerate) return leaveOut('profileGenerate: true', 'programs count what is run often')
  if (profileUse.length > 0) return leaveOut('profileUse', 'programs are made to run faster by what was counted')
  if (toolchain !== undefined) return leaveOut(`toolchain: '${toolchain}'`, 'programs run faster than at level 1')
  if (launcher !== undefined) return leaveOut(`launcher: '${launcher}'`, 'programs run faster than at level 1')
  if (!hasMachineCode(target))
    return {
      what: `the target ${target.name}`,
      gain: 'it builds for this processor, too',
      instead: `leave ${target.name} out`,
    }
  if (target.arch === 'x64' && parseCpu(cpu ?? DEFAULT_CPU) !== DEFAULT_CPU)
    return leaveOut(`cpu: '${cpu}'`, 'code uses what this processor has')
  return undefined
}
