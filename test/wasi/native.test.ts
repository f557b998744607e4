import { levelsOf } from '../support/levels.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

const host = `${process.platform}-${process.arch}`

for (const level of levelsOf(host)) describeWasiSuite(host, level)
