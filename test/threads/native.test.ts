import { describeThreads } from './suite.ts'

describeThreads(`${process.platform}-${process.arch}`)
