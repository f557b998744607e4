import { describePolling } from './polling.ts'

for (const target of new Set([`${process.platform}-${process.arch}`, 'win32-x64'])) describePolling(target)
