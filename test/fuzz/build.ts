/** Compiles a random module with its driver into an executable, the way createExecutable does. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withBuild } from '../../compiler/build.ts'
import type { CompiledModule } from '../../compiler/compile.ts'
import { link } from '../../compiler/link.ts'
import { moduleUnits } from '../../compiler/module-units.ts'
import type { Optimize } from '../../compiler/options.ts'
import { hashKey } from '../../compiler/store.ts'
import { findTarget } from '../../compiler/targets.ts'
import { compileUnits, type Unit } from '../../compiler/unit.ts'
import { testCache } from '../support/tools.ts'
import { driverCode } from './driver.ts'
import type { Plan } from './plan.ts'

const folder = fileURLToPath(new URL('driver/', import.meta.url))

/** Writes the executable to `output`. @throws CompileError if the C does not compile */
export async function build(
  compiled: CompiledModule,
  plan: Plan,
  options: { target: string; optimize: Optimize; output: string },
): Promise<void> {
  const target = findTarget(options.target)!
  // Beside the other tests' cache: what random modules leave there is of no use to anyone.
  const cacheDir = join(testCache, 'fuzz')
  await withBuild({ cacheDir, optimize: options.optimize, jobs: 2 }, async (context) => {
    const code = await readFile(join(folder, 'support.c'), 'utf8')
    const header = await readFile(join(folder, 'support.h'), 'utf8')
    const common = { module: '', data: [], contents: 'the driver', weight: 0 }
    const units: Unit[] = [
      {
        ...common,
        kind: 'config',
        name: 'driver',
        code: driverCode(compiled, plan).replace('#include "support.h"', header),
      },
      { ...common, kind: 'runtime', name: 'support', code, includes: hashKey(context.sources.runtimeHash) },
      ...moduleUnits(compiled),
    ]
    const objects = await compileUnits(context, [target], 'executable', units).get(target)!
    await link(context, target, objects, 'fuzz', options.output)
  })
}
