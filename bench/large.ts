/** esbuild, 19.9 MB of WebAssembly from Go: how long its C and its executable take, and how it runs then. */
import { execFileSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostTarget } from '../compiler/index.ts'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { launch, type Launch } from './launch.ts'
import { measure } from './measure.ts'
import { nodeCommand } from './peers.ts'
import { markdownTable, programReport, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { npmPackage } from './sources.ts'
import { compare, median } from './statistics.ts'
import { WORK } from './tools.ts'

const ROUNDS = 5
const GENERATE = fileURLToPath(new URL('generate.mjs', import.meta.url))
/** JavaScript to be minified. */
const INPUT = fileURLToPath(new URL('../node_modules/rollup/dist/es/shared/watch.js', import.meta.url))

/** Takes several minutes; `--optimize LEVEL` builds at one level only. */
export async function large(report: Report, settings: Settings): Promise<string> {
  const wasm = join(npmPackage('@esbuild/wasi-preview1@0.27.2'), 'esbuild.wasm')
  const native = join(npmPackage('@esbuild/linux-x64@0.27.2'), 'bin/esbuild')
  buildPackage()
  const generated: Omit<Launch, 'busy'> = JSON.parse(
    execFileSync(process.execPath, [GENERATE, wasm], { encoding: 'utf8' }),
  )
  const rows = [row('C generated', generated)]
  report.build.esbuild = { generate: generated.milliseconds }
  report.memory['building esbuild'] = { generate: generated.memory }

  const commands: Record<string, string[]> = { native: [native], node: nodeCommand(wasm) }
  for (const level of settings.levels) {
    const directory = join(WORK, 'large', `level-${level}`)
    rmSync(directory, { recursive: true, force: true })
    const built = await buildByCommandLine(wasm, directory, ['host'], level)
    rows.push(row(`built at level ${level}`, built))
    report.build.esbuild[`level ${level}`] = built.milliseconds
    report.memory['building esbuild'][`level ${level}`] = built.memory
    const file = join(directory, `esbuild-${hostTarget()?.name}`)
    commands[`level ${level}`] = [file]
    report.sizes[`esbuild, level ${level}`] = {
      wasm: statSync(wasm).size,
      [hostTarget()?.name ?? '']: statSync(file).size,
    }
    // What is built from 20 MB takes room.
    rmSync(join(directory, 'cache'), { recursive: true, force: true })
  }
  return [
    '## esbuild, 19.9 MB',
    '',
    markdownTable(['for this machine, with an empty cache', 's', 'MiB of the largest process'], rows),
    '',
    await runs(commands, report),
  ].join('\n')
}

const row = (name: string, { milliseconds, memory }: Omit<Launch, 'busy'>): string[] => [
  name,
  (milliseconds / 1000).toFixed(1),
  String(Math.round(memory / 1024)),
]

/** `--version`, and minifying. */
async function runs(commands: Record<string, string[]>, report: Report): Promise<string> {
  const version = Object.entries(commands).map(([name, command]): [string, string[]] => [
    name,
    [...command, '--version'],
  ])
  const starts = await launch(ROUNDS, Object.fromEntries(version))
  report.startup['esbuild --version'] = Object.fromEntries(
    Object.entries(starts).map(([name, { milliseconds }]) => [name, milliseconds]),
  )
  report.memory['esbuild --version'] = Object.fromEntries(
    Object.entries(starts).map(([name, { memory }]) => [name, memory]),
  )
  const round = Object.entries(commands).map(([name, command]) => {
    return { name, command: [...command, '--minify', '--loader=js'], input: INPUT }
  })
  const minified = measure(Array.from({ length: ROUNDS }, () => round))
  const user = (name: string) => (minified.get(name) ?? []).map((run) => run.user)
  const wall = (name: string) => median((minified.get(name) ?? []).map((run) => run.wall))
  for (const name of Object.keys(commands).filter((subject) => subject.startsWith('level'))) {
    const ratios = { native: compare(user(name), user('native')), node: compare(user(name), user('node')) }
    const seconds = Object.fromEntries([name, 'native', 'node'].map((subject) => [subject, median(user(subject))]))
    report.programs.push(programReport(`esbuild --minify, ${name}`, seconds, ratios))
  }
  const rows = Object.keys(commands).map((name) => [
    name,
    starts[name].milliseconds.toFixed(1),
    wall(name).toFixed(2),
    median(user(name)).toFixed(2),
  ])
  const size = `${Math.round(statSync(INPUT).size / 1000)} KB`
  return markdownTable(['', '`--version` ms', `minifying ${size}, s`, 's of user time'], rows)
}
