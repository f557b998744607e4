import { isAbsolute, relative, resolve } from 'node:path'
import {
  CompileError,
  createExecutables,
  defaultCacheDir,
  DEFAULT_CPU,
  findTarget,
  grantWarnings,
  hostTarget,
  isIntact,
  libraryInfo,
  normalizeGrants,
  programName,
  readEmbedded,
  readWindows,
  windowsFiles,
  type Build,
  type EmbeddedFiles,
  type EmbeddedInfo,
  type Executable,
  type Library,
  type LibraryInfo,
  type Made,
  type ModuleInfo,
  type NormalGrants,
  type Cpu,
  type Optimize,
  type Profile,
  type TargetName,
  type WindowsOptions,
} from '../compiler/index.ts'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { printable } from '../compiler/printable.ts'
import { readAny, type ReadFile } from '../compiler/read-file.ts'
import { readModule } from './input.ts'
import { LongBuild } from './long-builds.ts'
import { moduleFiles, readLibraries } from './libraries.ts'
import { readsPermitted } from './opened.ts'
import { cacheStarts } from './origin.ts'
import { mergeOptions, type Request } from './request.ts'
import type { Archives, BuiltArchive } from './ship/archives.ts'
import type { ProgramOptions, ResolvedOptions } from './options.ts'

/** One executable in the cache, ready to be emitted. */
export interface BuiltFile extends Made {
  /** The program's name. */
  name: string
  target: TargetName
  triple: string
  /** '' or '.exe'. */
  ext: string
  /** Absolute path in the cache; never changed once it is there. */
  path: string
  /** Bytes. */
  size: number
  /** `sha256-` and base64. */
  integrity: string
  /** Of the executable, once it is written. */
  archive?: BuiltArchive
  /** What it asks of an x64 processor. */
  cpu: Cpu
}

/** An executable that is built when somebody asks for it. */
export interface LaterFile extends Pick<BuiltFile, 'name' | 'target' | 'triple' | 'ext'> {
  /** From what the files hold then. @throws CompileError */
  build(): Promise<BuiltFile>
}

/** A request answered: the executables it asked for and what is worth knowing about them. */
export interface BuiltProgram {
  request: Request
  name: string
  module: ModuleInfo
  debug: boolean
  heapMax?: number
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  /** The modules it was linked with. */
  libraries: readonly LibraryInfo[]
  /** Embedded files and directories: absolute paths. */
  inputs: EmbeddedFiles['inputs']
  /** The template that a query or the plugin's options give. */
  fileName: string | undefined
  /** Part of the site although only server code imports it. */
  public: boolean
  /** In the order of the targets' table. */
  files: BuiltFile[]
  /** Those of other targets. */
  later: LaterFile[]
}

export interface RequestSettings {
  /** Of requests that name none; default: the plugin's. */
  targets?: readonly TargetName[]
  /** Builds the host's target, or the first, and others when they are asked for. */
  oneTarget?: boolean
  /** Absent where nobody is served. */
  mayRead?: MayRead
  /** Whoever asks, for {@link Pipeline.abort}: one plugin object may be of several builds and servers. */
  owner?: object
}

/** Whether a file may be given away. @param opened what its path led to when it was opened; default: what it leads to */
export type MayRead = (file: string, opened?: string) => boolean

export interface PipelineSettings {
  /** The project's directory: messages name files from here, and no path above it gets into a result. */
  root: string
  /** Told about builds that took long enough to wonder. */
  log?: (message: string) => void
  /** Told what the user had better change. */
  warn?: (message: string) => void
}

/** Milliseconds. */
const WORTH_TELLING = 1000
/** Milliseconds that a failure is remembered, unless a file changes: not all that can be mended is a watched file. */
const FAILURE_LASTS = 5000

/** What one build serves: the same content, name and options, however many ids ask for it. */
interface Job {
  bytes: Uint8Array
  file: string
  name: string
  /** undefined: what each target is built at by itself. */
  optimize: Optimize | undefined
  options: ProgramOptions
  embedded: EmbeddedFiles
  libraries: readonly Library[]
  /** Of runs of this program. */
  profiles: readonly Profile[]
  /** With contents in the place of paths. */
  windows: WindowsOptions | undefined
  archives: Archives | undefined
  /** The module and those it may be linked with. */
  sources: readonly string[]
}

interface Result {
  build: Build
  executable: Executable
}

interface Entry {
  result: Promise<Result>
  running: Running
  /** The file in the cache, once it is there. */
  executable?: Executable
}

