/** A module of 620,000 functions and 58 MB, and parts of it: whether time grows as the module does, and what memory it takes. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostTarget } from '../compiler/index.ts'
import { buildByCommandLine, buildPackage } from './command-line.ts'
import { GIANT, giantModule } from './giant-module.ts'
import { launch } from './launch.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { WORK } from './tools.ts'

const PARTS = [8, 4, 2, 1]
/** With `--quick`. */
const FEW_PARTS = [8, 4]

/** Takes an hour at level 2; `--optimize LEVEL` builds at one level only. */
export async function giant(report: Report, settings: Settings): Promise<string> {
  buildPackage()
  const directory = join(WORK, 'giant')
  mkdirSync(directory, { recursive: true })
  const rows: string[][] = []
  for (const part of settings.quick ? FEW_PARTS : PARTS) {
    const functions = Math.floor(GIANT / part)
    const wasm = join(directory, `giant-${part}.wasm`)
    writeFileSync(wasm, giantModule(functions))
    const megabytes = statSync(wasm).size / 1e6
    for (const level of settings.levels) {
      const output = join(directory, `level-${level}`)
      rmSync(output, { recursive: true, force: true })
      const { milliseconds, memory, busy } = await buildByCommandLine(wasm, output, ['host'], level)
      const file = join(output, `giant-${part}-${hostTarget()?.name}`)
      // It runs, and ends as it should.
      await launch(1, { run: [file] })
      const label = `1/${part}, level ${level}`
      ;(report.build.giant ??= {})[label] = milliseconds
      ;(report.memory['building giant'] ??= {})[label] = memory
      const seconds = busy / 1000
      const cells = [functions.toLocaleString('en'), megabytes.toFixed(1), String(level), seconds.toFixed(1)]
      rows.push([...cells, (seconds / megabytes).toFixed(2), String(Math.round(memory / 1024))])
      console.error(`giant: ${rows.at(-1)!.join(' ')}`)
    }
    rmSync(wasm)
  }
  rmSync(directory, { recursive: true })
  return [
    '## A giant module, and parts of it',
    '',
    'Built with an empty cache, for this machine: seconds of processor time, those of compilers with them.',
    '',
    markdownTable(['functions', 'MB', 'level', 's', 's / MB', 'MiB of the largest process'], rows),
  ].join('\n')
}
