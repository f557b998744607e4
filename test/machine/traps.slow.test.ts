import { describeTraps } from '../support/traps.ts'

for (const target of ['win32-x64', 'darwin-x64']) describeTraps(target, ['machine'])