interface Failure {
  error: CompileError
  /** Of the server that was asked. */
  mayRead: MayRead
  time: number
}

interface Running {
  sources: readonly string[]
  controller: AbortController
  /** Who waits for it. */
  owners: Set<object>
}

/**
 * Turns requests into executables. One content is built once for each target and set of options, whoever asks: other
 * importers, another environment of Vite, the same file under another query.
 */
export class Pipeline {
  settings: PipelineSettings
  readonly options: ResolvedOptions
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Set<Running>()
  #toldOfZero = false
  readonly #warned = new Set<string>()
  /** By request, where somebody is served. */
  readonly #failures = new Map<string, Failure>()
  /** How often files have changed. */
  #changes = 0

  constructor(options: ResolvedOptions, settings: PipelineSettings) {
    this.options = options
    this.settings = settings
  }

  /** @throws CompileError; or the reason given to {@link abort} */
  async build(request: Request, settings: RequestSettings = {}): Promise<BuiltProgram> {
    const options = mergeOptions(
      { ...this.options.program, targets: settings.targets ?? this.options.program.targets },
      request,
    )
    const { targets } = options
    if (settings.oneTarget !== true || targets.length === 1) return this.#build(request, options, settings)
    const first = targets.find((name) => name === hostTarget()?.name) ?? targets[0]
    const buildOne = (target: TargetName) => this.#build(request, { ...options, targets: [target] }, settings)
    const program = await buildOne(first)
    const { name } = program
    const others = targets.filter((target) => target !== first).map((target) => findTarget(target)!)
    program.later = others.map(({ name: target, triple, ext }) => ({
      name,
      target,
      triple,
      ext,
      build: async () => (await buildOne(target)).files[0],
    }))
    return program
  }

  async #build(request: Request, options: ProgramOptions, settings: RequestSettings): Promise<BuiltProgram> {
    const { mayRead } = settings
    // Whoever asks again and again for what fails has nothing built again.
    const id = JSON.stringify([request.file + request.query, options.targets])
    const failure = this.#failures.get(id)
    const isFresh = failure !== undefined && performance.now() - failure.time < FAILURE_LASTS
    if (isFresh && failure.mayRead === mayRead) throw failure.error
    const changes = this.#changes
    try {
      return await this.#buildNow(request, options, settings)
    } catch (error) {
      // What a file held before it changed says nothing of what it holds.
      if (mayRead !== undefined && error instanceof CompileError && changes === this.#changes)
        this.#failures.set(id, { error, mayRead, time: performance.now() })
      throw error
    }
  }

