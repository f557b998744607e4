import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BuildContext } from './c-build.ts'
import type { DataFile } from './c/index.ts'
import { diskError, diskErrorCode } from './disk.ts'
import { CompileError } from './errors.ts'
import { fileNames } from './file-names.ts'
import type { Optimize } from './options.ts'
import { hashKey } from './store.ts'
import { findTarget, type CodeTarget } from './targets.ts'
import type { CompileMode, UnitKind } from './toolchain/index.ts'
import { enqueue } from './toolchain/queue.ts'
import type { RunResult } from './toolchain/process.ts'

export type UnitText = Pick<Unit, 'code' | 'data'>

/** A translation unit: C that becomes one object file per target. */
export interface Unit {
  kind: UnitKind
  /** The module's name; '' where the unit does not depend on it. */
  module: string
  /** Stem of the C file. */
  name: string
  code: string
  /** The {@link textHash} of code and data, where it is known. */
  hash?: string
  /** Where code and data, which are empty then, come from if an object has to be compiled. With it goes `hash`. */
  read?: () => Promise<UnitText>
  /** A hash of what `code` includes beyond the runtime's headers. */
  includes?: string
  /** Where the memory of an executable's library lies, 1 or more; the program's own has no number. */
  memorySlot?: number
  /** How often its lines are run, for clang: see compiler/c/profile. */
  samples?: string
  /** Files for `.incbin` and `.include`. */
  data: readonly DataFile[]
  /** What it holds, for messages: '12 functions of hello.wasm'. */
  contents: string
  /** Roughly how long it takes to compile, beside other units: bytes of wasm. */
  weight: number
  /** Holds one function of 256 KiB or more: it is compiled at level 1 at most. */
  giant?: boolean
}

/**
 * Compiles units for all targets, side by side, and gives for each target the paths of its objects in the order of
 * units. Larger units are started first, so that the last ones running are small.
 * @param needs which units a target has, if not all
 */
export function compileUnits<T extends CodeTarget>(
  context: BuildContext,
  targets: readonly T[],
  form: CompileMode['form'],
  units: readonly Unit[],
  needs: (target: T, unit: Unit) => boolean = () => true,
): Map<T, Promise<string[]>> {
  const sources = new SourceWriter(context, units)
  const steps = targets.flatMap((target) =>
    units.filter((unit) => needs(target, unit)).map((unit) => ({ target, unit })),
  )
  context.expect('compile', steps.length)
  steps.sort((a, b) => b.unit.weight - a.unit.weight)
  const objects = new Map<T, Map<Unit, Promise<string>>>(targets.map((target) => [target, new Map()]))
  for (const { target, unit } of steps) {
    objects.get(target)!.set(unit, compileUnit(context, sources, unit, { target, form }))
  }
  return new Map(
    targets.map((target) => {
      const made = objects.get(target)!
      return [target, context.all(units.flatMap((unit) => made.get(unit) ?? []))]
    }),
  )
}

async function compileUnit(
  context: BuildContext,
  sources: SourceWriter,
  unit: Unit,
  { target, form }: Pick<CompileMode, 'target' | 'form'>,
): Promise<string> {
  const { toolchain, debug, cpu, signal, launcher } = context
  const optimize = unit.giant ? calmer(context.optimize) : context.optimize
  const { kind, module, memorySlot } = unit
  const mode: CompileMode = { target, form, kind, module, memorySlot, optimize, cpu, debug }
  const key = hashKey('object', toolchain.identity, toolchain.flags(mode).join('\0'), sources.hash(unit, debug))
  let started: number | undefined
  const compile = (temporary: string) =>
    enqueue(context.jobs, signal, async () => {
      started = performance.now()
      const source = await sources.write(unit)
      const { path: scratch, runtime: include } = await context.scratch()
      const output = key + target.objectExt
      const samples = unit.samples === undefined ? undefined : samplesName(source)
      const call = { cwd: scratch, scratch, signal, mode, include, source, samples, output }
      // Not all launchers look into samples, and would give what was made with others.
      const through = samples === undefined ? { launcher } : {}
      const result = await toolchain.compile({ ...call, ...through }).catch((error) => {
        throw cannotRun(error, toolchain.info.path, signal)
      })
      const complete =
        result.code === 0 &&
        (await stat(join(scratch, output)).then(
          (info) => info.size > 0,
          () => false,
        ))
      if (!complete) throw await compileFailure(context, unit, target, result, join(scratch, source))
      await rename(join(scratch, output), temporary)
    })
  const object = await context.store.get('objects', key, target.objectExt, compile, signal)
  const level = optimize === context.optimize ? {} : { level: optimize }
  context.done({ stage: 'compile', name: unit.name, started, target: findTarget(target.name)?.name, ...level })
  return object.path
}

/**
 * Compilers' time grows faster than a function does, most of all above level 1: one of 200 KB of wasm takes clang 10 s at
 * level 2 and 4 s at level 1, the same twice as long 51 s and 12 s.
 */
const calmer = (level: Optimize): Optimize => (level === 2 || level === 3 ? 1 : level)

/** Writes each unit's C once, however many targets compile it. */
class SourceWriter {
  private readonly context: BuildContext
  private readonly names: ReadonlyMap<Unit, string>
  private readonly units = new Map<Unit, Promise<void>>()
  private readonly written = new Map<string, Promise<void>>()
  private readonly hashes = new Map<Unit, string>()

