import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutables, type Optimize } from '../compiler/index.ts'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { editOneFunction } from './edit.ts'
import { buildWasm } from './peers.ts'
import type { Report } from './report.ts'
import type { Settings } from './settings.ts'
import { median } from './statistics.ts'
import { sqlite } from './suites.ts'
import { WORK } from './tools.ts'

const DIRECTORY = join(WORK, 'rebuild')
const EDITS = 7

/** SQLite, a module of 1 MB: built, then built again with one function changed. */
export async function rebuild(report: Report, { optimize, targets = ['host'] }: Settings): Promise<string> {
  const program = sqlite()
  const wasm = await buildWasm({ ...program, name: 'sqlite-stripped', flags: [...(program.flags ?? []), '-s'] })
  buildPackage()
  rmSync(DIRECTORY, { recursive: true, force: true })
  const first = await buildByCommandLine(wasm, DIRECTORY, targets, optimize)
  // Of the same name, which is part of what is compiled.
  const edited = join(DIRECTORY, 'program.wasm')
  writeFileSync(edited, editOneFunction(readFileSync(wasm)))
  const again = await buildByCommandLine(edited, DIRECTORY, targets, optimize)
  const times = {
    cold: first.milliseconds,
    'one function changed': again.milliseconds,
    'in one process': await editsInProcess(new Uint8Array(readFileSync(wasm)), targets, optimize),
  }
  report.build.sqlite = times
  report.memory['building sqlite'] = { process: first.memory }
  return [
    '## Rebuilding SQLite',
    '',
    `A module of ${statSync(wasm).size.toLocaleString('en')} bytes, by the command line, for ${targets.join(', ')}:`,
    `${seconds(times.cold)} with an empty cache, ${seconds(times['one function changed'])} when one function changed,`,
    `${seconds(times['in one process'])} in a process that built it before, as a development server does;`,
    `the largest process had ${Math.round(first.memory / 1024)} MiB.`,
  ].join('\n')
}

/** As a development server builds: again and again, each time with another constant in a function. The median, in milliseconds. */
async function editsInProcess(wasm: Uint8Array, targets: readonly string[], optimize?: Optimize): Promise<number> {
  const edited = editOneFunction(wasm)
  const at = edited.findIndex((byte, index) => byte !== wasm[index])
  const cacheDir = join(DIRECTORY, 'process')
  const times: number[] = []
  for (let edit = 0; edit <= EDITS; edit++) {
    edited[at] = 2 + edit
    const started = performance.now()
    await createExecutables(edited, { name: 'edited', targets, optimize, cacheDir })
    times.push(performance.now() - started)
  }
  return median(times.slice(1))
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
