/** The stages of a component, as `compile.ts` has them of modules. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { aside, integrity, runStage, type DecodedModule, type StageOptions } from '../compile.ts'
import { CompileError } from '../errors.ts'
import type { ModuleNames } from '../module-info.ts'
import { findSources } from '../sources.ts'
import { decodeComponent } from './decode.ts'
import { describeComponent } from './describe.ts'
import { HOST_FILES, hostPart, type HostPart } from './host.ts'
import { planComponent } from './program.ts'
import { validateComponentInSteps } from './validate.ts'

/** The bytes of runtime/component. @throws CompileError if they are not there */
export async function readHost(part: HostPart): Promise<Uint8Array> {
  const path = join(dirname(findSources().runtime), 'dist', 'runtime', HOST_FILES[part])
  return await readFile(path).catch((cause) => {
    throw new CompileError(`the runtime of components is missing (${path})`, {
      code: 'toolchain',
      hint: 'install the package again; in a checkout, run npm run build:runtime',
      cause,
    })
  })
}

/** Decodes, validates and links a component that is a program. @throws CompileError with file and offset */
export async function componentStages(
  bytes: Uint8Array,
  { file, name }: ModuleNames,
  options: StageOptions,
): Promise<DecodedModule> {
  const component = await runStage('decode', file, options, () => decodeComponent(bytes, { file }))
  const steps = validateComponentInSteps(component, { file })
  const type = await runStage('validate', file, options, () => aside(steps, options.signal))
  const plan = planComponent(component, {
    name,
    file,
    host: await readHost(hostPart(component, type.imports.keys())),
  })
  const info = describeComponent(type, { file, name, size: bytes.byteLength, integrity: integrity(bytes) })
  return { info, module: plan.modules.at(-1)!.module, plan }
}
