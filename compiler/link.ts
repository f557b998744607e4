import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import type { BuildContext } from './c-build.ts'
import { unmangle } from './c/symbols.ts'
import { diskError, diskErrorCode } from './disk.ts'
import { alignZeroSegments } from './elf.ts'
import { CompileError } from './errors.ts'
import type { PlannedProgram } from './executable-maker.ts'
import { linkImage } from './image/link.ts'
import { readObject } from './image/read.ts'
import { UndefinedSymbolsError } from './image/resolve.ts'
import { decodeImports } from './image/runtime.ts'
import { linkProgram } from './machine-program.ts'
import type { MachineTarget } from './machine-targets.ts'
import { readRuntime } from './runtime-file.ts'
import { memories } from './fit-objects.ts'
import { readShared } from './shared-code.ts'
import type { CodeTarget, Target } from './targets.ts'
import { enqueue } from './toolchain/queue.ts'
import type { RunResult } from './toolchain/process.ts'
import { safeName } from './file-names.ts'
import { cannotRun, toolOutput } from './unit.ts'

/**
 * Links objects to an executable at `output`, a temporary name that the caller renames or removes. The linker is told
 * `name`, since it becomes part of the result: macOS's code signatures hold it.
 */
export async function link(
  context: BuildContext,
  target: Target,
  objects: readonly string[],
  name: string,
  output: string,
): Promise<void> {
  const { toolchain, signal, debug } = context
  await enqueue(context.jobs, signal, async () => {
    const started = performance.now()
    if (linksItself(target, debug)) {
      await linkOurselves(target, objects, name, output)
      context.done({ stage: 'link', name, started, target: target.name })
      return
    }
    const { path: scratch, runtime } = await context.scratch()
    const place = join(scratch, `link-${target.name}`)
    await mkdir(place)
    const linked = safeName(name) + target.ext
    const result = await toolchain
      .link({
        cwd: place,
        scratch,
        signal,
        target,
        runtime: isAbsolute(runtime) ? runtime : join('..', runtime),
        debug,
        objects,
        output: linked,
      })
      .catch((error) => {
        throw cannotRun(error, toolchain.info.path, signal)
      })
    await checkResult(context, target, result, join(place, linked))
    if (target.platform === 'linux') await alignZeroSegments(join(place, linked))
    await rename(join(place, linked), output)
    context.done({ stage: 'link', name, started, target: target.name })
  })
}

/**
 * Whether our own linker makes the executables of a target that is compiled for by itself. It is on trial: the environment
 * variable WASM_EXE_LINKER=own asks for it. What debuggers read it does not link.
 */
export const linksItself = (target: Target, debug: boolean): boolean =>
  process.env.WASM_EXE_LINKER === 'own' && !debug && target.arch !== 'riscv64'

/** What a target's modules are compiled for together with others; nothing where WASM_EXE_LINKER says who links it by itself. */
export const sharedTarget = ({ shared }: Target): CodeTarget | undefined =>
  process.env.WASM_EXE_LINKER ? undefined : shared

/** Links modules that were compiled for several targets with the compiled runtime of one of them. */
export async function linkShared(
  context: BuildContext,
  target: Target,
  paths: readonly string[],
  { plan, info, files }: PlannedProgram,
  output: string,
): Promise<void> {
  const { signal, jobs } = context
  await enqueue(jobs, signal, async () => {
    const started = performance.now()
    const objects = await Promise.all(paths.map(async (path) => readShared(await readFile(path), path, target)))
    const slots = plan.modules.map(({ memorySlot }) => memorySlot)
    const program = { plan, info, files: files.roots }
    const runtime = await readRuntime(target.name)
    const executable = resolving(target, () =>
      linkProgram(program, target as MachineTarget, [...objects, memories(target, slots)], runtime),
    )
    await writeFile(output, executable, { mode: 0o755 })
    context.done({ stage: 'link', name: info.name, started, target: target.name })
  })
}

function resolving(target: Target, work: () => Uint8Array): Uint8Array {
  try {
    return work()
  } catch (error) {
    throw error instanceof UndefinedSymbolsError ? nothingProvides(error.symbols, target, error) : error
  }
}

/** Links objects of any format with our own linker. */
export async function linkOurselves(
  target: Target,
  paths: readonly string[],
  name: string,
  output: string,
): Promise<void> {
  const objects = await Promise.all(paths.map(async (path) => readObject(await readFile(path), path)))
  const imports = decodeImports(await readRuntime(target.name))
  const { platform, arch } = target as Target & { arch: 'x64' | 'arm64' }
  const executable = resolving(target, () =>
    linkImage(objects, { target: { platform, arch }, name: safeName(name), imports }),
  )
  await writeFile(output, executable, { mode: 0o755 })
}

/** Puts objects into a static library at `output`, a temporary name. */
export async function archive(
  context: BuildContext,
  target: Target,
  objects: readonly string[],
  output: string,
): Promise<void> {
  const { toolchain, signal } = context
  await enqueue(context.jobs, signal, async () => {
    const started = performance.now()
    const { path: scratch } = await context.scratch()
    const made = `${target.name}.a`
    const result = await toolchain
      .archive({ cwd: scratch, scratch, signal, target, objects, output: made })
      .catch((error) => {
        throw cannotRun(error, toolchain.info.path, signal)
      })
    await checkResult(context, target, result, join(scratch, made))
    await rename(join(scratch, made), output)
    context.done({ stage: 'link', name: basename(output), started, target: target.name })
  })
}

async function checkResult({ store }: BuildContext, target: Target, result: RunResult, output: string): Promise<void> {
  const complete =
    result.code === 0 &&
    (await stat(output).then(
      (info) => info.size > 0,
      () => false,
    ))
  if (complete) return
  const diskCode = diskErrorCode(result.stderr)
  if (diskCode !== undefined) {
    throw diskError(Object.assign(new Error(toolOutput(result)), { code: diskCode }), store.dir)
  }
  const missing = undefinedSymbols(result.stderr, target)
  if (missing.length > 0) throw nothingProvides(missing, target)
  throw new CompileError(`linking for ${target.name} failed`, { code: 'toolchain', hint: toolOutput(result) })
}

function nothingProvides(symbols: readonly string[], target: Target, cause?: unknown): CompileError {
  const names = symbols.map((symbol) => unmangle(symbol)?.join('.') ?? symbol)
  return new CompileError(`nothing provides ${names.join(', ')} for ${target.name}`, {
    code: 'imports',
    hint: 'a program may import wasi_snapshot_preview1 only; what else it needs can be linked in by a C program (wasm-exe object)',
    cause,
  })
}

/** Names that a linker (ld.lld, lld-link, Zig's for Mach-O, GNU ld) found nowhere, as `module.name` where they are imports. */
export function undefinedSymbols(output: string, target: Pick<Target, 'platform'>): string[] {
  const names = new Set<string>()
  const pattern = /(?:undefined symbol:|undefined reference to|undefined symbol) [`']?([\w$.]+)/g
  for (const [, found] of output.matchAll(pattern)) {
    const name = target.platform === 'darwin' ? found.replace(/^_/, '') : found
    names.add(unmangle(name)?.join('.') ?? name)
  }
  return [...names]
}