  async #buildNow(
    request: Request,
    options: ProgramOptions,
    { mayRead, owner = this }: RequestSettings,
  ): Promise<BuiltProgram> {
    for (;;) {
      const job = await this.#job(request, options, mayRead)
      try {
        const results = await this.#executables(job, owner)
        return program(request, job, results, await this.#describeArchives(job, results))
      } catch (error) {
        if (!(error instanceof FileChanged)) throw error
      }
    }
  }

  /** Tells whoever builds, if anybody listens: a line. Names and paths do nothing to a terminal. */
  get log(): ((message: string) => void) | undefined {
    const { log } = this.settings
    return log && ((message) => log(printable(message)))
  }

  /** A file as messages show it. */
  display(file: string): string {
    const path = relative(this.settings.root, file)
    return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll('\\', '/')
  }

  /** Stops what is being built for somebody and nobody else, its compilers included. @param owner see {@link RequestSettings} */
  abort(owner: object = this): void {
    for (const { owners, controller } of this.#running) {
      if (!owners.delete(owner) || owners.size > 0) continue
      controller.abort(new DOMException('the build was cancelled', 'AbortError'))
      // Others may ask for it before it has ended.
      for (const [key, { running }] of this.#entries) if (running.owners === owners) this.#entries.delete(key)
    }
  }

  /** The modules that a request is answered from, whether or not that works: absolute paths. */
  sources({ file, options }: Request): string[] {
    const modules = { ...this.options.program.modules, ...options.modules }
    return [file, ...moduleFiles(modules, this.settings.root).values()]
  }

  /** Stops what is being built from a file's old content; whoever waits for it gets the new one. */
  fileChanged(file: string): void {
    this.#failures.clear()
    this.#changes++
    for (const running of this.#running) {
      if (running.sources.includes(file)) running.controller.abort(new FileChanged())
    }
  }

  async #job(request: Request, options: ProgramOptions, mayRead: MayRead | undefined): Promise<Job> {
    const { file } = request
    const hint = 'check the path in the import; it is relative to the importing file'
    const read = this.#reader(mayRead)
    // Of a bundle's executables; whoever is served gets what was built last, and no archives.
    const archives = mayRead === undefined ? this.options.ship.archives : undefined
    const bytes = await readModule(file, this.display(file), { hint, read })
    const optimize = this.#level(options)
    const embedded = await readEmbedded(options.embed, this.settings.root, read)
    const named = options.windows === undefined ? [] : windowsFiles(options.windows, this.settings.root)
    const profileFiles = options.profileUse.map((path) => resolve(this.settings.root, path))
    embedded.inputs.files.push(...profileFiles, ...named, ...(archives?.files(this.settings.root) ?? []))
    this.#permit(embedded.inputs.directories, mayRead)
    const windows = options.windows && (await readWindows(options.windows, this.settings.root, read))
    const files = moduleFiles(options.modules, this.settings.root)
    const program = { bytes, file: this.display(file) }
    const libraries = await readLibraries(program, files, {
      display: (path) => this.display(path),
      read,
    })
    const name = programName(file)
    const profiles = await profilesOf(name, profileFiles, read)
    const sources = this.sources(request)
    return { bytes, file, name, optimize, options, embedded, libraries, windows, profiles, archives, sources }
  }

  async #describeArchives({ name, archives }: Job, results: readonly Result[]): Promise<(BuiltArchive | undefined)[]> {
    const described = results.map(async ({ executable: { target, path } }) =>
      archives?.describe(name, target, await readFile(path), this.settings.root),
    )
    return Promise.all(described)
  }

  #level({ optimize }: ProgramOptions): Optimize | undefined {
    if (optimize !== 0) return optimize
    if (!this.#toldOfZero) this.log?.('optimize: 0 is another spelling of 1')
    this.#toldOfZero = true
    return 1
  }

  /** Reads files, but for those that may not be given away. */
  #reader(mayRead: MayRead | undefined): ReadFile {
    if (mayRead === undefined) return readAny
    return readsPermitted((file, opened) => {
      if (!mayRead(file, opened)) throw this.#refusal(file)
    })
  }

  /** Refuses directories that may not be given away: the names in them become part of a program. @throws CompileError */
  #permit(directories: readonly string[], mayRead: MayRead = () => true): void {
    const refused = directories.find((directory) => !mayRead(directory))
    if (refused !== undefined) throw this.#refusal(refused)
  }

  #refusal(file: string): CompileError {
    return new CompileError('the development server may not give this file away', {
      code: 'access',
      file: this.display(file),
      hint: 'server.fs decides: add the directory to server.fs.allow, or take the file out of what is embedded',
    })
  }

  async #executables(job: Job, owner: object): Promise<Result[]> {
    const { targets, cpu, grants, heapMax, debug, macos } = job.options
    const hash = createHash('sha256').update(job.bytes).digest('hex')
    const { icon, ...windows } = job.windows ?? {}
    const image = icon && createHash('sha256').update(icon).digest('hex')
    const systems = [job.windows && windows, image, macos]
    const counts = job.profiles.map(({ functions }) => [...functions])
    const parts = [normalizeGrants(grants), heapMax, job.embedded.info, libraryInfo(job.libraries), systems, counts]
    const common = JSON.stringify([hash, job.name, job.optimize, cpu, debug, ...parts])
    const keys = new Map(targets.map((target) => [target, `${target} ${common}`]))
    await Promise.all([...keys.values()].map((key) => this.#forgetLost(key)))
    const missing = targets.filter((target) => !this.#entries.has(keys.get(target)!))
    if (missing.length > 0) this.#start(job, missing, keys)
    const entries = targets.map((target) => this.#entries.get(keys.get(target)!)!)
    for (const { running } of entries) running.owners.add(owner)
    return Promise.all(entries.map(({ result }) => result))
  }

  /** One call for all targets that nobody asked for yet: they share the generated code and the compilers. */
  #start(job: Job, targets: readonly TargetName[], keys: ReadonlyMap<TargetName, string>): void {
    const running: Running = { sources: job.sources, controller: new AbortController(), owners: new Set() }
    const build = this.#run(job, targets, running)
    for (const target of targets) {
      const key = keys.get(target)!
      const result = build.then((build) => ({ build, executable: executableFor(build, target) }))
      const entry: Entry = { result, running }
      this.#entries.set(key, entry)
      entry.result.then(
        ({ executable }) => (entry.executable = executable),
        () => this.#entries.get(key) === entry && this.#entries.delete(key),
      )
    }
  }

  async #run(job: Job, targets: readonly TargetName[], running: Running): Promise<Build> {
    const { bytes, file, name, optimize, options, embedded, libraries, windows, profiles } = job
    const { signal } = running.controller
    this.#running.add(running)
    const count = targets.length === 1 ? targets[0] : `${targets.length} targets`
    const long = new LongBuild(`${this.display(file)} for ${count}`, this.log)
    try {
      const { toolchain, launcher } = this.options
      // Where the module is decides, not where the build was started.
      const cacheDir = this.options.cacheDir ?? defaultCacheDir(cacheStarts(file, this.settings.root))
      const { cpu, grants, heapMax, debug, macos } = options
      const start = performance.now()
      const create = (profileUse: readonly Profile[]): Promise<Build> =>
        createExecutables(bytes, {
          onProgress: (progress) => long.add(progress),
          file: this.display(file),
          name,
          targets,
          ...(optimize !== undefined && { optimize }),
          cpu,
          grants,
          ...(heapMax !== undefined && { heapMax }),
          embed: embedded,
          modules: libraries,
          ...(windows && { windows }),
          ...(macos && { macos }),
          ...(profileUse.length > 0 && { profileUse }),
          debug,
          signal,
          cacheDir,
          ...(toolchain !== undefined && { toolchain }),
          ...(launcher !== undefined && { launcher }),
        })
      const build = await create(profiles).catch((error: unknown) => {
        // The profile may be of another program of that name, which a package brings along perhaps.
        if (!(error instanceof CompileError && error.code === 'profile')) throw error
        this.#warn(`${this.display(file)} is built without a profile: ${error.reason}`)
        return create([])
      })
      this.#tell(build, performance.now() - start)
      for (const text of grantWarnings(normalizeGrants(grants))) this.#warn(text)
      return build
    } finally {
      long.end()
      this.#running.delete(running)
    }
  }

  /** Once each. */
  #warn(text: string): void {
    if (!this.#warned.has(text)) this.settings.warn?.(printable(text))
    this.#warned.add(text)
  }

  #tell({ module, executables }: Build, milliseconds: number): void {
    if (milliseconds < WORTH_TELLING) return
    const count = executables.length === 1 ? executables[0].target : `${executables.length} targets`
    this.log?.(`${printable(module.file)}: built for ${count} in ${(milliseconds / 1000).toFixed(1)} s`)
  }

  /** A cache that was wiped or damaged while we ran is no reason to fail. */
  async #forgetLost(key: string): Promise<void> {
    const executable = this.#entries.get(key)?.executable
    if (executable !== undefined && !(await isIntact(executable))) this.#entries.delete(key)
  }
}

