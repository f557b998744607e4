import { resolve } from 'node:path'
import { CompileError } from '../compiler/index.ts'
import { Admissions, type Import } from './admissions.ts'
import { realPath } from './paths.ts'
import { resolveOptions, type Options, type ResolvedOptions } from './options.ts'
import { hasGrants, type Report } from './manifest.ts'
import { reportFile, writeReport } from './report-file.ts'
import { Pipeline, type BuiltProgram } from './pipeline.ts'
import { ship } from './ship/index.ts'
import { buildOf, forgetShipped, type BuildIdentity } from './ship/programs.ts'
import { TypesFile } from './types-file.ts'

/** See Borders. Of all plugins: some frameworks have one bundler read what another has written. */
const written = new Set<string>()

/** What was shipped so far, by all plugins. */
let shipped: Promise<unknown> = Promise.resolve()

/** The plugin's state that no bundler differs in: options, the pipeline, and which errors were reported. */
export class Core {
  readonly options: ResolvedOptions
  readonly pipeline: Pipeline
  readonly admissions: Admissions
  /** Executables that webpack's loader was asked for. */
  readonly made = new Set<BuiltProgram>()
  /** See Borders. */
  readonly generated = new Set<string>()
  #typesFile: TypesFile | undefined
  /** By who builds, see RequestSettings. */
  readonly #reported = new WeakMap<object, Set<string>>()
  /** Reports that were spoken of. */
  readonly #told = new Set<string>()

  constructor(options: Options | undefined) {
    this.options = resolveOptions(options)
    this.admissions = new Admissions(this.options.trust)
    this.pipeline = new Pipeline(this.options, { root: process.cwd() })
  }

  /** The project's directory; sources in the manifest are relative to it. */
  get root(): string {
    return this.pipeline.settings.root
  }

  /** Notes the id that an import leads to. @throws CompileError if the importing module has no say in what the id asks for */
  admit(id: string, from: Import): void {
    const { root, generated } = this
    this.admissions.admit(id, from, { root, generated, written }, (path) => this.pipeline.display(path))
    this.#types()?.note(from.source)
  }

  #types(): TypesFile | undefined {
    const { dts } = this.options
    if (dts !== undefined) this.#typesFile ??= new TypesFile(dts, this.root, this.options)
    return this.#typesFile
  }

  /** Notes which files a bundler wrote. @param names in the directory */
  wrote(directory: string, names: Iterable<string>): void {
    for (const name of names) written.add(realPath(resolve(directory, name)))
  }

  /**
   * Writes the report about an output directory, and says where it is if there is something to read in it.
   * @param report undefined if the directory holds no executables
   * @param identity what tells the build apart from others that write there
   */
  async report(output: string, report: Report | undefined, identity: BuildIdentity): Promise<void> {
    const build = buildOf(output, identity)
    if (report === undefined) forgetShipped(build)
    else await this.#ship(report, build)
    const file = reportFile(this.options, this.root, output)
    if (file === undefined) return
    await writeReport(file, report, output)
    if (report !== undefined && hasGrants(report) && !this.#told.has(file)) {
      this.pipeline.log?.(`what programs are granted: ${this.pipeline.display(file)}`)
      this.#told.add(file)
    }
  }

  /** Builds of several environments, and of a list of configurations, ship to one place, one after the other. */
  async #ship(report: Report, build: string): Promise<void> {
    const work = shipped.then(() => ship(this.options.ship, report, this.root, build))
    shipped = work.catch(() => {})
    await work
  }

  /** A new build begins; errors count as news again. */
  start(owner: object): void {
    this.#reported.set(owner, new Set())
  }

  /** Whether an error is to be reported: true once in a build for each message, and for each failure of a file. */
  isNews(error: unknown, owner: object): boolean {
    const text = identity(error)
    const reported = this.#reported.get(owner) ?? new Set()
    if (reported.has(text)) return false
    this.#reported.set(owner, reported.add(text))
    return true
  }
}

/** What a file's errors for several targets or options have in common. */
function identity(error: unknown): string {
  if (!(error instanceof CompileError) || error.file === undefined) return String(error)
  const { file, code, offset, functionIndex } = error
  return JSON.stringify([file, code, offset, functionIndex])
}
