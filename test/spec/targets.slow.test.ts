/** A script of each group on linux-arm64, and casts of objects on all targets; `npm run test:spec -- --target linux-arm64` runs all. */
import { describe, expect, test } from 'vitest'
import { findTarget, TARGET_NAMES, type Target } from '../../compiler/targets.ts'
import { canRun } from '../support/run-target.ts'
import { runScript } from './script.ts'
import { HOW_TO_GET, suiteDir } from './suite.ts'

const target = findTarget('linux-arm64')!
const missing = suiteDir === undefined ? `the official test scripts (${HOW_TO_GET})` : canRun(target.name)
const SCRIPTS = [
  'conversions',
  'data',
  'memory_fill',
  'try_table',
  'memory64',
  'memory-multi',
  'relaxed_min_max',
  'simd_lane',
  'legacy/try_catch',
  'proposals/threads/atomic',
]

const run = async (script: string, on: Target): Promise<void> => {
  const { passed, failed, skipped } = await runScript(suiteDir!, `${script}.wast`, on, 2, 2)
  expect({ failed, skipped }).toEqual({ failed: [], skipped: [] })
  expect(passed).toBeGreaterThan(0)
}

describe.skipIf(missing !== undefined)(`${target.name}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
  test.each(SCRIPTS)('%s.wast', (script) => run(script, target))
})

describe.each(TARGET_NAMES.filter((name) => findTarget(name)!.halves === undefined))('%s', (name) => {
  const lacks = suiteDir === undefined ? `the official test scripts (${HOW_TO_GET})` : canRun(name)
  test.skipIf(lacks !== undefined)(`br_on_cast.wast${lacks ? ` (skipped: needs ${lacks})` : ''}`, () =>
    run('br_on_cast', findTarget(name)!),
  )
})