  constructor(context: BuildContext, units: readonly Unit[]) {
    this.context = context
    const names = fileNames(units.map(({ name }) => name))
    this.names = new Map(units.map((unit, index) => [unit, `${names[index]}.c`]))
  }

  /** The name of a unit's C file. */
  name(unit: Unit): string {
    return this.names.get(unit)!
  }

  /** Of all that the compiler reads. */
  hash(unit: Unit, debug: boolean): string {
    let hash = this.hashes.get(unit)
    if (hash === undefined) {
      const { headersHash } = this.context.sources
      const text = unit.hash ?? textHash(unit, debug)
      const samples = unit.samples === undefined ? [] : [unit.samples]
      hash = hashKey(this.name(unit), headersHash, unit.includes ?? '', text, ...samples)
      this.hashes.set(unit, hash)
    }
    return hash
  }

  /** The name of the C file, which is in the scratch directory then. */
  async write(unit: Unit): Promise<string> {
    let writing = this.units.get(unit)
    if (writing === undefined) this.units.set(unit, (writing = this.writeText(unit)))
    await writing
    return this.name(unit)
  }

  private async writeText(unit: Unit): Promise<void> {
    const text = unit.read === undefined ? unit : await unit.read()
    const included = includedData(text)
    // Launchers that go by the preprocessed text do not look into what the assembler includes.
    const hash = ({ bytes }: DataFile): string => `extern const char included_${hashKey(bytes)};\n`
    await Promise.all([
      this.once(this.name(unit), () => text.code + included.map(hash).join('')),
      ...included.map((data) => this.once(data.name, () => data.bytes)),
      ...(unit.samples === undefined ? [] : [this.once(samplesName(this.name(unit)), () => unit.samples!)]),
    ])
  }

  private once(name: string, contents: () => string | Uint8Array): Promise<void> {
    let writing = this.written.get(name)
    if (writing === undefined) {
      writing = this.context.scratch().then(async ({ path: dir }) => {
        await writeFile(join(dir, name), contents()).catch((error) => {
          throw diskError(error, dir)
        })
      })
      this.written.set(name, writing)
    }
    return writing
  }
}

/** Of the file beside a unit's C. */
const samplesName = (source: string): string => `${source}.samples`

const includedData = ({ code, data }: UnitText): DataFile[] => data.filter(({ name }) => code.includes(name))

/** Of a unit's C and what the assembler includes. Comments count only where lines are kept for a debugger. */
export function textHash(unit: UnitText, debug: boolean): string {
  const code = debug ? unit.code : stripComments(unit.code)
  return hashKey(code, ...includedData(unit).flatMap(({ name, bytes }) => [name, bytes]))
}

/** C that calls the runtime's functions that round. */
export const callsRounding = (code: string): boolean => /_(ceil|floor|nearest|trunc)\(/.test(code)

/** Without comments, so that one in which only an offset changed makes no other object. Literals stay as they are. */
export function stripComments(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? ' ' : match,
  )
}

/** What to say when a compiler or linker could not even be started. */
export function cannotRun(error: unknown, path: string, signal: AbortSignal): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (signal.aborted || error instanceof CompileError || code === undefined) return error
  const hint =
    code === 'EACCES'
      ? `make it executable: chmod +x ${path}`
      : code === 'ENOENT'
        ? 'was it removed during the build? run npm install'
        : 'run it by hand to see what is wrong'
  return new CompileError(`the C compiler ${path} cannot be run: ${(error as Error).message}`, {
    code: 'toolchain',
    hint,
    cause: error,
  })
}

const SHOWN_LINES = 12

/** What a tool printed, shortened; how it ended where it printed nothing. */
export function toolOutput({ code, signal, stderr, stdout }: RunResult): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0)
    lines.push(signal !== null ? `it was killed by ${signal}` : `it printed nothing and ended with ${code}`)
  const more = lines.length - SHOWN_LINES
  return [...lines.slice(0, SHOWN_LINES), ...(more > 0 ? [`(${more} more lines)`] : [])].join('\n  ')
}

async function compileFailure(
  context: BuildContext,
  unit: Unit,
  target: CodeTarget,
  result: RunResult,
  source: string,
): Promise<CompileError> {
  const { store, toolchain } = context
  const diskCode = diskErrorCode(result.stderr)
  if (diskCode !== undefined) {
    return diskError(Object.assign(new Error(toolOutput(result)), { code: diskCode }), store.dir) as CompileError
  }
  const kept = await keep(source, join(store.failures, basename(source)))
  const outOfMemory = result.signal === 'SIGKILL'
  const { name, version } = toolchain.info
  const advice = outOfMemory
    ? 'it was killed, perhaps for want of memory: lower the jobs option'
    : `${kept === undefined ? '' : `the C is kept in ${kept}; `}if ${name} ${version} is not broken, please report this with that file`
  return new CompileError(`the C compiler failed for ${target.name} on ${basename(source)} (${unit.contents})`, {
    code: 'toolchain',
    hint: `${toolOutput(result)}\n  ${advice}`,
  })
}

/** Keeps the C that a compiler failed on; the failure counts, not this. */
async function keep(source: string, path: string): Promise<string | undefined> {
  try {
    await mkdir(join(path, '..'), { recursive: true })
    await copyFile(source, path)
    return path
  } catch {
    return undefined
  }
}
