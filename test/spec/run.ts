/**
 * `npm run test:spec [-- pattern] [--target linux-arm64] [--optimize 2] [--generator machine] [--verbose] [--report FILE]`:
 * the official test scripts.
 *
 * Each script becomes one executable. Prints a table of groups, what failed, what was left out and why, and
 * `N passed, N failed, N skipped` at the end.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { parseOptimize } from '../../compiler/options.ts'
import { hostTarget } from '../../compiler/target-selection.ts'
import { hasMachineCode } from '../../compiler/machine-targets.ts'
import { findTarget, type Target } from '../../compiler/targets.ts'
import { COMPONENTS, componentSuiteDir, HOW_TO_GET_COMPONENTS } from './component-suite.ts'
import { runComponentScript } from './component-run.ts'
import { judgeScript } from './component-verdict.ts'
import { LEFT_OUT } from './groups.ts'
import { report, type Result, summarize } from './report.ts'
import { runScript } from './script.ts'
import { HOW_TO_GET, scripts, suiteDir } from './suite.ts'

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: 'string' },
      optimize: { type: 'string', default: '2' },
      generator: { type: 'string', default: 'c' },
      jobs: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      report: { type: 'string' },
    },
  })
  const target = values.target ? findTarget(values.target) : hostTarget()
  if (!target) throw new Error(`unknown target ${values.target}`)
  const { generator } = values
  if (generator !== 'c' && generator !== 'machine') throw new Error(`unknown generator ${generator}`)
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
  const queue = scripts(dir).filter((script) => !(script in LEFT_OUT) && wanted(script))
  const work = async (): Promise<void> => {
    for (let script = queue.shift(); script !== undefined; script = queue.shift()) {
      const result = await runScript(dir, script, target, parseOptimize(values.optimize), jobs, generator)
      results.push(result)
      if (values.verbose || result.failed.length) report(result, values.verbose)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  results.push(...(await componentResults(wanted, target, values.verbose)))
  const total = summarize(results)
  if (values.report) writeFileSync(values.report, JSON.stringify(total))
  process.exitCode = total.failed ? 1 : 0
}

/** Components run with machine code of our own, whatever the others do. */
async function componentResults(
  wanted: (script: string) => boolean,
  target: Target,
  verbose: boolean,
): Promise<Result[]> {
  const dir = componentSuiteDir
  if (dir === undefined) {
    console.log(`skipped: needs the official scripts of the component model (${HOW_TO_GET_COMPONENTS})`)
    return []
  }
  const results: Result[] = []
  for (const script of scripts(dir).filter((name) => wanted(COMPONENTS + name))) {
    const result = hasMachineCode(target)
      ? await runComponentScript(dir, script, target)
      : await judgeScript(dir, script)
    results.push(result)
    if (verbose || result.failed.length > 0) report(result, verbose)
  }
  return results
}

await main()
