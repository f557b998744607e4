import { levelsOf } from '../support/levels.ts'
import { allTargets } from '../support/run-target.ts'
import { describeThreads } from './suite.ts'

const host = `${process.platform}-${process.arch}`
const chosen = process.env.WASI_TARGETS?.split(',') ?? allTargets.filter((target) => target !== host)

for (const target of chosen) for (const level of levelsOf(target)) describeThreads(target, level)
