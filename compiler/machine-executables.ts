/** Executables of machine code of our own: what level 1 is. No compiler, no linker, no other process. */
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StepContext } from './build.ts'
import { aside, runStage } from './compile.ts'
import { CompileError } from './errors.ts'
import type { ExecutableMaker, PlannedProgram } from './executable-maker.ts'
import type { RelocatableObject } from './image/object.ts'
import type { MachineProgram } from './machine-program.ts'
import { checkMachineTargets, type MachineTarget } from './machine-targets.ts'
import { readRuntime } from './runtime-file.ts'
import { hashKey, type StoredFile } from './store.ts'
import type { Target } from './targets.ts'
import { version } from './version.ts'

/** @throws CompileError for targets and options that this generator lacks */
export function machineMaker(context: StepContext, targets: readonly Target[]): ExecutableMaker {
  checkMachineTargets(targets)
  if (context.debug) {
    throw new CompileError('optimize: 1 writes no symbols and lines for debuggers', {
      code: 'option',
      hint: 'set optimize to 2 where debug is true, or leave it out',
    })
  }
  const path = dirname(context.sources.runtime)
  return {
    backend: 'machine',
    toolchain: { name: 'unplugin-wasm-exe', version, path, sha256: null, verified: false },
    optimize: 1,
    key: async ({ name }) => [hashKey(await readRuntime(name)), version],
    make: (program, targets, keep) => makeExecutables(context, program, targets, keep),
  }
}

/** Bytes of executables that are held until they are written. */
const MAX_WAITING = 1 << 20

async function makeExecutables(
  context: StepContext,
  { plan, info, files }: PlannedProgram,
  targets: readonly Target[],
  keep: Parameters<ExecutableMaker['make']>[2],
): Promise<StoredFile[]> {
  checkMachineTargets(targets)
  // The generator and the linker: builds that find all in the cache do without.
  const { MachineProgram } = await import('./machine-program.ts')
  const program = new MachineProgram(plan, info, files.roots)
  await program.prepare()
  const { file } = plan.modules.at(-1)!.module
  const stored: Promise<StoredFile>[] = []
  let waiting = 0
  context.expect('generate', targets.length)
  try {
    for (const target of targets) {
      const runtime = await readRuntime(target.name)
      const objects = await alone(() => generate(context, program, target, file))
      const started = performance.now()
      const executable = program.link(target, objects, runtime)
      context.done({ stage: 'link', name: info.name, started, target: target.name })
      const writing = keep(target, (temporary) => writeFile(temporary, executable, { mode: 0o755 }))
      writing.catch(() => {})
      stored.push(writing)
      waiting += executable.length
      // Small ones are written side by side; large ones would be too much to hold.
      if (waiting > MAX_WAITING) {
        await Promise.all(stored)
        waiting = 0
      }
      context.signal.throwIfAborted()
    }
    return await Promise.all(stored)
  } finally {
    await Promise.allSettled(stored)
  }
}

function generate(
  context: StepContext,
  program: MachineProgram,
  target: MachineTarget,
  file: string,
): Promise<RelocatableObject[]> {
  return runStage('generate', file, context, () => aside(program.generate(target), context.signal))
}

let last: Promise<unknown> = Promise.resolve()

/** Programs are generated one after the other: they share state. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work, work)
  last = result.catch(() => {})
  return result
}
