import { basename } from 'node:path'
import { withBuild, type BuildContext } from './build.ts'
import {
  decodeStages,
  generateStage,
  integrity,
  moduleNames,
  type CompiledModule,
  type CompileOptions,
  type DecodedModule,
  type ModuleNames,
  type ModuleInfo,
} from './compile.ts'
import { generateConfig } from './config.ts'
import { copyExecutable } from './disk.ts'
import { readEmbedded, type Embed, type EmbeddedFiles, type EmbeddedInfo } from './embed.ts'
import { embedUnit } from './embed-unit.ts'
import { CompileError, nameFile } from './errors.ts'
import { link, linksItself } from './link.ts'
import { moduleUnits } from './module-units.ts'
import {
  librariesKey,
  libraryInfo,
  linkModules,
  type Library,
  type LibraryInfo,
  type LinkedModules,
} from './modules.ts'
import {
  checkSupported,
  normalizeGrants,
  selectTargets,
  type BuildOptions,
  type Grants,
  type NormalGrants,
  type Optimize,
} from './options.ts'
import type { ProgramInfo } from './program-info.ts'
import { runtimeUnit } from './runtime.ts'
import { hashKey, type StoredFile } from './store.ts'
import type { Target, TargetName } from './targets.ts'
import type { ToolchainInfo } from './toolchain/index.ts'
import { compileUnits, type Unit } from './unit.ts'
import { withGiven } from './wasm/given.ts'
import { calledAtStart, checkProgram } from './wasm/recognize.ts'
import { spawnsThreads } from './wasm/threads.ts'

export interface ExecutableOptions extends BuildOptions, CompileOptions {
  grants?: Grants
  /** Directories whose files become part of the executable, by path or as they were read. */
  embed?: Embed | EmbeddedFiles
  /** Modules that the program, or one another, imports from. Each is instantiated before what imports from it. */
  modules?: readonly Library[]
}

/** One executable, complete on disk. */
export interface Executable {
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
  toolchain: ToolchainInfo
  optimize: Optimize
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
 * Builds executables for several targets; they share the C and one queue of compilers.
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
  checkGuests(grants, embedded)
  const { modules = [] } = options
  return withBuild(options, async (context) => {
    checkSupported(context.toolchain, targets)
    const program = new Program(context, input, options, grants, embedded, modules)
    const executables = await program.build(targets, started).catch((error) => {
      throw nameFile(error, program.file)
    })
    for (const executable of executables) {
      const outFile = options.outFile?.(executable.target)
      if (outFile === undefined) continue
      await copyExecutable(executable.path, outFile)
      executable.path = outFile
    }
    const { optimize, toolchain } = context
    const module = await program.info()
    const libraries = libraryInfo(modules)
    return { module, toolchain: toolchain.info, optimize, grants, embedded: embedded.info, libraries, executables }
  })
}

const isRead = (embed: Embed | EmbeddedFiles | undefined): embed is EmbeddedFiles => Array.isArray(embed?.roots)

/** A program looks for a path in the directory whose name fits best; of two with one name it would see one. */
function checkGuests(grants: NormalGrants, embedded: EmbeddedFiles): void {
  const granted = new Set(grants.dirs.map(({ guest }) => guest))
  const twice = embedded.info.find(({ guest }) => granted.has(guest))
  if (twice === undefined) return
  throw new CompileError(`${JSON.stringify(twice.guest)} is both a granted and an embedded directory`, {
    code: 'option',
    hint: 'give one of them another name',
  })
}

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

/** A module on its way to executables. It is decoded only if one of them is not in the store. */
class Program {
  private readonly context: BuildContext
  private readonly input: Uint8Array | CompiledModule
  private readonly names: ModuleNames
  private readonly grants: NormalGrants
  private readonly embedded: EmbeddedFiles
  private readonly libraries: readonly Library[]
  private readonly librariesKey: string
  private readonly moduleKey: string
  private decoded: Promise<DecodedModule> | undefined

  constructor(
    context: BuildContext,
    input: Uint8Array | CompiledModule,
    options: CompileOptions,
    grants: NormalGrants,
    embedded: EmbeddedFiles,
    libraries: readonly Library[],
  ) {
    this.context = context
    this.input = input
    this.names = input instanceof Uint8Array ? moduleNames(options) : input.info
    this.grants = grants
    this.embedded = embedded
    this.libraries = libraries
    this.librariesKey = librariesKey(libraries)
    const [wasm, lines] =
      input instanceof Uint8Array ? [integrity(input), context.debug] : [input.info.integrity, input.debug]
    const { file, name } = this.names
    this.moduleKey = hashKey('module', wasm, basename(file), name, String(lines), context.sources.compilerHash)
  }

