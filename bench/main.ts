/** `npm run bench [-- NAMES] [--json FILE]`: runs benchmarks and prints Markdown; ratios are ours divided by theirs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { didYouMean } from '../compiler/suggest.ts'
import { classic } from './classic.ts'
import { hello } from './hello.ts'
import { emptyReport, type Report } from './report.ts'
import { machine, WORK } from './tools.ts'

const BENCHMARKS: Record<string, (report: Report) => Promise<string>> = { classic, hello }

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const known = Object.keys(BENCHMARKS)
for (const name of positionals) {
  if (!known.includes(name)) {
    console.error(`unknown benchmark ${name}${didYouMean(name, known)}\n  there are ${known.join(', ')}`)
    process.exit(2)
  }
}
mkdirSync(WORK, { recursive: true })
const report = emptyReport(machine())
console.log(`${report.machine}\n`)
for (const name of positionals.length > 0 ? positionals : known) console.log(`${await BENCHMARKS[name](report)}\n`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
