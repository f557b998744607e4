import { allTargets } from '../support/run-target.ts'
import { describePolling } from './polling.ts'

const quick = new Set([`${process.platform}-${process.arch}`, 'win32-x64'])

for (const target of allTargets) if (!quick.has(target)) describePolling(target)
