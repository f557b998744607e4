import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { createExecutable } from '../compiler/index.ts'
import { START_RATIO } from './criteria.ts'
import { helloNative, helloWasm } from './hello.ts'
import { launch, type Launch } from './launch.ts'
import { nodeCommand } from './peers.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { median } from './statistics.ts'
import { CACHE } from './tools.ts'

const STARTS = 500
const NODE_STARTS = 7
const ROUNDS = 5
/** KiB: each processor may keep 32 pages to itself before Linux counts them. */
const UNCOUNTED = 128 * cpus().length

/** How long hello takes from its start to its end, and the memory it has. */
export async function startup(report: Report, settings: Settings): Promise<string> {
  const file = await helloWasm()
  const { path } = await createExecutable(readFileSync(file), { file, optimize: settings.optimize, cacheDir: CACHE })
  // The two that are compared take turns, and nobody else: a process that follows a large one finds caches that are not warm.
  const commands = { ours: [path], 'native, musl, static': [await helloNative('musl')] }
  const launches = []
  for (let round = 0; round < ROUNDS; round++) launches.push(await launch(STARTS, commands))
  const node = await launch(NODE_STARTS, { node: nodeCommand(file) })
  const dynamic = await launch(STARTS, { 'native, glibc, dynamic': [await helloNative('gnu')] })
  const results: [string, Pick<Launch, 'milliseconds' | 'memory'>][] = [
    ...Object.entries(node),
    ...Object.entries(dynamic),
  ]
  for (const name of Object.keys(commands) as (keyof typeof commands)[]) {
    const milliseconds = median(launches.map((round) => round[name].milliseconds))
    results.push([name, { milliseconds, memory: launches[0][name].memory }])
  }
  const ratio = median(launches.map((round) => round.ours.milliseconds / round['native, musl, static'].milliseconds))
  report.startup.hello = {
    ...Object.fromEntries(results.map(([name, { milliseconds }]) => [name, milliseconds])),
    [START_RATIO]: ratio,
  }
  report.memory.hello = Object.fromEntries(results.map(([name, { memory }]) => [name, memory]))
  const rows = results.map(([name, { milliseconds, memory }]) => [
    name,
    milliseconds.toFixed(3),
    memory < UNCOUNTED ? `< ${UNCOUNTED}` : memory.toLocaleString('en'),
  ])
  return [
    '## Start of hello from C',
    '',
    `From vfork to its end, medians of ${ROUNDS} rounds of ${STARTS} starts, by turns with the static native one; ours takes ${ratio.toFixed(2)}`,
    'of its time.',
    '',
    markdownTable(['program', 'ms', 'peak KiB'], rows),
  ].join('\n')
}
