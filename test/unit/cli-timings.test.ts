import { expect, test } from 'vitest'
import { Timings } from '../../src/cli/timings.ts'

test('what was compiled at another level than the build’s is named', () => {
  const timings = new Timings()
  const step = { stage: 'compile', target: 'linux-x64', done: 1, total: 3, cached: false } as const
  timings.add({ ...step, name: 'm-f1', milliseconds: 20 })
  expect(timings.table()).not.toMatch(/level/)
  timings.add({ ...step, name: 'm-f7', milliseconds: 1500, level: 1 })
  timings.add({ ...step, name: 'm-f9', milliseconds: 0, level: 1, cached: true })
  expect(timings.table()).toMatch(/^compile .* m-f7 for linux-x64 at level 1, 1\.50 s; 2 at level 1$/m)
})
