import { describeTraps } from '../support/traps.ts'

for (const target of ['win32-x64', 'darwin-x64', 'linux-arm64', 'darwin-arm64', 'win32-arm64'])
  describeTraps(target, ['machine'])
