import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WORK } from './tools.ts'

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

/** Files rather than pipes: Node's WASI loses what does not fit into a pipe at once. */
export function runTimed(command: readonly string[], input = '/dev/null'): Run {
  const outputFile = join(WORK, 'output')
  const [from, to] = [openSync(input, 'r'), openSync(outputFile, 'w')]
  const { status, stderr, error } = spawnSync('bash', ['-c', SCRIPT, 'time', ...command], {
    encoding: 'utf8',
    stdio: [from, to, 'pipe'],
  })
  closeSync(from)
  closeSync(to)
  if (error) throw error
  const output = readFileSync(outputFile, 'utf8')
  if (status !== 0) throw new Error(`${command.join(' ')} ended with exit code ${status}\n${output}${stderr}`)
  const [user, system, wall] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { user, system, wall, output }
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
