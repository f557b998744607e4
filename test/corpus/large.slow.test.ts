import { describeProgram } from './corpus.ts'
import { LARGE } from './programs.ts'

// At level 2 the two take 20 minutes of processor time. With our own generator they take seconds: see components.slow.test.ts.
for (const program of LARGE) describeProgram(program, { optimize: 1 })
