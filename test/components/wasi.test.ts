/** The programs of test/wasi as components, through an adapter of preview 1 that nobody knows: they do the same over WASI 0.2. */
import { describeWasiSuite } from '../support/wasi-suite.ts'
import { OTHER } from './adapters.ts'

describeWasiSuite(`${process.platform}-${process.arch}`, 1, OTHER)
