import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import type { Step } from './build.ts'
import type { Generated, GenerateOptions } from './c/index.ts'
import { describeModule, moduleNames, type CompileOptions, type ModuleInfo, type ModuleNames } from './module-info.ts'
import type { Stage } from './options.ts'
import type { ProgramPlan } from './plan.ts'
import type { Steps } from './steps.ts'
import { decode } from './wasm/decode.ts'
import type { Module } from './wasm/module.ts'
import { validateInSteps } from './wasm/validate.ts'

export { moduleNames, programName, type CompileOptions, type ModuleInfo, type ModuleNames } from './module-info.ts'

/** A module that was decoded and validated. */
export interface DecodedModule {
  info: ModuleInfo
  /** Of a component the one that starts it. */
  module: Module
  /** Of a component, which is more than a module. */
  plan?: ProgramPlan
}

/** The same, turned into C. */
export interface CompiledModule extends DecodedModule {
  code: Generated
  /** The C has lines for debuggers. */
  debug: boolean
}

/** Decodes, validates and generates C. @throws CompileError with file, byte offset and function */
export async function compile(bytes: Uint8Array, options: CompileOptions = {}): Promise<CompiledModule> {
  return compileStages(bytes, moduleNames(options), { debug: options.debug })
}

export interface StageOptions {
  /** Looked at between stages, and in those that take long every few hundredths of a second. */
  signal?: AbortSignal
  done?: (step: Step) => void
  /** See {@link CompileOptions.debug}. */
  debug?: boolean
}

/** {@link compile}, stage by stage. */
export async function compileStages(
  bytes: Uint8Array,
  names: ModuleNames,
  options: StageOptions,
): Promise<CompiledModule> {
  return generateStage(await decodeStages(bytes, names, options), options)
}

/** The last stage of {@link compile}. */
export async function generateStage(
  { info, module }: DecodedModule,
  options: StageOptions & Pick<GenerateOptions, 'ownWasi' | 'importsThrow'>,
): Promise<CompiledModule> {
  const { debug, ownWasi, importsThrow, signal } = options
  const work = () => generateAside(module, { file: basename(info.file), debug, ownWasi, importsThrow }, signal)
  return { info, module, code: await runStage('generate', info.file, options, work), debug: debug ?? false }
}

/** Generates C, {@link aside}. */
export async function generateAside(
  module: Module,
  options: GenerateOptions,
  signal: AbortSignal | undefined,
): Promise<Generated> {
  // Half of what there is to load, and most builds find all they need in the cache.
  const { generateInSteps } = await import('./c/index.ts')
  return aside(generateInSteps(module, options), signal)
}

/** Does long work while others have the thread now and then: a development server goes on answering. */
export async function aside<T>(steps: Steps<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      await giveWay(signal)
    }
  } finally {
    steps.return(undefined as T)
  }
}

async function giveWay(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate()
  signal?.throwIfAborted()
}

/** The stages of {@link compile} but the last. */
export async function decodeStages(
  bytes: Uint8Array,
  { file, name }: ModuleNames,
  options: StageOptions,
): Promise<DecodedModule> {
  const module = await runStage('decode', file, options, () => decode(bytes, { name, file }))
  await runStage('validate', file, options, () => aside(validateInSteps(module), options.signal))
  return { info: describeModule(module, integrity(module.bytes)), module }
}

/** Does one stage's work on a file, and lets others have the thread after it. */
export async function runStage<T>(
  stage: Stage,
  file: string,
  { signal, done }: StageOptions,
  work: () => T | Promise<T>,
): Promise<T> {
  const started = performance.now()
  const result = await work()
  done?.({ stage, name: basename(file), started })
  await giveWay(signal)
  return result
}

/** `sha256-` and base64, as in HTML's integrity attribute. */
export function integrity(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`
}
