import { resolveOptions, type Options, type ResolvedOptions } from './options.ts'
import { Pipeline, type BuiltProgram } from './pipeline.ts'
import { parseRequest } from './request.ts'

/** The plugin's state that no bundler differs in: options, the pipeline, and which errors were reported. */
export class Core {
  readonly options: ResolvedOptions
  readonly pipeline: Pipeline
  /** Sources in the manifest are relative to it. */
  root = process.cwd()
  readonly #reported = new Set<string>()

  constructor(options: Options | undefined) {
    this.options = resolveOptions(options)
    this.pipeline = new Pipeline(this.options, { dev: false })
  }

  /** A new build begins; errors count as news again. */
  start(): void {
    this.#reported.clear()
  }

  /** The program an id asks for, undefined if the id is none of ours. @throws CompileError */
  async load(id: string): Promise<BuiltProgram | undefined> {
    const request = parseRequest(id)
    return request && this.pipeline.build(request)
  }

  /** Whether an error is to be reported: true once for each message in a build. */
  isNews(error: unknown): boolean {
    const text = error instanceof Error ? error.message : String(error)
    if (this.#reported.has(text)) return false
    this.#reported.add(text)
    return true
  }
}
