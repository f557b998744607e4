/** Executables through C: what levels 2, 3 and s are. */
import type { BuildContext } from './build.ts'
import { generateConfig, listenRows } from './config.ts'
import { embedUnit } from './embed-unit.ts'
import type { ExecutableMaker, PlannedProgram } from './executable-maker.ts'
import { link, linksItself } from './link.ts'
import { usesNet } from './net.ts'
import { programUnits } from './program-units.ts'
import { hasObjects, programConfig } from './plan.ts'
import { runtimeUnit } from './runtime.ts'
import type { StoredFile } from './store.ts'
import { checkSupported } from './target-selection.ts'
import type { Target } from './targets.ts'
import { compileUnits, type Unit } from './unit.ts'

/** @throws CompileError for targets that the toolchain does not build for */
export function cMaker(context: BuildContext, targets: readonly Target[]): ExecutableMaker {
  const { toolchain, optimize, cpu, debug, sources } = context
  checkSupported(toolchain, targets)
  return {
    backend: 'c',
    toolchain: toolchain.info,
    optimize,
    async key(target, module) {
      const mode = { target, form: 'executable', kind: 'module', module, optimize, cpu, debug } as const
      const linker = linksItself(target, debug) ? ['own'] : [...target.link, ...target.strip]
      return [sources.runtimeHash, toolchain.identity, [...toolchain.flags(mode), ...linker].join('\0')]
    },
    make: (program, targets, keep) => makeExecutables(context, program, targets, keep),
  }
}

async function makeExecutables(
  context: BuildContext,
  program: PlannedProgram,
  targets: readonly Target[],
  keep: Parameters<ExecutableMaker['make']>[2],
): Promise<StoredFile[]> {
  const { plan, info, files } = program
  const { units: modules, rounding } = await programUnits(context, program)
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
  })
  const config: Unit = {
    kind: 'config',
    module: info.name,
    name: `${info.name}.config`,
    code: generateConfig(programConfig(plan, info)),
    data: [],
    contents: 'the configuration of the program',
    weight: 0,
  }
  // The runtime comes first: its fault handler takes what lies below all of a module's functions for itself.
  const objects = compileUnits(context, targets, 'executable', [config, runtime, ...embedded, ...modules])
  const executables = targets.map(async (target) => {
    const paths = await objects.get(target)!
    return keep(target, (temporary) => link(context, target, paths, info.name, temporary))
  })
  return context.all(executables)
}
