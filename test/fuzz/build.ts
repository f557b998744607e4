/** Compiles a random module with its driver into an executable, the way createExecutable does. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withBuild } from '../../compiler/c-build.ts'
import type { CompiledModule } from '../../compiler/compile.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { link, linkOurselves } from '../../compiler/link.ts'
import { moduleUnits } from '../../compiler/module-units.ts'
import type { Optimize } from '../../compiler/options.ts'
import { hashKey } from '../../compiler/store.ts'
import { findTarget } from '../../compiler/targets.ts'
import { compileUnits, type Unit } from '../../compiler/unit.ts'
import { usesObjects } from '../../compiler/wasm/objects.ts'
import { testCache } from '../support/tools.ts'
import { elfObject } from '../support/elf-object.ts'
import { driverCode, forMachine } from './driver.ts'
import type { Plan } from './plan.ts'

await loadVectors()

const folder = fileURLToPath(new URL('driver/', import.meta.url))

/** 'machine': by compiler/machine. */
export type Level = Optimize | 'machine'

export interface BuildOptions {
  target: string
  optimize: Level
  toolchain?: string
  /** A collection at each allocation. */
  stress?: boolean
  output: string
}

const STRESS = '#define WASM_GC_STRESS\n'

/** Writes the executable to `output`. @throws CompileError if the C does not compile */
export async function build(compiled: CompiledModule, plan: Plan, options: BuildOptions): Promise<void> {
  const target = findTarget(options.target)!
  // Beside the other tests' cache: what random modules leave there is of no use to anyone.
  const cacheDir = join(testCache, 'fuzz')
  if (options.optimize === 'machine') return buildMachine(compiled, plan, options)
  const { optimize, toolchain, stress } = options
  await withBuild({ cacheDir, optimize, toolchain, jobs: 2 }, async (context) => {
    const collected = usesObjects(compiled.module) ? '#define WASM_GC\n' : ''
    const code = collected + (stress ? STRESS : '') + (await readFile(join(folder, 'support.c'), 'utf8'))
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

async function buildMachine(compiled: CompiledModule, plan: Plan, options: BuildOptions): Promise<void> {
  const { output, stress } = options
  const target = findTarget(options.target)!
  const { module } = compiled
  const arch = target.arch === 'arm64' ? 'arm64' : 'x64'
  const object = generateMachineCode(module, {
    arch,
    memoryAt: target.memory,
    file: 'module.wasm',
    entries: true,
    importsAreC: true,
    importsThrow: plan.catches || undefined,
  })
  await writeFile(`${output}.o`, elfObject(object, arch))
  await withBuild({ cacheDir: join(testCache, 'fuzz'), optimize: 2, jobs: 2 }, async (context) => {
    const support = await readFile(join(folder, 'support.c'), 'utf8')
    const header = await readFile(join(folder, 'support.h'), 'utf8')
    const code = forMachine(driverCode(compiled, plan, true)).replace('#include "support.h"', header)
    const machine = '#define WASM_MACHINE\n'
    const common = { module: '', data: [], contents: 'the driver', weight: 0 }
    const includes = hashKey(context.sources.runtimeHash)
    const units: Unit[] = [
      { ...common, kind: 'config', name: 'driver', code: machine + code },
      { ...common, kind: 'runtime', name: 'support', code: machine + (stress ? STRESS : '') + support, includes },
      {
        ...common,
        kind: 'runtime',
        name: 'called',
        code: `${machine}#include "types.h"\n#include "machine.c"\n`,
        includes,
      },
    ]
    const objects = await compileUnits(context, [target], 'executable', units).get(target)!
    const all = [...objects, `${output}.o`]
    // Other systems' linkers do not read ELF.
    if (target.platform === 'linux') await link(context, target, all, 'fuzz', output)
    else await linkOurselves(target, all, 'fuzz', output)
  })
}
