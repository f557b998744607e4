/** A script of each group on linux-arm64; `npm run test:spec -- --target linux-arm64` runs all. */
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
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

describe.skipIf(missing !== undefined)(`${target.name}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
  test.each(SCRIPTS)('%s.wast', async (script) => {
    const { passed, failed, skipped } = await runScript(suiteDir!, `${script}.wast`, target, 2, 2)
    expect({ failed, skipped }).toEqual({ failed: [], skipped: [] })
    expect(passed).toBeGreaterThan(0)
  })
})
