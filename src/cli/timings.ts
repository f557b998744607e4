import { STAGES, type Progress } from '../../compiler/options.ts'
import { writeFileWhole } from '../../compiler/disk.ts'
import { formatTable } from './output.ts'

type TimedStep = Progress & { started: number }

/** Where the time of a build goes: a table for people, and a trace in which every step has its place. */
export class Timings {
  readonly #started = performance.now()
  readonly #steps: Progress[] = []

  add(step: Progress): void {
    this.#steps.push(step)
  }

  /** A row per stage. Times of steps that ran side by side are added up, so that they may exceed the last row's, which is the clock's. */
  table(): string {
    const elapsed = performance.now() - this.#started
    const rows = STAGES.flatMap((stage) => {
      const steps = this.#steps.filter((step) => step.stage === stage)
      if (steps.length === 0) return []
      const longest = steps.reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a))
      const cached = steps.filter((step) => step.cached).length
      const time = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
      const words = longest.cached ? [] : [`${title(longest)}, ${formatTime(longest.milliseconds)}`]
      const calmer = steps.filter(({ level }) => level !== undefined)
      for (const level of new Set(calmer.map((step) => step.level)))
        words.push(`${calmer.filter((step) => step.level === level).length} at level ${level}`)
      return [[stage, String(steps.length), String(cached), formatTime(time), words.join('; ')]]
    })
    const all = ['all', String(this.#steps.length), String(this.#steps.filter((step) => step.cached).length)]
    return formatTable([TITLES, ...rows, [...all, formatTime(elapsed), '']], [1, 2, 3])
  }

  /**
   * Writes the steps in the Trace Event Format, as Perfetto and chrome://tracing read it: complete events, times in
   * microseconds, and a lane ("thread") for as many steps as ran side by side.
   */
  async writeTrace(path: string): Promise<void> {
    const lanes: number[] = []
    const traceEvents = this.#steps
      .filter((step): step is TimedStep => step.started !== undefined)
      .toSorted((a, b) => a.started - b.started)
      .map((step) => {
        const { stage, name, target, started, milliseconds } = step
        const free = lanes.findIndex((end) => end <= started)
        const lane = free < 0 ? lanes.length : free
        lanes[lane] = started + milliseconds
        const ts = this.#microseconds(started)
        const dur = this.#microseconds(started + milliseconds) - ts
        return { name: title(step), cat: stage, ph: 'X', ts, dur, pid: 1, tid: lane + 1, args: { stage, name, target } }
      })
    await writeFileWhole(path, `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`)
  }

  #microseconds(time: number): number {
    return Math.round((time - this.#started) * 1000)
  }
}

const TITLES = ['stage', 'steps', 'cached', 'time', 'longest step']

/** What was compiled at another level than all else says so. */
const title = ({ name, target, level }: Progress): string =>
  [name, target && `for ${target}`, level !== undefined && `at level ${level}`].filter(Boolean).join(' ')

const formatTime = (milliseconds: number): string =>
  milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`
