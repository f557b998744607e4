import { levelsOf } from '../support/levels.ts'
import { describeTraps } from '../support/traps.ts'
import { describeWatPrograms } from '../support/wat-programs.ts'

const host = `${process.platform}-${process.arch}`

describeTraps(host, levelsOf(host))
describeWatPrograms(host, [0, 2])
