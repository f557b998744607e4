import { expect, test } from 'vitest'
import { allTargets, canRun } from '../support/run-target.ts'
import { load, withServer } from './serving.ts'

for (const target of allTargets) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined)(
    `${target} serves HTTP${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const result = await withServer(target, async (port) => {
        expect(await load(port, 500, false)).toEqual([])
        expect(await load(port, 500, true)).toEqual([])
      })
      expect(result).toMatchObject({ stdout: expect.stringMatching(/^answered 1002\r?\n$/), code: 0 })
    },
  )
}
