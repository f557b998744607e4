/** The same programs as components, through an adapter of preview 1 that is known, and through another one. */
import { ANY_KNOWN, OTHER } from '../components/adapters.ts'
import { describeProgram } from './corpus.ts'
import { LARGE, TOOLS } from './programs.ts'

const asserts = 'the adapter stops by an assertion of its own, as it does in jco'
const codes: [string, string][] = [['exits with the code given', 'the adapter says only success or failure of an exit']]
const writes: [string, string][] = [['speaks into a WAV file', asserts]]

for (const form of [ANY_KNOWN, OTHER])
  for (const program of [...TOOLS, ...LARGE]) {
    const leftOut = program.wasm.includes('esbuild')
      ? program.runs.map(({ title }): [string, string] => [title, asserts])
      : form === OTHER
        ? [...codes, ...writes]
        : codes
    describeProgram(program, { optimize: 1, form: { ...form, leftOut: new Map(leftOut) } })
  }
