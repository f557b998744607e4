import { CompileError } from './errors.ts'
import { didYouMean } from './suggest.ts'
import { ALL_TARGETS, findTarget, TARGETS, type Target, type TargetSelector } from './targets.ts'

const NAMES = ALL_TARGETS.map(({ name }) => name)

/** The machine this runs on, undefined if executables cannot be built for it. */
export function hostTarget(): Target | undefined {
  return findTarget(machine())
}

/** Browsers have no such object. */
function machine(): string {
  const { process: host } = globalThis as { process?: { platform?: string; arch?: string } }
  return host?.platform === undefined ? 'a browser' : `${host.platform}-${host.arch}`
}

/**
 * The targets that names stand for, in the table's order and without duplicates.
 * @throws CompileError for an unknown name, an empty list, or `host` on a machine that is no target.
 */
export function selectTargets(names: readonly string[]): Target[] {
  const chosen = new Set<Target>()
  for (const name of names) {
    if (name === 'all') TARGETS.forEach((target) => chosen.add(target))
    else chosen.add(selectTarget(name))
  }
  if (chosen.size === 0) {
    throw new CompileError('no target was given', { code: 'target', hint: `choose from ${targetWords()}` })
  }
  return ALL_TARGETS.filter((target) => chosen.has(target))
}

/** One target by name or `host`. @throws CompileError */
export function selectTarget(name: string): Target {
  const target = name === 'host' ? hostTarget() : findTarget(name)
  if (target !== undefined) return target
  if (name === 'host') {
    throw new CompileError(`this machine (${machine()}) is no target`, {
      code: 'target',
      hint: `name the targets to build for: ${NAMES.join(', ')}`,
    })
  }
  const words: TargetSelector[] = [...NAMES, 'host', 'all']
  throw new CompileError(`unknown target "${name}"${didYouMean(name, words)}`, {
    code: 'target',
    hint: `choose from ${targetWords()}`,
  })
}

const targetWords = () => [...NAMES, 'host', 'all'].join(', ')

/** Rejects targets that a toolchain cannot build for. @throws CompileError */
export function checkSupported(toolchain: { supports(target: Target): boolean }, targets: readonly Target[]): void {
  const foreign = targets.filter((target) => !toolchain.supports(target)).map((target) => target.name)
  if (foreign.length === 0) return
  throw new CompileError(`toolchain 'cc' builds for this machine only, not for ${foreign.join(', ')}`, {
    code: 'toolchain',
    hint: 'leave the toolchain option out: level 1 and Zig build for all targets',
  })
}
