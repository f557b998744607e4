import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A command to be timed. */
export interface Subject {
  name: string
  command: readonly string[]
  /** The file it reads from standard input; default: none. */
  input?: string
}

/** One run: seconds of user and system time, seconds on the clock, and what was printed. */
export interface Run {
  user: number
  system: number
  wall: number
  output: string
}

/** Bash reports the times of its children to the millisecond; Node reports only its own. */
const SCRIPT = `TIMEFORMAT='%3U %3S %3R'; time "$@" 2>&1 3>&-`

export function runTimed(command: readonly string[], input?: string): Run {
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', SCRIPT, 'time', ...command], {
    encoding: 'utf8',
    input: input === undefined ? '' : readFileSync(input),
    maxBuffer: 1 << 28,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command.join(' ')} ended with exit code ${status}\n${stdout}${stderr}`)
  const [user, system, wall] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { user, system, wall, output: stdout }
}

/**
 * Runs all subjects of a round, one round after the other, so that whatever else the machine does falls on all alike.
 * A subject has the same name in every round, not necessarily the same command.
 * @throws if two subjects print different things; `agree` says what is different
 */
export function measure(rounds: readonly (readonly Subject[])[], agree = isSame): Map<string, Run[]> {
  const runs = new Map<string, Run[]>()
  for (const subjects of rounds) {
    for (const { name, command, input } of subjects) {
      const list = runs.get(name) ?? []
      runs.set(name, [...list, runTimed(command, input)])
    }
  }
  const [first, ...others] = new Set([...runs.values()].flat().map(({ output }) => output))
  const different = others.find((output) => !agree(first, output))
  if (different !== undefined) throw new Error(`different output:\n${first}---\n${different}`)
  return runs
}

const isSame = (a: string, b: string): boolean => a === b

/**
 * Numbers are alike to a hundred-thousandth and words are the same. Native code may multiply and add in one step where the
 * processor can, which WebAssembly forbids: last digits differ.
 */
export function isAlike(a: string, b: string): boolean {
  const [ours, theirs] = [a.trim().split(/\s+/), b.trim().split(/\s+/)]
  const close = (x: string, y: string) => Math.abs(Number(x) - Number(y)) <= 1e-5 * Math.abs(Number(y))
  return ours.length === theirs.length && ours.every((word, at) => word === theirs[at] || close(word, theirs[at]))
}
