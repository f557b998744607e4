/** What the runner of the official scripts prints. */
import { COMPONENT_GROUPS, COMPONENTS } from './component-suite.ts'
import { groupOf, GROUPS, LEFT_OUT } from './groups.ts'
import type { Outcome } from './plan.ts'

export interface Result {
  script: string
  passed: number
  failed: Outcome[]
  skipped: Outcome[]
}

export interface Total {
  files: number
  passed: number
  failed: number
  skipped: number
}

/** Scripts of components are in folders. */
const inGroup = (script: string): string =>
  script.startsWith(COMPONENTS) ? script.slice(0, script.lastIndexOf('/')) : groupOf(script)

const MAX_LINES = 8

/** Prints what failed in a script. */
export function report({ script, passed, failed, skipped }: Result, verbose: boolean): void {
  console.log(`${script}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
  for (const { line, text } of verbose ? failed : failed.slice(0, MAX_LINES))
    console.log(`  ${script}:${line}: ${text}`)
  if (!verbose && failed.length > MAX_LINES) console.log(`  … and ${failed.length - MAX_LINES} more`)
}

/** Prints the table of groups, what was left out and why, and the closing line. */
export function summarize(results: Result[]): Total {
  const sum = (of: Result[]): Total => ({
    files: of.length,
    passed: of.reduce((total, { passed }) => total + passed, 0),
    failed: of.reduce((total, { failed }) => total + failed.length, 0),
    skipped: of.reduce((total, { skipped }) => total + skipped.length, 0),
  })
  const groups = [...GROUPS, ...COMPONENT_GROUPS.map((group) => COMPONENTS + group)]
  console.table(
    Object.fromEntries(groups.map((group) => [group, sum(results.filter(({ script }) => inGroup(script) === group))])),
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
  return all
}