/** Why a build ends whose input is no longer what it was. */
class FileChanged extends Error {
  override name = 'FileChanged'
}

async function profilesOf(program: string, files: readonly string[], read: ReadFile): Promise<Profile[]> {
  if (files.length === 0) return []
  const { readProfiles } = await import('./profiles.ts')
  return (await readProfiles(files, read)).filter((profile) => profile.program === printable(program))
}

function executableFor(build: Build, target: TargetName): Executable {
  return build.executables.find((executable) => executable.target === target)!
}

function program(
  request: Request,
  { name, options, embedded }: Job,
  results: Result[],
  archives: readonly (BuiltArchive | undefined)[],
): BuiltProgram {
  const { build } = results[0]
  return {
    request,
    name,
    module: build.module,
    debug: options.debug,
    ...(options.heapMax !== undefined && { heapMax: options.heapMax }),
    grants: build.grants,
    embedded: build.embedded,
    libraries: build.libraries,
    inputs: embedded.inputs,
    fileName: options.fileName,
    public: options.public,
    later: [],
    files: results.map(({ executable: { target, triple, path, size, integrity, ...made } }, index) => {
      const { backend, toolchain, optimize } = made
      // Machine code of our own asks nothing of a processor.
      const cpu = backend === 'machine' ? DEFAULT_CPU : options.cpu
      const { ext } = findTarget(target)!
      const archive = archives[index]
      return { name, target, triple, ext, path, size, integrity, archive, backend, toolchain, optimize, cpu }
    }),
  }
}
