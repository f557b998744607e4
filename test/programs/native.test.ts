import { describeTraps } from '../support/traps.ts'
import { describeWatPrograms } from '../support/wat-programs.ts'

const host = `${process.platform}-${process.arch}`

describeTraps(host, [0, 2])
describeWatPrograms(host, [0, 2])
