import { allTargets } from '../support/run-target.ts'
import { describeTraps } from '../support/traps.ts'
import { describeWatPrograms } from '../support/wat-programs.ts'

const host = `${process.platform}-${process.arch}`
const chosen = process.env.WASI_TARGETS?.split(',') ?? allTargets.filter((target) => target !== host)

for (const target of chosen) {
  describeTraps(target, [2])
  describeWatPrograms(target, [2])
}
