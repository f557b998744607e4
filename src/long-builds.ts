import type { Progress, Stage } from '../compiler/index.ts'

const DOING: Record<Stage, string> = {
  decode: 'reading',
  validate: 'validating',
  generate: 'generating code',
  compile: 'compiling',
  link: 'linking',
}

/** When something is said of a build that goes on, in seconds: nothing of a short one, little of a very long one. */
const MOMENTS = [5, 10, 20, 40]
/** Seconds between what is said later. */
const LATER = 30

/** Says now and then what a build does that takes long, so that nobody takes it for hung. */
export class LongBuild {
  #timer: NodeJS.Timeout | undefined
  #said = 0
  #last: Progress | undefined

  /** @param what for example 'hello.wasm for 6 targets' */
  constructor(what: string, log: ((message: string) => void) | undefined) {
    if (log === undefined) return
    const wait = (elapsed: number): void => {
      const next = MOMENTS[this.#said] ?? elapsed + LATER
      this.#timer = setTimeout(
        () => {
          log(`${what}: ${this.#doing()}, ${next} s`)
          this.#said++
          wait(next)
        },
        (next - elapsed) * 1000,
      ).unref()
    }
    wait(0)
  }

  /** What was just done. */
  add(progress: Progress): void {
    this.#last = progress
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #doing(): string {
    if (this.#last === undefined) return DOING.decode
    const { stage, done, total } = this.#last
    // Of a stage that is done the next one is on its way.
    if (done < total) return `${DOING[stage]}, ${done} of ${total} done`
    const stages = Object.keys(DOING) as Stage[]
    return DOING[stages[stages.indexOf(stage) + 1] ?? stage]
  }
}
