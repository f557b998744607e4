import { availableParallelism, totalmem } from 'node:os'

interface Waiting {
  jobs: number
  start: () => void
}

const waiting: Waiting[] = []
let active = 0

/** Twice what a compiler was seen to take: 260 MB, for a function of 200 KB of wasm. */
const JOB_MEMORY = 512 << 20

/** How many compilers side by side have a processor and memory each; at least one. */
export const affordableJobs = (processors: number, memory: number): number =>
  Math.max(1, Math.min(processors, Math.floor(memory / JOB_MEMORY)))

/** The default number of compilers that run at a time, in this machine or container. */
export function defaultJobs(): number {
  // 0, or more than there is, where nothing limits this process.
  const limit = process.constrainedMemory() || Infinity
  return affordableJobs(availableParallelism(), Math.min(totalmem(), limit))
}

/**
 * Runs a task when fewer than `jobs` others are running in this process, in the order of calls: one queue for all
 * builds, so that ten modules in a bundle do not start ten times as many compilers as one.
 */
export async function enqueue<T>(jobs: number, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted()
  if (active < jobs && waiting.length === 0) active++
  else await turn(jobs, signal)
  try {
    return await task()
  } finally {
    active--
    startNext()
  }
}

function turn(jobs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry: Waiting = {
      jobs,
      start: () => {
        signal?.removeEventListener('abort', leave)
        active++
        resolve()
      },
    }
    const leave = () => {
      const index = waiting.indexOf(entry)
      if (index >= 0) waiting.splice(index, 1)
      reject(signal?.reason)
      startNext()
    }
    signal?.addEventListener('abort', leave, { once: true })
    waiting.push(entry)
  })
}

function startNext(): void {
  while (waiting.length > 0 && active < waiting[0].jobs) waiting.shift()!.start()
}
