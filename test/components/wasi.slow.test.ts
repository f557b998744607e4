/** The same on all other targets, and at level 2: one each day; those that WASI_TARGETS names, two in nine minutes; all with WASM_EXE_TEST_ALL_DAYS=1. */
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
