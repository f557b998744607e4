import { describeTraps } from '../support/traps.ts'

describeTraps('linux-x64', ['machine'])
