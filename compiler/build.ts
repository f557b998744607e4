import { setMaxListeners } from 'node:events'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CompileError } from './errors.ts'
import { chosenLevel, DEFAULT_C_OPTIMIZE, type Level } from './levels.ts'
import {
  DEFAULT_CPU,
  parseCpu,
  parseOptimize,
  STAGES,
  type BuildOptions,
  type Cpu,
  type Optimize,
  type Progress,
  type Stage,
} from './options.ts'
import { findSources, type Sources } from './sources.ts'
import { openStore, type Store } from './store.ts'
import { findToolchain, type Toolchain } from './toolchain/index.ts'
import { defaultJobs } from './toolchain/queue.ts'

/** A step of a build that is done; see {@link Progress}. */
export type Step = Pick<Progress, 'stage' | 'name' | 'started' | 'target' | 'level'>

/** Where compilers run. */
export interface BuildScratch {
  path: string
  /** The C runtime's directory from there, without anything of the path that could disturb a compiler or get into results. */
  runtime: string
}

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

/** The same with what C compilers need. */
export interface BuildContext extends StepContext {
  toolchain: Toolchain
  optimize: Optimize
  cpu: Cpu
  launcher?: string
  jobs: number
  /** A directory for this build's files, made at first use and removed at the end. */
  scratch(): Promise<BuildScratch>
}

/** Runs `work`, which needs no C compiler. */
export async function withSteps<T>(options: BuildOptions, work: (context: StepContext) => Promise<T>): Promise<T> {
  options.signal?.throwIfAborted()
  parseCpu(options.cpu ?? DEFAULT_CPU)
  checkJobs(options)
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

/**
 * Runs `work` with everything that compiling C needs. When it fails or is aborted, all its compilers are stopped and its
 * files removed before this rejects.
 */
export async function withBuild<T>(
  options: BuildOptions,
  work: (context: BuildContext) => Promise<T>,
  level: Level = chosenLevel(parseOptimize(options.optimize ?? DEFAULT_C_OPTIMIZE)),
): Promise<T> {
  return withSteps(options, (context) => withCompilers(context, options, level, work))
}

/** The same within a build that is going on. */
export async function withCompilers<T>(
  context: StepContext,
  options: BuildOptions,
  { optimize, need }: Level,
  work: (context: BuildContext) => Promise<T>,
): Promise<T> {
  const { store, sources } = context
  const { toolchain: wanted, signal } = options
  const toolchain = await findToolchain({ toolchain: wanted, cacheDir: store.dir, signal, need })
  let scratch: Promise<BuildScratch> | undefined
  try {
    return await work({
      ...context,
      toolchain,
      optimize,
      cpu: parseCpu(options.cpu ?? DEFAULT_CPU),
      launcher: options.launcher,
      jobs: options.jobs ?? defaultJobs(),
      scratch: () => (scratch ??= prepareScratch(store, sources)),
    })
  } finally {
    const dir = await scratch?.catch(() => undefined)
    if (dir !== undefined) await store.discard(dir.path)
  }
}

function checkJobs({ jobs }: BuildOptions): void {
  if (jobs === undefined || (Number.isInteger(jobs) && jobs >= 1)) return
  throw new CompileError(`jobs is ${JSON.stringify(jobs)}`, {
    code: 'option',
    hint: 'give a whole number, 1 or more',
  })
}

async function prepareScratch(store: Store, { runtime }: Sources): Promise<BuildScratch> {
  const path = await store.scratch()
  // A junction needs no rights on Windows, and is what a link is elsewhere.
  const linked = await symlink(runtime, join(path, 'runtime'), 'junction').then(
    () => true,
    () => false,
  )
  return { path, runtime: linked ? 'runtime' : runtime }
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

function progressCounter(
  onProgress: ((progress: Progress) => void) | undefined,
): Pick<BuildContext, 'expect' | 'done'> {
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
