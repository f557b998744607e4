/** Executables through C: what levels 2, 3 and s are. */
import type { BuildContext } from './c-build.ts'
import { generateConfig, listenRows } from './config.ts'
import { embedUnit } from './embed-unit.ts'
import type { ExecutableMaker, PlannedProgram } from './executable-maker.ts'
import { link, linkShared, linksItself, sharedTarget } from './link.ts'
import { usesNet } from './net.ts'
import { checkProfile, profileKey, profileUnits } from './profile-units.ts'
import { programUnits } from './program-units.ts'
import { DEFAULT_CPU } from './options.ts'
import { hasObjects, programConfig } from './plan.ts'
import { runtimeUnit } from './runtime.ts'
import { readRuntime } from './runtime-file.ts'
import { hashKey, type StoredFile } from './store.ts'
import { checkSupported } from './target-selection.ts'
import type { CodeTarget, Target } from './targets.ts'
import { compileUnits, type Unit } from './unit.ts'

/** @throws CompileError for targets that the toolchain does not build for */
export function cMaker(context: BuildContext, targets: readonly Target[]): ExecutableMaker {
  const { toolchain, optimize, cpu, debug, sources } = context
  checkSupported(toolchain, targets)
  checkProfile(context)
  return {
    backend: 'c',
    toolchain: toolchain.info,
    optimize,
    counts: context.profileGenerate,
    async key(target, module) {
      const mode = { form: 'executable', kind: 'module', module, optimize, cpu, debug } as const
      const linker = linksItself(target, debug) ? ['own'] : [...target.link, ...target.strip]
      // Which of the two it is depends on the module, too.
      const code = sharedCode(context, target)
      const shared =
        code === undefined
          ? []
          : [hashKey(await readRuntime(target.name)), ...toolchain.flags({ ...mode, target: code })]
      const flags = toolchain.flags({ ...mode, target })
      return [
        sources.runtimeHash,
        toolchain.identity,
        [...flags, ...linker].join('\0'),
        ...shared,
        ...profileKey(context),
      ]
    },
    make: (program, targets, keep) => makeExecutables(context, program, targets, keep),
  }
}

/**
 * What a target's modules are compiled for if not for it alone. Zig's clang compiles for several systems at once; what
 * debuggers read is in the form of one; no other target has the levels of x64; and what counts its blocks has a runtime of its own.
 */
function sharedCode(context: BuildContext, target: Target): CodeTarget | undefined {
  const { toolchain, debug, cpu, profileGenerate } = context
  const alone =
    debug || profileGenerate || toolchain.info.name !== 'zig' || (target.arch === 'x64' && cpu !== DEFAULT_CPU)
  return alone ? undefined : sharedTarget(target)
}

async function makeExecutables(
  context: BuildContext,
  program: PlannedProgram,
  targets: readonly Target[],
  keep: Parameters<ExecutableMaker['make']>[2],
): Promise<StoredFile[]> {
  const { plan, info, files } = program
  const { units, rounding } = await programUnits(context, program)
  const { units: modules, config: counters } = await profileUnits(context, units, info)
  const net = usesNet(plan.imports)
  const embedded = files.roots.length === 0 ? [] : [embedUnit(info.name, files)]
  const runtime = runtimeUnit(context, {
    imports: plan.imports,
    atomics: plan.modules.length > 1 || plan.threads || plan.modules[0].module.features.has('threads'),
    rounding,
    threads: plan.threads,
    objects: hasObjects(plan),
    embed: embedded.length > 0,
    listen: net || listenRows(info.grants, net).length > 0,
    net,
    profile: context.profileGenerate,
  })
  const config: Unit = {
    kind: 'config',
    module: info.name,
    name: `${info.name}.config`,
    code: generateConfig(programConfig(plan, info)) + counters,
    data: [],
    contents: 'the configuration of the program',
    weight: 0,
  }
  // What each thread has of its own is found in another way on each system.
  const vectors = plan.modules.some(({ module }) => module.features.has('simd'))
  const alone = (target: Target): boolean => plan.threads || (vectors && target.ownVectors === true)
  const codeOf = new Map(targets.map((target) => [target, alone(target) ? undefined : sharedCode(context, target)]))
  const isShared = new Set<CodeTarget | undefined>(codeOf.values())
  // The runtime comes first: its fault handler takes what lies below all of a module's functions for itself.
  const objects = compileUnits(
    context,
    [...new Set(targets.map((target) => codeOf.get(target) ?? target))],
    'executable',
    [config, runtime, ...embedded, ...modules],
    (target, { kind }) => kind === 'module' || !isShared.has(target),
  )
  const executables = targets.map(async (target) => {
    const code = codeOf.get(target)
    const paths = await objects.get(code ?? target)!
    return keep(target, (temporary) =>
      code === undefined
        ? link(context, target, paths, info.name, temporary)
        : linkShared(context, target, paths, program, temporary),
    )
  })
  return context.all(executables)
}
