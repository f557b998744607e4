/**
 * Machine code of our own while the collector runs at every allocation and memory without an object holds a pattern: what uses
 * an object that was freed faults or finds other numbers. C code is tested so under AddressSanitizer: test/runtime/collector.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { CHANGES, DEEP, KEEPERS, NUMBERS, REGISTERS, smaller } from '../executables/object-programs.ts'
import { canRun } from '../support/run-target.ts'
import { build } from './build.ts'
import { groupOf } from './groups.ts'
import { runScript } from './script.ts'
import { HOW_TO_GET, scripts, suiteDir } from './suite.ts'

const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-stress-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Programs as scripts: what would exit with a code traps. */
const PROGRAMS: Record<string, string> = {
  keepers: smaller(KEEPERS),
  numbers: NUMBERS,
  changes: smaller(CHANGES),
  registers: REGISTERS,
  deep: DEEP,
}

function asScript(program: string): string {
  const [exit] = /\(import "wasi_snapshot_preview1" "proc_exit" \(func \$exit \(param i32\)\)\)/.exec(program)!
  return `${program.replace(exit, '(func $exit (param i32) unreachable)')}\n(assert_return (invoke "_start"))\n`
}

for (const [name, program] of Object.entries(PROGRAMS)) writeFileSync(join(scratch, `${name}.wast`), asScript(program))
const groups = suiteDir === undefined ? [] : scripts(suiteDir).filter((script) => groupOf(script) === 'gc')

describe.each(['linux-x64', 'linux-arm64'])('%s', (name) => {
  const target = findTarget(name)!
  const missing = canRun(name)
  const run = async (dir: string, script: string): Promise<void> => {
    const { passed, failed } = await runScript(
      dir,
      script,
      target,
      2,
      1,
      'machine',
      (planner, driver, on, optimize, jobs) => build(planner, driver, on, optimize, jobs, true),
    )
    expect(failed).toEqual([])
    expect(passed).toBeGreaterThan(0)
  }
  const skipped = missing ? ` (skipped: needs ${missing})` : ''
  test.skipIf(missing !== undefined).each(Object.keys(PROGRAMS))(`%s${skipped}`, (script) =>
    run(scratch, `${script}.wast`),
  )
  const lacks = missing ?? (suiteDir === undefined ? `the official test scripts (${HOW_TO_GET})` : undefined)
  test.skipIf(lacks !== undefined).each(groups.length > 0 ? groups : ['gc'])(
    `%s${lacks ? ` (skipped: needs ${lacks})` : ''}`,
    (script) => run(suiteDir!, script),
  )
})