  async build(targets: readonly Target[], started: number): Promise<Executable[]> {
    const found = await Promise.all(targets.map((target) => this.find(target)))
    const missing = targets.filter((_, index) => found[index] === undefined)
    const made = missing.length === 0 ? [] : await this.produce(missing)
    return targets.map((target, index) => {
      const file = found[index] ?? made[missing.indexOf(target)]
      const { name, triple, ext } = target
      return {
        target: name,
        triple,
        fileName: this.names.name + ext,
        ...file,
        cached: found[index] !== undefined,
        milliseconds: performance.now() - started,
      }
    })
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

  private key(target: Target): string {
    const { toolchain, sources, optimize, cpu, debug } = this.context
    const { name } = this.names
    const mode = { target, form: 'executable', kind: 'module', module: name, optimize, cpu, debug } as const
    const linker = linksItself(target, debug) ? ['own'] : [...target.link, ...target.strip]
    const flags = [...toolchain.flags(mode), ...linker].join('\0')
    return hashKey(
      'executable',
      this.moduleKey,
      this.librariesKey,
      sources.runtimeHash,
      toolchain.identity,
      flags,
      JSON.stringify([this.grants, this.embedded.info]),
    )
  }

  private find(target: Target): Promise<StoredFile | undefined> {
    return this.context.store.find('executables', this.key(target), extension(target))
  }

  private async produce(targets: readonly Target[]): Promise<StoredFile[]> {
    const { context } = this
    context.expect('link', targets.length)
    const decoded = await this.decode()
    const linked = await this.linkModules(decoded)
    const config: Unit = {
      kind: 'config',
      module: this.names.name,
      name: `${this.names.name}.config`,
      code: this.config(decoded, linked),
      data: [],
      contents: 'the configuration of the program',
      weight: 0,
    }
    // The runtime comes first: its fault handler takes what lies below all of a module's functions for itself.
    const embedded = this.embedded.roots.length === 0 ? [] : [embedUnit(this.names.name, this.embedded)]
    const threads = spawnsThreads(decoded.module)
    const runtime = runtimeUnit(context, {
      imports: linked.imports,
      atomics: this.libraries.length > 0 || threads || decoded.module.features.has('threads'),
      rounding: linked.units.some(({ code }) => /_(ceil|floor|nearest|trunc)\(/.test(code)),
      threads,
      embed: embedded.length > 0,
      listen: this.grants.listen.length > 0,
    })
    const units = [config, runtime, ...embedded, ...linked.units]
    const objects = compileUnits(context, targets, 'executable', units)
    const files = await context.all(targets.map(async (target) => this.link(target, await objects.get(target)!)))
    await context.store.writeRecord('modules', this.moduleKey, decoded.info)
    return files
  }

  /** Generates C, unless the module came with it and is no other as a program. */
  private async linkModules(decoded: DecodedModule): Promise<LinkedModules> {
    if (this.libraries.length > 0) return linkModules(decoded, this.libraries, this.context)
    checkProgram(decoded.module)
    const { input, context } = this
    const module = withGiven(decoded.module)
    const isC = !(input instanceof Uint8Array) && module === decoded.module
    const compiled = isC ? input : await generateStage({ ...decoded, module }, context)
    return { units: moduleUnits(compiled), libraries: [], imports: compiled.info.imports }
  }

  private config(
    { info: { name, size, integrity: hash }, module }: DecodedModule,
    { imports, libraries }: LinkedModules,
  ): string {
    const { context, grants } = this
    const modules = [...new Set(imports.map(({ module }) => module))].sort()
    const info: ProgramInfo = {
      version: 1,
      name,
      wasm: { bytes: size, integrity: hash },
      ...(this.libraries.length > 0 && {
        libraries: libraryInfo(this.libraries),
      }),
      imports: Object.fromEntries(
        modules.map((module) => {
          const names = imports.filter((entry) => entry.module === module).map((entry) => entry.name)
          return [module, [...new Set(names)].sort()]
        }),
      ),
      grants,
      embedded: this.embedded.info,
      toolchain: { name: context.toolchain.info.name, version: context.toolchain.info.version },
      optimize: context.optimize,
    }
    const throws = this.libraries.length > 0 || module.tags.length > 0
    const start = calledAtStart(module, true)
    return generateConfig({ name, libraries, start, throws, grants, embedded: this.embedded.info, info })
  }

  private link(target: Target, objects: readonly string[]): Promise<StoredFile> {
    const { store, signal } = this.context
    const produce = (temporary: string) => link(this.context, target, objects, this.names.name, temporary)
    return store.get('executables', this.key(target), extension(target), produce, signal)
  }

  private decode(): Promise<DecodedModule> {
    const { input, names, context } = this
    this.decoded ??= input instanceof Uint8Array ? decodeStages(input, names, context) : Promise.resolve(input)
    return this.decoded
  }
}
