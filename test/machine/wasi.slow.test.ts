import { machineExecutable } from '../support/machine.ts'
import { describeWasiSuite } from '../support/wasi-suite.ts'

for (const target of ['linux-x64', 'linux-arm64']) describeWasiSuite(target, machineExecutable)
