import { levelsOf } from '../support/levels.ts'
import { describeThreads } from './suite.ts'

const host = `${process.platform}-${process.arch}`

for (const level of levelsOf(host)) describeThreads(host, level)
