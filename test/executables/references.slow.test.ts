import { testWays } from './passed-references.ts'

testWays()
