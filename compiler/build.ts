import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { CompileError } from './errors.ts'
import { DEFAULT_CPU, parseCpu, STAGES, type BuildOptions, type Progress, type Stage } from './options.ts'
import { useDigest } from './sha256.ts'
import { findSources, type Sources } from './sources.ts'
import { openStore, type Store } from './store.ts'

/** A step of a build that is done; see {@link Progress}. */
export type Step = Pick<Progress, 'stage' | 'name' | 'started' | 'target' | 'level'>

/** What all steps of one build share, whichever generator writes the code. */
export interface StepContext {
  store: Store
  sources: Sources
  debug: boolean
  /** Aborts when the caller aborts, and when a step has failed. */
  signal: AbortSignal
  /** Promise.all, but a failure stops the others' compilers, and when it rejects none of them is running any more. */
  all<T>(steps: readonly Promise<T>[]): Promise<T[]>
  /** Announces steps of a stage before the first of them is done, so that `total` does not grow on the way. */
  expect(stage: Stage, steps: number): void
  done(step: Step): void
}

/** Runs `work`, which needs no C compiler. */
export async function withSteps<T>(options: BuildOptions, work: (context: StepContext) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted()
  parseCpu(options.cpu ?? DEFAULT_CPU)
  checkJobs(options)
  useDigest((bytes) => createHash('sha256').update(bytes).digest())
  const store = openStore(options.cacheDir)
  const failed = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  // Every compiler that waits its turn listens.
  setMaxListeners(0, signal)
  try {
    const context: StepContext = {
      store,
      sources: findSources(),
      debug: options.debug ?? false,
      signal,
      all: (steps) => waitForAll(steps, (error) => failed.abort(error)),
      ...progressCounter(options.onProgress),
    }
    return await work(context)
  } finally {
    await store.pruneNowAndThen()
  }
}

function checkJobs({ jobs }: BuildOptions): void {
  if (jobs === undefined || (Number.isInteger(jobs) && jobs >= 1)) return
  throw new CompileError(`jobs is ${JSON.stringify(jobs)}`, {
    code: 'option',
    hint: 'give a whole number, 1 or more',
  })
}

async function waitForAll<T>(steps: readonly Promise<T>[], stop: (error: unknown) => void): Promise<T[]> {
  let failure: { error: unknown } | undefined
  const watched = steps.map((step) =>
    step.catch((error) => {
      if (failure === undefined) stop((failure = { error }).error)
    }),
  )
  const values = await Promise.all(watched)
  if (failure !== undefined) throw failure.error
  return values as T[]
}

function progressCounter(onProgress: ((progress: Progress) => void) | undefined): Pick<StepContext, 'expect' | 'done'> {
  const counts = new Map(STAGES.map((stage) => [stage, { done: 0, total: 0 }]))
  return {
    expect: (stage, steps) => {
      counts.get(stage)!.total += steps
    },
    done: (step) => {
      const count = counts.get(step.stage)!
      const { started } = step
      count.done++
      count.total = Math.max(count.total, count.done)
      const milliseconds = started === undefined ? 0 : performance.now() - started
      onProgress?.({ ...step, ...count, milliseconds, cached: started === undefined })
    },
  }
}
