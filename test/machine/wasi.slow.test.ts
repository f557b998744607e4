import { machineExecutable } from '../support/machine.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

describeWasiSuite('linux-x64', machineExecutable)
