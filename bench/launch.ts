import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostFlags, WORK, zigCc } from './tools.ts'

const SOURCE = fileURLToPath(new URL('launch.c', import.meta.url))

/** From before a process is started to after its end, as a median, and the most memory it had. */
export interface Launch {
  milliseconds: number
  /** KiB. */
  memory: number
  /** Milliseconds of processor time, of its last run. */
  busy: number
}

/**
 * Starts each command so many times, by turns, with its output thrown away.
 * @throws if one ends with another exit code than 0
 */
export async function launch<Name extends string>(
  rounds: number,
  commands: Record<Name, readonly string[]>,
): Promise<Record<Name, Launch>> {
  const launcher = join(WORK, 'launch')
  await zigCc(launcher, [...hostFlags('musl'), '-O2', '-s'], [SOURCE])
  const names = Object.keys(commands) as Name[]
  const args = names.flatMap((name, index) => (index === 0 ? commands[name] : ['--', ...commands[name]]))
  const { status, stdout, stderr, error } = spawnSync(launcher, [String(rounds), ...args], { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${launcher} ended with exit code ${status}\n${stderr}`)
  const results = stdout
    .trim()
    .split('\n')
    .map((line, index): [string, Launch] => {
      const [nanoseconds, memory, busy] = line.split(' ').map(Number)
      return [names[index], { milliseconds: nanoseconds / 1e6, memory, busy: busy / 1e6 }]
    })
  return Object.fromEntries(results) as Record<Name, Launch>
}
