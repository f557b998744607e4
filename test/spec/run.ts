/**
 * `npm run test:spec [-- pattern] [--target linux-arm64] [--optimize 2] [--verbose] [--report FILE]`:
 * the official test scripts.
 *
 * Each script becomes one executable. Prints a table of groups, what failed, what was left out and why, and
 * `N passed, N failed, N skipped` at the end.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { parseOptimize } from '../../compiler/options.ts'
import { findTarget, hostTarget, type Target } from '../../compiler/targets.ts'
import { runExecutable } from '../support/run-target.ts'
import { build } from './build.ts'
import { driverCode } from './driver.ts'
import { FEATURES, groupOf, LEFT_OUT } from './groups.ts'
import { Planner } from './plan.ts'
import { report, type Result, summarize } from './report.ts'
import { HOW_TO_GET, readSuiteFile, scripts, suiteDir } from './suite.ts'
import { readScript } from './wast.ts'
import { toBytes } from './convert.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

async function runScript(dir: string, script: string, target: Target, optimize: string, jobs: number): Promise<Result> {
  const legacy = script.startsWith('legacy/')
  const spectest = readFileSync(join(here, 'spectest.wat'), 'utf8')
  const planner = new Planner(await toBytes({ kind: 'text', text: spectest }), {
    legacy,
    features: FEATURES[groupOf(script)],
  })
  for (const command of readScript(readSuiteFile(dir, script))) await planner.add(command)
  const { plan } = planner
  const result: Result = { script, passed: plan.passed, failed: plan.failed, skipped: plan.skipped }
  if (plan.rows.length <= 1) return result
  const { code, missing } = driverCode(planner)
  for (const { line } of missing) result.failed.push({ line, text: 'no such export' })
  const rows = plan.rows.filter((row) => row.command !== 'DO').length - missing.length
  try {
    const file = await build(planner, code, target, parseOptimize(optimize), jobs)
    const { stderr } = await runExecutable(target.name, file, [])
    for (const [, line, text] of stderr.matchAll(/^line (\d+): (.*)$/gm))
      result.failed.push({ line: Number(line), text })
    const done = /^done (\d+) (\d+)$/m.exec(stderr)
    if (done) result.passed += Number(done[1])
    else result.failed.push({ line: 0, text: `stopped: ${stderr.slice(-300)}` })
  } catch (error) {
    result.failed.push({ line: 0, text: `${rows} assertions not run: ${(error as Error).message}` })
  }
  return result
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: 'string' },
      optimize: { type: 'string', default: '2' },
      jobs: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      report: { type: 'string' },
    },
  })
  const target = values.target ? findTarget(values.target) : hostTarget()
  if (!target) throw new Error(`unknown target ${values.target}`)
  const dir = suiteDir
  if (dir === undefined) {
    console.log(`skipped: needs the official test scripts (${HOW_TO_GET})`)
    console.log('0 passed, 0 failed, 1 skipped')
    if (values.report) writeFileSync(values.report, JSON.stringify({ passed: 0, failed: 0, skipped: 1 }))
    return
  }
  const jobs = values.jobs ? Number(values.jobs) : availableParallelism()
  const wanted = (script: string): boolean =>
    positionals.length === 0 || positionals.some((pattern) => script.includes(pattern))
  const results: Result[] = []
  const queue = scripts(dir).filter((script) => groupOf(script) !== 'gc' && !(script in LEFT_OUT) && wanted(script))
  const work = async (): Promise<void> => {
    for (let script = queue.shift(); script !== undefined; script = queue.shift()) {
      const result = await runScript(dir, script, target, values.optimize, jobs)
      results.push(result)
      if (values.verbose || result.failed.length) report(result, values.verbose)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  const total = summarize(results)
  if (values.report) writeFileSync(values.report, JSON.stringify(total))
  process.exitCode = total.failed ? 1 : 0
}

await main()
