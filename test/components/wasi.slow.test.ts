/** The same on all other targets, and at level 2: one each day, and all in two or three hours by `npm run test:matrix`. */
import { levelsOf } from '../support/levels.ts'
import { otherDay } from '../support/rotation.ts'
import { allTargets } from '../support/run-target.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'
import { KNOWN, OTHER } from './adapters.ts'

const host = `${process.platform}-${process.arch}`
const chosen = process.env.WASI_TARGETS?.split(',')

for (const [index, target] of allTargets.entries()) {
  if (chosen ? !chosen.includes(target) : otherDay(index) !== '') continue
  for (const level of levelsOf(target).filter((number) => target !== host || number !== 1))
    for (const form of [KNOWN, OTHER]) describeWasiSuite(target, level, form)
}
