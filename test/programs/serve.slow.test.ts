import { expect, test } from 'vitest'
import { levelsOf } from '../support/levels.ts'
import { allTargets, canRun } from '../support/run-target.ts'
import { load, withServer } from './serving.ts'

for (const target of allTargets) {
  const missing = canRun(target)
  const title = `${target} serves HTTP${missing === undefined ? '' : ` (skipped: needs ${missing})`}`
  test.skipIf(missing !== undefined).each(levelsOf(target))(`${title}, level %s`, async (optimize) => {
    const result = await withServer(target, optimize, async (port) => {
      expect(await load(port, 500, false)).toEqual([])
      expect(await load(port, 500, true)).toEqual([])
    })
    expect(result.stdout).toMatch(/^answered 1002\r?\n$/)
    expect(result.code).toBe(0)
  })
}
