import { describeProgram } from './corpus.ts'
import { LARGE } from './programs.ts'

// At level 2 the two take 20 minutes of processor time.
for (const program of LARGE) describeProgram(program, { optimize: 1 })
