/** Runtimes that this machine has beside ours: time to compile, bytes, and the start of hello. */
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutable } from '../compiler/index.ts'
import { helloWasm } from './hello.ts'
import { launch } from './launch.ts'
import { buildWasm } from './peers.ts'
import { markdownTable, type Report } from './report.ts'
import { findRuntime, RUNTIMES, type FoundRuntime } from './runtime-peers.ts'
import type { Settings } from './settings.ts'
import { attempt, Unavailable } from './sources.ts'
import { sqlite } from './suites.ts'
import { WORK } from './tools.ts'

const STARTS = 50

/** @throws Unavailable if there is none */
export async function runtimes(report: Report, settings: Settings): Promise<string> {
  const tried = RUNTIMES.map((name) => attempt(() => findRuntime(name)))
  const found = tried.filter((one): one is FoundRuntime => !(one instanceof Unavailable))
  const missing = tried.filter((one) => one instanceof Unavailable).map(({ message }) => message)
  if (found.length === 0) throw new Unavailable(missing.join('; '))
  const modules: [string, string][] = [['hello', await helloWasm()]]
  const program = attempt(sqlite)
  if (program instanceof Unavailable) missing.push(`sqlite skipped: ${program.message}`)
  else modules.push(['sqlite', await buildWasm(program)])

  const rows: string[][] = []
  for (const [name, wasm] of modules) {
    const directory = join(WORK, 'runtimes', name)
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory, { recursive: true })
    const subjects = [
      ...settings.levels.map((level) => ourSubject(wasm, directory, { ...settings, optimize: level })),
      ...found.map((runtime) => peerSubject(runtime, wasm, directory)),
    ]
    for (const { label, compile, file, command } of subjects) {
      const started = performance.now()
      await compile()
      const milliseconds = performance.now() - started
      const { size } = statSync(file)
      const start = name === 'hello' ? (await launch(STARTS, { start: command })).start.milliseconds : undefined
      ;(report.build[`${name}, by runtime`] ??= {})[label] = milliseconds
      ;(report.sizes[`${name}, by runtime`] ??= {})[label] = size
      if (start !== undefined) (report.startup['hello, by runtime'] ??= {})[label] = start
      rows.push([
        `${name}, ${label}`,
        (milliseconds / 1000).toFixed(2),
        size.toLocaleString('en'),
        start?.toFixed(2) ?? '',
      ])
    }
  }
  return [
    '## Beside runtimes',
    '',
    'The time to compile a module ahead, with an empty cache; how long hello takes from its start to its end then. Run times are in the tables of programs.',
    '',
    markdownTable(['', 's to compile', 'bytes', 'start ms'], rows),
    ...missing.flatMap((line) => ['', `skipped: ${line}`]),
  ].join('\n')
}

interface Subject {
  label: string
  compile: () => Promise<void> | void
  file: string
  command: string[]
}

function ourSubject(wasm: string, directory: string, { optimize, cpu }: Settings): Subject {
  const outFile = join(directory, `level-${optimize}`)
  const cacheDir = join(directory, `cache-${optimize}`)
  return {
    label: `ours, level ${optimize}`,
    async compile() {
      await createExecutable(readFileSync(wasm), { file: 'program.wasm', cacheDir, optimize, cpu, outFile })
    },
    file: outFile,
    command: [outFile],
  }
}

function peerSubject(runtime: FoundRuntime, wasm: string, directory: string): Subject {
  const file = join(directory, runtime.name)
  return {
    label: `${runtime.name} ${runtime.version}`,
    compile: () => runtime.compile(wasm, file),
    file,
    command: runtime.command(file),
  }
}
