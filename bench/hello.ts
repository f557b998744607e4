import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutables, DEFAULT_TARGETS, hostTarget, TARGET_NAMES } from '../compiler/index.ts'
import { markdownTable, type Report } from './report.ts'
import { median } from './statistics.ts'
import { PROGRAMS, tool, WORK, zig } from './tools.ts'

const STARTS = 200
const ROUNDS = 7

/** The smallest program: bytes on every target, how long six take from a cold cache, and how long one takes to start. */
export async function hello(report: Report): Promise<string> {
  const directory = join(WORK, 'hello')
  mkdirSync(directory, { recursive: true })
  const file = (name: string) => join(directory, name)
  await zig(['cc', '-target', 'wasm32-wasi', '-Oz', '-s', join(PROGRAMS, 'hello.c'), '-o', file('hello.wasm')])
  tool('cc', ['-Os', '-s', join(PROGRAMS, 'hello.c'), '-o', file('native')])
  const bytes = readFileSync(file('hello.wasm'))
  const build = (targets: readonly string[], outFile?: (target: string) => string) =>
    createExecutables(bytes, { file: 'hello.wasm', targets, cacheDir: file('cache'), outFile })

  rmSync(file('cache'), { recursive: true, force: true })
  const cold = await timed(() => build(DEFAULT_TARGETS))
  const warm = await timed(() => build(DEFAULT_TARGETS))
  const { executables } = await build(TARGET_NAMES, file)
  report.sizes.hello = { wasm: bytes.length, ...Object.fromEntries(executables.map((exe) => [exe.target, exe.size])) }
  report.build.hello = { 'six targets, cold': cold, 'six targets, nothing changed': warm }

  const host = hostTarget()?.name ?? ''
  const starts: Record<string, number[]> = { ours: [], 'native, dynamic': [] }
  for (let round = 0; round < ROUNDS; round++) {
    starts.ours.push(startup(file(host)))
    starts['native, dynamic'].push(startup(file('native')))
  }
  report.startup.hello = Object.fromEntries(Object.entries(starts).map(([name, times]) => [name, median(times)]))
  const rows = Object.entries(report.sizes.hello).map(([name, size]) => [name, size.toLocaleString('en')])
  const start = Object.entries(report.startup.hello).map(([name, time]) => `${name} ${time.toFixed(2)} ms`)
  return [
    '## Hello from C',
    '',
    markdownTable(['file', 'bytes'], rows),
    '',
    `Six targets from a cold cache: ${cold} ms; again, with nothing changed: ${warm} ms.`,
    `Start and end, fork included, medians of ${ROUNDS} rounds of ${STARTS}: ${start.join(', ')}.`,
  ].join('\n')
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await action()
  return Math.round(performance.now() - started)
}

/** Milliseconds of one start, measured by a shell that starts many. */
function startup(file: string): number {
  const script = `TIMEFORMAT=%R; time for ((i = 0; i < ${STARTS}; i++)); do "$0" > /dev/null; done`
  const { stderr, error } = spawnSync('bash', ['-c', script, file], { encoding: 'utf8' })
  if (error) throw error
  return (Number(stderr) * 1000) / STARTS
}
