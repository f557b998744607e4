/** One official script, from its text to its result. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Optimize } from '../../compiler/options.ts'
import type { Target } from '../../compiler/targets.ts'
import { runExecutable } from '../support/run-target.ts'
import { build } from './build.ts'
import { toBytes } from './convert.ts'
import { driverCode } from './driver.ts'
import { FEATURES, groupOf } from './groups.ts'
import { Planner, type Generator } from './plan.ts'
import type { Result } from './report.ts'
import { readSuiteFile } from './suite.ts'
import { readScript } from './wast.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** qemu-user needs a second for each 64 GiB of address space that a memory of 64 bits reserves. Milliseconds. */
const TIMEOUT = 300_000

/**
 * Compiles a script of the suite in `dir` for a target, and runs it. `jobs`: compilers side by side. `make`: gives the path of
 * the executable.
 */
export async function runScript(
  dir: string,
  script: string,
  target: Target,
  optimize: Optimize,
  jobs: number,
  generator: Generator = 'c',
  make: typeof build = build,
): Promise<Result> {
  const legacy = script.startsWith('legacy/')
  const spectest = readFileSync(join(here, 'spectest.wat'), 'utf8')
  const planner = new Planner(await toBytes({ kind: 'text', text: spectest }), {
    legacy,
    features: FEATURES[groupOf(script)],
    generator,
    objects: groupOf(script) === 'gc',
  })
  for (const command of readScript(readSuiteFile(dir, script))) await planner.add(command)
  const { plan } = planner
  const result: Result = { script, passed: plan.passed, failed: plan.failed, skipped: plan.skipped }
  if (plan.rows.length <= 1) return result
  const { code, missing } = driverCode(planner)
  for (const { line } of missing) result.failed.push({ line, text: 'no such export' })
  const rows = plan.rows.filter((row) => row.command !== 'DO').length - missing.length
  try {
    const file = await make(planner, code, target, optimize, jobs)
    const { stderr } = await runExecutable(target.name, file, [], { timeout: TIMEOUT })
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
