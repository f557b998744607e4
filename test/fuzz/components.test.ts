/** A few damaged components of many: `npm run fuzz:components` tries a hundred thousand. */
import { expect, test } from 'vitest'
import { componentSeeds, damaged, faultOf, Random } from './components.ts'

test('damaged components end with a program or an error that names the file', async () => {
  const seeds = await componentSeeds()
  const random = new Random(13)
  const faults = Array.from({ length: 1500 }, () => faultOf(damaged(seeds, random))).filter(Boolean)
  expect(faults).toEqual([])
})
