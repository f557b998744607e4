/** How much our own code does, counted and not timed: the same on every machine, however busy. */
import { Session } from 'node:inspector'
import { pathToFileURL } from 'node:url'
import { root } from './tools.ts'

const path = `${root}/compiler/`
const starts = [path, pathToFileURL(path).href]

/** Counts from `start` to `stop` how often each block of code in compiler/ is entered; what the engine does itself is not seen. */
export class WorkCounter {
  readonly #session = new Session()

  start(): void {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  stop(): void {
    this.#session.disconnect()
  }

  /** Blocks entered since this was last asked, by the folder in compiler/. */
  taken(): Map<string, number> {
    const counts = new Map<string, number>()
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error
      for (const { url, functions } of result) {
        const start = starts.find((item) => url.startsWith(item))
        if (start === undefined) continue
        const folder = url.slice(start.length).split('/')[0]
        const count = functions.flatMap(({ ranges }) => ranges).reduce((sum, range) => sum + range.count, 0)
        counts.set(folder, (counts.get(folder) ?? 0) + count)
      }
    })
    return counts
  }
}
