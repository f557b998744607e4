import { access, readFile, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, relative } from 'node:path'
import {
  CompileError,
  createExecutables,
  DEFAULT_OPTIMIZE,
  findTarget,
  normalizeGrants,
  readEmbedded,
  type Build,
  type EmbeddedFiles,
  type EmbeddedInfo,
  type Executable,
  type ModuleInfo,
  type NormalGrants,
  type Optimize,
  type TargetName,
  type ToolchainInfo,
} from '../compiler/index.ts'
import { createHash } from 'node:crypto'
import { mergeOptions, type Request } from './request.ts'
import type { ProgramOptions, ResolvedOptions } from './options.ts'

/** One executable in the cache, ready to be emitted. */
export interface BuiltFile {
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
}

/** A request answered: the executables it asked for and what is worth knowing about them. */
export interface BuiltProgram {
  request: Request
  name: string
  module: ModuleInfo
  toolchain: ToolchainInfo
  optimize: Optimize
  debug: boolean
  grants: NormalGrants
  embedded: readonly EmbeddedInfo[]
  /** What the executables were made of beside the module: absolute paths. */
  inputs: EmbeddedFiles['inputs']
  /** The template that a query or the plugin's options give. */
  fileName: string | undefined
  /** In the order of the targets' table. */
  files: BuiltFile[]
}

export interface PipelineSettings {
  /** The project's directory: messages name files from here, and no path above it gets into a result. */
  root: string
  /** Large modules that nobody chose a level for are built without optimization, to be there soon. */
  dev: boolean
  /** Told about builds that took long enough to wonder. */
  log?: (message: string) => void
}

/** Above this many bytes of wasm, development builds do not optimize. */
const LARGE_MODULE = 1 << 20
/** Milliseconds. */
const WORTH_TELLING = 1000

/** What one C compilation serves: the same content, name and options, however many ids ask for it. */
interface Job {
  bytes: Uint8Array
  file: string
  name: string
  optimize: Optimize
  options: ProgramOptions
  embedded: EmbeddedFiles
}

interface Result {
  build: Build
  executable: Executable
}

interface Entry {
  result: Promise<Result>
  /** The file in the cache, once it is there. */
  path?: string
}

interface Running {
  file: string
  controller: AbortController
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

  constructor(options: ResolvedOptions, settings: PipelineSettings) {
    this.options = options
    this.settings = settings
  }

