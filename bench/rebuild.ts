import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { editOneFunction } from './edit.ts'
import { buildWasm } from './peers.ts'
import type { Report } from './report.ts'
import type { Settings } from './settings.ts'
import { sqlite } from './suites.ts'
import { WORK } from './tools.ts'

const DIRECTORY = join(WORK, 'rebuild')

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
  const times = { cold: first.milliseconds, 'one function changed': again.milliseconds }
  report.build.sqlite = times
  report.memory['building sqlite'] = { process: first.memory }
  return [
    '## Rebuilding SQLite',
    '',
    `A module of ${statSync(wasm).size.toLocaleString('en')} bytes, by the command line, for ${targets.join(', ')}:`,
    `${seconds(times.cold)} with an empty cache, ${seconds(times['one function changed'])} when one function changed;`,
    `the largest process had ${Math.round(first.memory / 1024)} MiB.`,
  ].join('\n')
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
