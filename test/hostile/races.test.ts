import { describeRaces } from './races.ts'

describeRaces(20_000)