  /** @throws CompileError; or the reason given to {@link abort} */
  async build(request: Request): Promise<BuiltProgram> {
    const options = mergeOptions(this.options.program, request)
    for (;;) {
      const job = await this.#job(request, options)
      try {
        return program(request, job, await this.#executables(job))
      } catch (error) {
        if (!(error instanceof FileChanged)) throw error
      }
    }
  }

  /** A file as messages show it. */
  display(file: string): string {
    const path = relative(this.settings.root, file)
    return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll('\\', '/')
  }

  /** Stops what is being built, its compilers included. */
  abort(reason: unknown = new DOMException('the build was cancelled', 'AbortError')): void {
    for (const { controller } of this.#running) controller.abort(reason)
  }

  /** Stops what is being built from a file's old content; whoever waits for it gets the new one. */
  fileChanged(file: string): void {
    for (const running of this.#running) {
      if (running.file === file) running.controller.abort(new FileChanged())
    }
  }

  async #job(request: Request, options: ProgramOptions): Promise<Job> {
    const { file } = request
    const bytes = await readModule(file, this.display(file))
    const relaxed = this.settings.dev && !options.optimizeChosen && bytes.length > LARGE_MODULE
    const optimize = relaxed ? 0 : (options.optimize ?? DEFAULT_OPTIMIZE)
    const embedded = await readEmbedded(options.embed, this.settings.root)
    return { bytes, file, name: basename(file, extname(file)), optimize, options, embedded }
  }

  async #executables(job: Job): Promise<Result[]> {
    const { targets, grants, debug } = job.options
    const hash = createHash('sha256').update(job.bytes).digest('hex')
    const common = JSON.stringify([hash, job.name, job.optimize, debug, normalizeGrants(grants), job.embedded.info])
    const keys = new Map(targets.map((target) => [target, `${target} ${common}`]))
    await Promise.all([...keys.values()].map((key) => this.#forgetLost(key)))
    const missing = targets.filter((target) => !this.#entries.has(keys.get(target)!))
    if (missing.length > 0) this.#start(job, missing, keys)
    return Promise.all(targets.map((target) => this.#entries.get(keys.get(target)!)!.result))
  }

  /** One call for all targets that nobody asked for yet: they share the C and the compilers. */
  #start(job: Job, targets: readonly TargetName[], keys: ReadonlyMap<TargetName, string>): void {
    const build = this.#run(job, targets)
    for (const target of targets) {
      const key = keys.get(target)!
      const entry: Entry = { result: build.then((build) => ({ build, executable: executableFor(build, target) })) }
      this.#entries.set(key, entry)
      entry.result.then(
        ({ executable }) => (entry.path = executable.path),
        () => this.#entries.delete(key),
      )
    }
  }

  async #run({ bytes, file, name, optimize, options, embedded }: Job, targets: readonly TargetName[]): Promise<Build> {
    const running: Running = { file, controller: new AbortController() }
    const { signal } = running.controller
    this.#running.add(running)
    try {
      const { cacheDir, toolchain, launcher } = this.options
      const { grants, debug } = options
      const start = performance.now()
      const build = await createExecutables(bytes, {
        file: this.display(file),
        name,
        targets,
        optimize,
        grants,
        embed: embedded,
        debug,
        signal,
        ...(cacheDir !== undefined && { cacheDir }),
        ...(toolchain !== undefined && { toolchain }),
        ...(launcher !== undefined && { launcher }),
      })
      this.#tell(build, performance.now() - start)
      return build
    } finally {
      this.#running.delete(running)
    }
  }

  #tell({ module, executables }: Build, milliseconds: number): void {
    if (milliseconds < WORTH_TELLING) return
    const count = executables.length === 1 ? executables[0].target : `${executables.length} targets`
    this.settings.log?.(`${module.file}: built for ${count} in ${(milliseconds / 1000).toFixed(1)} s`)
  }

  /** A cache that was wiped while we ran is no reason to fail. */
  async #forgetLost(key: string): Promise<void> {
    const path = this.#entries.get(key)?.path
    if (path !== undefined) await access(path).catch(() => this.#entries.delete(key))
  }
}

/** Why a build ends whose input is no longer what it was. */
class FileChanged extends Error {
  override name = 'FileChanged'
}

function executableFor(build: Build, target: TargetName): Executable {
  return build.executables.find((executable) => executable.target === target)!
}

function program(request: Request, { name, optimize, options, embedded }: Job, results: Result[]): BuiltProgram {
  const { build } = results[0]
  return {
    request,
    name,
    module: build.module,
    toolchain: build.toolchain,
    optimize,
    debug: options.debug,
    grants: build.grants,
    embedded: build.embedded,
    inputs: embedded.inputs,
    fileName: options.fileName,
    files: results.map(({ executable: { target, triple, path, size, integrity } }) => {
      return { name, target, triple, ext: findTarget(target)!.ext, path, size, integrity }
    }),
  }
}

/** @param name the file as messages show it */
async function readModule(file: string, name: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch(async (cause: NodeJS.ErrnoException) => {
    throw new CompileError(`cannot be read: ${await reason(file, cause)}`, {
      code: 'input',
      file: name,
      hint: 'check the path in the import; it is relative to the importing file',
      cause,
    })
  })
  if (extname(file).toLowerCase() !== '.wat') return bytes
  const { assemble } = await import('../compiler/wat.ts')
  return assemble(bytes.toString('utf8'), { file: name })
}

async function reason(file: string, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code === 'ENOENT') return 'there is no such file'
  const isDirectory = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return isDirectory ? 'it is a directory' : error.message
}
