import { describeFiles } from './files-suite.ts'

describeFiles(`${process.platform}-${process.arch}`, 1)
