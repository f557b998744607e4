import { describeWasiSuite } from '../support/wasi-suite.ts'

describeWasiSuite(`${process.platform}-${process.arch}`)
