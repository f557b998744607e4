/** The C of a program's modules. What it is made of is remembered: to find its objects again it need not be generated. */
import { basename } from 'node:path'
import type { BuildContext } from './c-build.ts'
import { generateAside, runStage, type CompiledModule } from './compile.ts'
import type { PlannedProgram } from './executable-maker.ts'
import { moduleUnits } from './module-units.ts'
import { hasObjects, type PlannedModule, type ProgramPlan } from './plan.ts'
import { hashKey } from './store.ts'
import { TextFiles } from './text-files.ts'
import { callsRounding, textHash, type Unit, type UnitText } from './unit.ts'
import { CanonicalTypes } from './wasm/canonical-types.ts'

export interface ProgramUnits {
  units: Unit[]
  /** They call the runtime's functions that round. */
  rounding: boolean
}

/** What is known of units without their text. */
interface UnitsRecord {
  units: Pick<Unit, 'module' | 'name' | 'hash' | 'contents' | 'weight' | 'giant' | 'memorySlot'>[]
  rounding: boolean
}

export async function programUnits(context: BuildContext, program: PlannedProgram): Promise<ProgramUnits> {
  if (program.compiled !== undefined) return generateUnits(context, program)
  const { store, debug } = context
  const key = hashKey('units', program.codeKey)
  const known = await store.readRecord<UnitsRecord>('modules', key)
  if (known !== undefined) return laterUnits(known, () => generateUnits(context, program))
  const { units: generated, rounding } = await generateUnits(context, program)
  const units = generated.map((unit) => ({ ...unit, hash: unit.hash ?? textHash(unit, debug) }))
  const described = units.map(({ module, name, hash, contents, weight, giant, memorySlot }) => {
    return { module, name, hash, contents, weight, giant, memorySlot }
  })
  await store.writeRecord('modules', key, { units: described, rounding } satisfies UnitsRecord)
  return { units, rounding }
}

/** Units that are generated when the first of them has to be compiled. */
function laterUnits({ units, rounding }: UnitsRecord, generate: () => Promise<ProgramUnits>): ProgramUnits {
  let generated: Promise<ProgramUnits> | undefined
  const read = async (index: number): Promise<UnitText> => {
    const unit = (await (generated ??= generate())).units[index]
    return unit.read?.() ?? unit
  }
  return {
    units: units.map((unit, index) => ({ ...unit, kind: 'module', code: '', data: [], read: () => read(index) })),
    rounding,
  }
}

async function generateUnits(context: BuildContext, program: PlannedProgram): Promise<ProgramUnits> {
  const { plan, info, compiled } = program
  const units: Unit[] = []
  let rounding = false
  const types = new CanonicalTypes()
  for (const [position, planned] of plan.modules.entries()) {
    const { module, isProgram, memorySlot } = planned
    // A module that came with its C is no other as a program.
    const isCompiled = compiled !== undefined && plan.modules.length === 1 && compiled.module === module
    const files = isCompiled ? undefined : await TextFiles.for(context, module.bytes, String(position))
    const code = isCompiled ? compiled.code : await generate(context, planned, plan, types, files)
    // Names of files, which no other unit has.
    const stem = isProgram ? '' : `${info.name}.library${position}.`
    for (const [index, unit] of moduleUnits({ info: module, code }).entries()) {
      const { rounding: filed, ...text } = files?.of(code.chunks[index]) ?? { rounding: callsRounding(unit.code) }
      rounding ||= filed
      units.push({ ...unit, ...text, name: stem + unit.name, memorySlot })
    }
  }
  return { units, rounding }
}

function generate(
  context: BuildContext,
  { module, isProgram }: PlannedModule,
  plan: ProgramPlan,
  types: CanonicalTypes,
  files: TextFiles | undefined,
): Promise<CompiledModule['code']> {
  const form = {
    file: basename(module.file),
    importsThrow: plan.importsThrow || undefined,
    debug: context.debug,
    types,
    objects: hasObjects(plan),
    ownWasi: !isProgram,
    keep: files?.keep,
  }
  return runStage('generate', module.file, context, () => generateAside(module, form, context.signal))
}
