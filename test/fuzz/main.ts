// npm run fuzz -- [--count N] [--seed N] [--levels 0,1,2,3,s,machine] [--target linux-arm64] [--toolchain cc]: random modules against V8.
import { parseArgs } from 'node:util'
import { join } from 'node:path'
import { parseOptimize } from '../../compiler/options.ts'
import { root } from '../support/tools.ts'
import { checkSeed, host } from './check.ts'
import { installTools, missing } from './tools.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    levels: { type: 'string', default: '0,2' },
    target: { type: 'string', default: host },
    toolchain: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
})
if (missing !== undefined) throw new Error(`there is no V8 to compare with: needs ${missing}`)
const tools = await installTools()
const levels = values.levels.split(',').map((level) => (level === 'machine' ? level : parseOptimize(level)))
const options = { target: values.target, toolchain: values.toolchain, levels, keepIn: join(root, 'test/.tmp/fuzz') }
const first = Number(values.seed)
const last = first + Number(values.count) - 1
const sum: Record<string, number> = {}
let lines = 0
let failed = 0
let next = first
let done = 0

async function work(): Promise<void> {
  while (next <= last) {
    const report = await checkSeed(tools, next++, options)
    lines += report.lines
    if (report.failures.length > 0) failed++
    for (const failure of report.failures) console.log(failure)
    for (const [verdict, count] of Object.entries(report.verdicts)) sum[verdict] = (sum[verdict] ?? 0) + count
    if (++done % 20 === 0) console.log(`${done} modules, ${failed} failed`)
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work))
const verdicts = Object.entries(sum).map(([verdict, count]) => `${count} ${verdict}`)
console.log(`${lines} lines agree; cases: ${verdicts.join(', ')}`)
console.log(`${done - failed} passed, ${failed} failed, 0 skipped (seeds ${first} to ${last})`)
process.exitCode = failed > 0 ? 1 : 0
