import { resolveOptions, type Options, type ResolvedOptions } from './options.ts'
import { Pipeline } from './pipeline.ts'

/** The plugin's state that no bundler differs in: options, the pipeline, and which errors were reported. */
export class Core {
  readonly options: ResolvedOptions
  readonly pipeline: Pipeline
  readonly #reported = new Set<string>()

  constructor(options: Options | undefined) {
    this.options = resolveOptions(options)
    this.pipeline = new Pipeline(this.options, { root: process.cwd(), dev: false })
  }

  /** The project's directory; sources in the manifest are relative to it. */
  get root(): string {
    return this.pipeline.settings.root
  }

  /** A new build begins; errors count as news again. */
  start(): void {
    this.#reported.clear()
  }

  /** Whether an error is to be reported: true once for each message in a build. */
  isNews(error: unknown): boolean {
    const text = error instanceof Error ? error.message : String(error)
    if (this.#reported.has(text)) return false
    this.#reported.add(text)
    return true
  }
}
