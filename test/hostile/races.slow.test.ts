import { describeRaces } from './races.ts'

describeRaces(100_000)
