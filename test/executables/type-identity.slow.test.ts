import { testLinks, testObjects } from './type-pairs.ts'

testObjects()
testLinks()
