import { allTargets } from '../support/run-target.ts'
import { levelsOf } from '../support/levels.ts'
import { describeTraps } from '../support/traps.ts'
import { describeWatPrograms } from '../support/wat-programs.ts'

const host = `${process.platform}-${process.arch}`
const chosen = process.env.WASI_TARGETS?.split(',') ?? allTargets.filter((target) => target !== host)

for (const target of chosen) {
  describeTraps(target, levelsOf(target))
  describeWatPrograms(target, [2])
}
