import { describeProgram } from './corpus.ts'
import { TOOLS } from './programs.ts'

for (const program of TOOLS) describeProgram(program)
