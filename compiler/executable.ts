import { chmod, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { withSteps, type StepContext } from './build.ts'
import {
  decodeStages,
  integrity,
  moduleNames,
  type CompiledModule,
  type CompileOptions,
  type DecodedModule,
  type ModuleNames,
  type ModuleInfo,
} from './compile.ts'
import { isComponent, takesNoModules } from './component/preamble.ts'
import { copyExecutable } from './disk.ts'
import { checkGuests } from './embed-info.ts'
import { readEmbedded, type Embed, type EmbeddedFiles, type EmbeddedInfo } from './embed.ts'
import { CompileError, nameFile } from './errors.ts'
import { safeName } from './file-names.ts'
import type { ExecutableMaker, Made } from './executable-maker.ts'
import { finish, finishKey, isFinished, type SystemOptions } from './finish.ts'
import { parseHeapMax } from './heap.ts'
import { levelFor } from './levels.ts'
import { machineMaker } from './machine-executables.ts'
import { checkMacos, joinMacos, type MacosOptions } from './macos.ts'
import { decodeLibraries, librariesKey, libraryInfo, type Library, type LibraryInfo } from './modules.ts'
import { normalizeGrants, type BuildOptions, type Grants, type NormalGrants } from './options.ts'
import { planProgram } from './plan.ts'
import { describeProgram } from './program-info.ts'
import { hashKey, type StoredFile } from './store.ts'
import { readWindows } from './system-files.ts'
import { selectTargets } from './target-selection.ts'
import { partsOf, type Target, type TargetName } from './targets.ts'
import type { WindowsOptions } from './windows.ts'

export interface ExecutableOptions extends BuildOptions, CompileOptions {
  grants?: Grants
  /** Directories whose files become part of the executable, by path or as they were read. */
  embed?: Embed | EmbeddedFiles
  /** Bytes that the heap of a program with garbage collection may have, or a text like '64M'; default 4 GiB. */
  heapMax?: number | string
  /** Modules that the program, or one another, imports from. Each is instantiated before what imports from it. */
  modules?: readonly Library[]
  /** What executables for Windows show of themselves. */
  windows?: WindowsOptions
  /** What the signatures of executables for macOS say: they are signed, with room for another signature. */
  macos?: MacosOptions
}

/** One executable, complete on disk. */
export interface Executable extends Made {
  target: TargetName
  /** Rust's triple of the target. */
  triple: string
  /** The module's name and the target's extension: 'hello.exe'. */
  fileName: string
  /** Absolute path: `outFile` where that was asked for, else a file in the cache, to be read or copied soon and not changed. */
  path: string
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
  /** It was there before, nothing was compiled or linked. */
  cached: boolean
  /** From the beginning of the build until it was complete. */
  milliseconds: number
}

/** Executables of one module for several targets, in the order of the targets' table. */
export interface Build {
  module: ModuleInfo
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  /** The modules that were linked with it. */
  libraries: readonly LibraryInfo[]
  executables: Executable[]
}

export interface ExecutablesOptions extends ExecutableOptions {
  /** Names of targets, `host` and `all` included; default `host`. */
  targets?: readonly string[]
  /** Where a target's executable is written, complete or not at all, mode 0755; undefined leaves it in the cache. */
  outFile?: (target: TargetName) => string | undefined
}

/**
 * Builds executables for several targets; they share the generated code and one queue of compilers.
 * @throws CompileError; nothing half-written stays behind
 */
export async function createExecutables(
  input: Uint8Array | CompiledModule,
  options: ExecutablesOptions = {},
): Promise<Build> {
  const started = performance.now()
  const targets = selectTargets(options.targets ?? ['host'])
  const grants = normalizeGrants(options.grants)
  const embedded = isRead(options.embed) ? options.embed : await readEmbedded(options.embed)
  checkGuests(grants, embedded.info)
  const { modules = [], windows, macos } = options
  const heapMax = options.heapMax === undefined ? undefined : parseHeapMax(options.heapMax)
  if (macos !== undefined) checkMacos(macos)
  const systems = { ...(windows && { windows: await readWindows(windows) }), ...(macos && { macos }) }
  return withSteps(options, async (context) => {
    const program = new Program(context, input, options, grants, heapMax, embedded, modules, systems)
    const made = new Map<Target, Executable>()
    const make = async (maker: ExecutableMaker, some: readonly Target[]): Promise<void> => {
      const executables = await program.build(maker, some, started).catch((error) => {
        throw nameFile(error, program.file)
      })
      for (const [index, target] of some.entries()) made.set(target, executables[index])
    }
    const own = targets.filter((target) => levelFor(options, target).need === undefined)
    const others = targets.filter((target) => !own.includes(target))
    // What may lack its compiler comes first.
    if (others.length > 0) {
      // Most builds need no C compiler, and nothing of what is for them.
      const [{ withCompilers }, { cMaker }] = await Promise.all([import('./c-build.ts'), import('./c-executables.ts')])
      await withCompilers(context, options, levelFor(options, others[0]), (c) =>
        make(cMaker(c, partsOf(others)), others),
      )
    }
    if (own.length > 0) await make(machineMaker(context, partsOf(own)), own)
    const executables = targets.map((target) => made.get(target)!)
    await context.all(
      executables.map(async (executable) => {
        const outFile = options.outFile?.(executable.target)
        if (outFile === undefined) return
        await copyExecutable(executable.path, outFile)
        executable.path = outFile
      }),
    )
    const module = await program.info()
    return { module, grants, embedded: embedded.info, libraries: libraryInfo(modules), executables }
  })
}

const isRead = (embed: Embed | EmbeddedFiles | undefined): embed is EmbeddedFiles => Array.isArray(embed?.roots)

/** Builds one executable; default target: `host`. @throws CompileError */
export async function createExecutable(
  input: Uint8Array | CompiledModule,
  { target = 'host', outFile, ...options }: ExecutableOptions & { target?: string; outFile?: string } = {},
): Promise<Executable & Omit<Build, 'executables'>> {
  if (target === 'all') {
    throw new CompileError('createExecutable builds for one target, not all', {
      code: 'target',
      hint: 'use createExecutables',
    })
  }
  const { executables, ...build } = await createExecutables(input, {
    ...options,
    targets: [target],
    outFile: () => outFile,
  })
  return { ...build, ...executables[0] }
}

/** In the store no file is without one. */
const extension = (target: Target): string => target.ext || '.bin'

/** A file for one processor. */
interface Part {
  file: StoredFile
  cached: boolean
}

/** A module on its way to executables. It is decoded only if one of them is not in the store. */
class Program {
  private readonly context: StepContext
  private readonly input: Uint8Array | CompiledModule
  private readonly names: ModuleNames
  private readonly grants: NormalGrants
  private readonly heapMax: number | undefined
  private readonly embedded: EmbeddedFiles
  private readonly libraries: readonly Library[]
  private readonly systems: SystemOptions
  private readonly librariesKey: string
  private readonly moduleKey: string
  private decoded: Promise<DecodedModule> | undefined

  constructor(
    context: StepContext,
    input: Uint8Array | CompiledModule,
    options: CompileOptions,
    grants: NormalGrants,
    heapMax: number | undefined,
    embedded: EmbeddedFiles,
    libraries: readonly Library[],
    systems: SystemOptions,
  ) {
    this.context = context
    this.input = input
    this.names = input instanceof Uint8Array ? moduleNames(options) : input.info
    this.grants = grants
    this.heapMax = heapMax
    this.embedded = embedded
    this.libraries = libraries
    this.systems = systems
    this.librariesKey = librariesKey(libraries)
    const [wasm, lines] =
      input instanceof Uint8Array ? [integrity(input), context.debug] : [input.info.integrity, input.debug]
    const { file, name } = this.names
    this.moduleKey = hashKey('module', wasm, basename(file), name, String(lines), context.sources.compilerHash)
  }

  async build(maker: ExecutableMaker, targets: readonly Target[], started: number): Promise<Executable[]> {
    const { backend, toolchain, optimize } = maker
    const parts = await this.parts(maker, partsOf(targets))
    const { store, signal } = this.context
    return Promise.all(
      targets.map(async (target) => {
        const { name, triple, ext, halves } = target
        const own = (halves ?? [name]).map((half) => parts.get(half)!)
        const cached = own.every((part) => part.cached)
        const {
          path,
          size,
          integrity: hash,
        } = halves === undefined
          ? own[0].file
          : await store.get('executables', this.joinedKey(own), extension(target), (t) => this.join(own, t), signal)
        return {
          target: name,
          triple,
          fileName: this.names.name + ext,
          backend,
          toolchain,
          optimize,
          path,
          size,
          integrity: hash,
          cached,
          milliseconds: performance.now() - started,
        }
      }),
    )
  }

  /** The files that are generated and linked, by their targets' names. */
  private async parts(maker: ExecutableMaker, targets: readonly Target[]): Promise<Map<TargetName, Part>> {
    const keys = new Map<Target, string>()
    for (const target of targets) keys.set(target, await this.key(maker, target))
    const { store } = this.context
    const found = await Promise.all(
      targets.map((target) => store.find('executables', keys.get(target)!, extension(target))),
    )
    const missing = targets.filter((_, index) => found[index] === undefined)
    const made = missing.length === 0 ? [] : await this.produce(maker, missing, keys)
    return new Map(
      targets.map((target, index) => {
        const file = found[index] ?? made[missing.indexOf(target)]
        return [target.name, { file, cached: found[index] !== undefined }]
      }),
    )
  }

  get file(): string {
    return this.names.file
  }

  /** Read from the store where nothing was decoded. */
  async info(): Promise<ModuleInfo> {
    const { store } = this.context
    const known = this.decoded === undefined ? await store.readRecord<ModuleInfo>('modules', this.moduleKey) : undefined
    return known === undefined ? (await this.decode()).info : { ...known, file: this.names.file }
  }

  /** Of the modules, and of the compiler that generates their code. */
  private async codeKey(): Promise<string> {
    return hashKey(this.moduleKey, await this.hostKey(), this.librariesKey)
  }

  private async key(maker: ExecutableMaker, target: Target): Promise<string> {
    return hashKey(
      'executable',
      await this.codeKey(),
      maker.backend,
      JSON.stringify(await maker.key(target, this.names.name)),
      JSON.stringify([this.grants, this.embedded.info, ...(this.heapMax === undefined ? [] : [this.heapMax])]),
      ...finishKey(target, this.systems),
    )
  }

  private async produce(
    maker: ExecutableMaker,
    targets: readonly Target[],
    keys: ReadonlyMap<Target, string>,
  ): Promise<StoredFile[]> {
    const { context, input, libraries, embedded, grants, heapMax } = this
    const { store, signal } = context
    context.expect('link', targets.length)
    const { info: module, module: decoded, plan: linked } = await this.decode()
    const plan = linked ?? planProgram(decoded, await decodeLibraries(libraries, context))
    const { backend, toolchain, optimize, counts } = maker
    const info = describeProgram(plan, module, libraryInfo(libraries), {
      grants,
      heapMax,
      embedded: embedded.info,
      ...(counts && { profile: `${safeName(module.name)}.profile` }),
      backend,
      toolchain: { name: toolchain.name, version: toolchain.version },
      optimize,
    })
    const compiled = input instanceof Uint8Array ? undefined : input
    const codeKey = await this.codeKey()
    const files = await maker.make({ plan, info, files: embedded, compiled, codeKey }, targets, (target, write) =>
      store.get('executables', keys.get(target)!, extension(target), this.finished(target, write), signal),
    )
    await store.writeRecord('modules', this.moduleKey, module)
    return files
  }

  private joinedKey(parts: readonly Part[]): string {
    const { macos } = this.systems
    return hashKey('joined', this.names.name, JSON.stringify(macos ?? {}), ...parts.map(({ file }) => file.integrity))
  }

  /** Puts files for two processors into one. */
  private async join(parts: readonly Part[], output: string): Promise<void> {
    const { names, systems } = this
    const files = await Promise.all(parts.map(({ file }) => readFile(file.path)))
    await writeFile(output, joinMacos(files, names.name, systems.macos ?? {}))
    await chmod(output, 0o755)
  }

  /** Writes an executable, and then what its system's options ask for. */
  private finished(target: Target, write: (temporary: string) => Promise<void>): (temporary: string) => Promise<void> {
    const { systems, names } = this
    if (!isFinished(target, systems)) return write
    return async (temporary) => {
      await write(temporary)
      await writeFile(temporary, finish(await readFile(temporary), target, names.name, systems))
    }
  }

  /** Of what a component is linked with beside the runtime. */
  private async hostKey(): Promise<string> {
    if (!(this.input instanceof Uint8Array) || !isComponent(this.input)) return ''
    const { readHost } = await import('./component/stages.ts')
    const { HOST_FILES } = await import('./component/host.ts')
    const parts = Object.keys(HOST_FILES) as (keyof typeof HOST_FILES)[]
    return (await Promise.all(parts.map(async (part) => integrity(await readHost(part))))).join('')
  }

  private decode(): Promise<DecodedModule> {
    const { input, names, context } = this
    this.decoded ??= input instanceof Uint8Array ? this.decodeBytes(input, names, context) : Promise.resolve(input)
    return this.decoded
  }

  private async decodeBytes(bytes: Uint8Array, names: ModuleNames, context: StepContext): Promise<DecodedModule> {
    if (!isComponent(bytes)) return decodeStages(bytes, names, context)
    if (this.libraries.length > 0) throw takesNoModules(names.file)
    // What few programs need is loaded for them alone.
    const { componentStages } = await import('./component/stages.ts')
    return componentStages(bytes, names, context)
  }
}
