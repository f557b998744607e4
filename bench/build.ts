/** How long builds of hello take, as users start them, and what they are made of. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createExecutables as createInMemory } from '../compiler/browser.ts'
import { createExecutables, DEFAULT_TARGETS, type Stage } from '../compiler/index.ts'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { helloWasm } from './hello.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { median } from './statistics.ts'
import { WORK } from './tools.ts'

const DIRECTORY = join(WORK, 'build')
const ROUNDS = 3
const WARM_UP = 60
const WARM_ROUNDS = 15
const RUNTIME = fileURLToPath(new URL('../dist/runtime', import.meta.url))

/** Builds of hello for six targets by the command line, cold and warm; the stages of a cold one. */
export async function build(report: Report, settings: Settings): Promise<string> {
  const wasm = await helloWasm()
  const targets = settings.targets ?? DEFAULT_TARGETS
  buildPackage()
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    rmSync(DIRECTORY, { recursive: true, force: true })
    cold.push((await buildByCommandLine(wasm, DIRECTORY, targets, settings.optimize)).milliseconds)
    warm.push((await buildByCommandLine(wasm, DIRECTORY, targets, settings.optimize)).milliseconds)
  }
  const times = { cold: median(cold), 'nothing changed': median(warm) }
  report.build.hello = times
  return [
    '## Builds of hello from C',
    '',
    `By the command line for ${targets.join(', ')}, medians of ${ROUNDS}: ${Math.round(times.cold)} ms with an empty`,
    `cache, ${Math.round(times['nothing changed'])} ms when nothing changed. In a process that has built it ${WARM_UP} times, without`,
    `a cache, at level 1: ${(await inProcess(wasm, targets, report)).toFixed(1)} ms.`,
    '',
    await stages(wasm, targets, report, settings),
  ].join('\n')
}

/** Milliseconds of a build from bytes to bytes, at level 1, by a compiler that the engine knows well by now. */
async function inProcess(wasm: string, targets: readonly string[], report: Report): Promise<number> {
  const bytes = new Uint8Array(readFileSync(wasm))
  const runtimes = new Map(targets.map((target) => [target, readFileSync(join(RUNTIME, `${target}.bin`))]))
  const times: number[] = []
  for (let round = 0; round < WARM_UP + WARM_ROUNDS; round++) {
    const started = performance.now()
    await createInMemory(bytes, { file: wasm, targets, runtime: (target) => runtimes.get(target)! })
    times.push(performance.now() - started)
  }
  return (report.build.hello['warm in process'] = median(times.slice(WARM_UP)))
}

/** Milliseconds of each stage, added up over its steps, which run side by side on all processors. */
async function stages(
  wasm: string,
  targets: readonly string[],
  report: Report,
  { optimize }: Settings,
): Promise<string> {
  rmSync(DIRECTORY, { recursive: true, force: true })
  const times = new Map<string, Map<string, number>>()
  const add = (stage: Stage, target: string, milliseconds: number) => {
    const row = times.get(target) ?? new Map<string, number>()
    times.set(target, row.set(stage, (row.get(stage) ?? 0) + milliseconds))
  }
  await createExecutables(readFileSync(wasm), {
    file: wasm,
    targets,
    optimize,
    cacheDir: join(DIRECTORY, 'cache'),
    onProgress: ({ stage, target = 'all', milliseconds }) => add(stage, target, milliseconds),
  })
  const columns = [...new Set([...times.values()].flatMap((row) => [...row.keys()]))]
  for (const [target, row] of times) report.build[`hello, ${target}`] = Object.fromEntries(row)
  const rows = [...times].map(([target, row]) => [
    target,
    ...columns.map((column) => (row.has(column) ? String(Math.round(row.get(column) ?? 0)) : '')),
  ])
  return [
    'Milliseconds of the stages, with an empty cache, added up over compilers that run side by side:',
    '',
    markdownTable(['target', ...columns], rows),
  ].join('\n')
}
