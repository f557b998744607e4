/** The programs of test/wasi as components, through the adapter of preview 1: they do the same. */
import { componentOf, findAdapter, NEEDS_ADAPTER } from '../support/component.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

const leftOut = new Map([['unstable-calls', 'the adapter has the calls of preview 1 alone']])

const adapter = await findAdapter()

describeWasiSuite(`${process.platform}-${process.arch}`, 1, {
  name: 'WASI 0.2',
  missing: adapter === undefined ? NEEDS_ADAPTER : undefined,
  convert: (wasm) => componentOf(wasm, adapter!),
  leftOut,
})
