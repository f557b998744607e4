/**
 * `npm run test:spec [-- pattern] [--target linux-arm64] [--optimize 2] [--verbose]`: the official test scripts.
 *
 * Each script becomes one executable. Prints a table of groups, what failed, what was left out and why, and
 * `N passed, N failed, N skipped` at the end.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { parseOptimize } from '../../compiler/options.ts'
import { findTarget, hostTarget, type Target } from '../../compiler/targets.ts'
import { runExecutable } from '../support/run-target.ts'
import { build } from './build.ts'
import { driverCode } from './driver.ts'
import { FEATURES, groupOf, GROUPS, LEFT_OUT } from './groups.ts'
import { type Outcome, Planner } from './plan.ts'
import { readScript } from './wast.ts'
import { toBytes } from './convert.ts'

interface Result {
  script: string
  passed: number
  failed: Outcome[]
  skipped: Outcome[]
}

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where the scripts are, if anywhere. */
export const suiteDir = (): string | undefined =>
  [process.env.WASM_TESTSUITE, join(here, '../../../shared/spec-testsuite')].find(
    (dir) => dir !== undefined && existsSync(dir),
  )

async function runScript(dir: string, script: string, target: Target, optimize: string, jobs: number): Promise<Result> {
  const legacy = script.startsWith('legacy/')
  const spectest = readFileSync(join(here, 'spectest.wat'), 'utf8')
  const planner = new Planner(await toBytes({ kind: 'text', text: spectest }), { legacy, features: FEATURES[groupOf(script)] })
  for (const command of readScript(readFileSync(join(dir, script), 'latin1'))) await planner.add(command)
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
    },
  })
  const target = values.target ? findTarget(values.target) : hostTarget()
  if (!target) throw new Error(`unknown target ${values.target}`)
  const dir = suiteDir()
  if (!dir) {
    console.log('skipped: needs the official test scripts (clone WebAssembly/testsuite and set WASM_TESTSUITE)')
    console.log('0 passed, 0 failed, 1 skipped')
    return
  }
  const jobs = values.jobs ? Number(values.jobs) : availableParallelism()
  const names = ['', 'legacy/', 'proposals/threads/'].flatMap((sub) =>
    readdirSync(join(dir, sub))
      .filter((file) => file.endsWith('.wast'))
      .map((file) => sub + file),
  )
  const scripts = names.filter(
    (script) =>
      !(script in LEFT_OUT) && groupOf(script) !== 'gc' && positionals.every((pattern) => script.includes(pattern)),
  )
  const results: Result[] = []
  const queue = [...scripts]
  const work = async (): Promise<void> => {
    for (let script = queue.shift(); script !== undefined; script = queue.shift()) {
      const result = await runScript(dir, script, target, values.optimize, jobs)
      results.push(result)
      if (values.verbose || result.failed.length) report(result, values.verbose)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  summarize(results)
}

const MAX_LINES = 8

function report({ script, passed, failed, skipped }: Result, verbose: boolean): void {
  console.log(`${script}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
  for (const { line, text } of verbose ? failed : failed.slice(0, MAX_LINES))
    console.log(`  ${script}:${line}: ${text}`)
  if (!verbose && failed.length > MAX_LINES) console.log(`  … and ${failed.length - MAX_LINES} more`)
}

function summarize(results: Result[]): void {
  const sum = (of: Result[]) => ({
    files: of.length,
    passed: of.reduce((total, { passed }) => total + passed, 0),
    failed: of.reduce((total, { failed }) => total + failed.length, 0),
    skipped: of.reduce((total, { skipped }) => total + skipped.length, 0),
  })
  console.table(
    Object.fromEntries(GROUPS.map((group) => [group, sum(results.filter(({ script }) => groupOf(script) === group))])),
  )
  const reasons = new Map<string, number>()
  for (const { skipped } of results)
    for (const { text } of skipped) {
      const reason = text
        .replace(/^.*?: /, '')
        .replace(/at 0x[0-9a-f]+/g, '')
        .replace(/\(.*?, proposal/, '(proposal')
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  for (const [reason, count] of reasons) console.log(`left out ${count}: ${reason}`)
  for (const [script, reason] of Object.entries(LEFT_OUT)) console.log(`left out ${script}: ${reason}`)
  const all = sum(results)
  console.log(`${all.passed} passed, ${all.failed} failed, ${all.skipped} skipped`)
  process.exitCode = all.failed ? 1 : 0
}

await main()
