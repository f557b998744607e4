// npm run fuzz -- [--count N] [--seed N] [--levels 0,1,2,3,s,machine] [--target linux-arm64] [--toolchain cc] [--with gc] [--stress]:
// random modules against V8; with --with only those that have a proposal, with --stress a collection at each allocation.
import { parseArgs } from 'node:util'
import { join } from 'node:path'
import { parseOptimize } from '../../compiler/options.ts'
import { SUPPORTED } from '../../compiler/wasm/features.ts'
import { root } from '../support/tools.ts'
import { checkSeed, host } from './check.ts'
import { featuresOf } from './generate.ts'
import { installTools, missing } from './tools.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    levels: { type: 'string', default: '0,2' },
    target: { type: 'string', default: host },
    toolchain: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    with: { type: 'string' },
    stress: { type: 'boolean', default: false },
  },
})
if (missing !== undefined) throw new Error(`there is no V8 to compare with: needs ${missing}`)
const tools = await installTools()
const levels = values.levels.split(',').map((level) => (level === 'machine' ? level : parseOptimize(level)))
const { target, toolchain, stress } = values
const options = { target, toolchain, levels, stress, keepIn: join(root, 'test/.tmp/fuzz') }
const wanted = [...SUPPORTED].find((feature) => feature === values.with)
if (values.with !== undefined && !wanted) throw new Error(`no proposal is called ${values.with}`)
const first = Number(values.seed)
const count = Number(values.count)
const sum: Record<string, number> = {}
let lines = 0
let failed = 0
let next = first
let begun = 0
let done = 0

const isWanted = (seed: number): boolean => wanted === undefined || featuresOf(seed).has(wanted)

function nextSeed(): number {
  while (!isWanted(next)) next++
  begun++
  return next++
}

async function work(): Promise<void> {
  while (begun < count) {
    const report = await checkSeed(tools, nextSeed(), options)
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
console.log(`${done - failed} passed, ${failed} failed, 0 skipped (seeds ${first} to ${next - 1})`)
process.exitCode = failed > 0 ? 1 : 0
