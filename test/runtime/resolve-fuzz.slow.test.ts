import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { collect } from '../support/run-target.ts'
import { root, which } from '../support/tools.ts'

/** FUZZ_SECONDS makes it longer. */
const seconds = Number(process.env.FUZZ_SECONDS ?? 30)
const here = join(root, 'test', 'runtime')
const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-fuzz-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const flags = ['-std=gnu11', '-g', '-O1', '-w', '-fwrapv', '-fno-sanitize-recover=all']
const sanitizers = '-fsanitize=fuzzer,address,undefined'

const fuzzer = build()

test.skipIf(fuzzer === undefined)(
  `the path resolver and its model agree for ${seconds} s${fuzzer ? '' : ' (skipped: needs clang with libFuzzer)'}`,
  async () => {
    const corpus = join(scratch, 'corpus')
    cpSync(join(here, 'resolve-corpus'), corpus, { recursive: true })
    const args = [`-max_total_time=${seconds}`, '-max_len=300', '-use_value_profile=1', '-print_final_stats=1', corpus]
    const result = await collect(fuzzer!, args, { cwd: scratch, timeout: seconds * 1000 + 120_000 })
    const lines = result.stderr.split('\n').filter((line) => !/\b(NEW|REDUCE|NEW_FUNC|pulse)\b/.test(line))
    expect(result.code, lines.slice(-60).join('\n')).toBe(0)
    const runs = Number(/stat::number_of_executed_units: (\d+)/.exec(result.stderr)?.[1])
    expect(runs).toBeGreaterThan(10_000)
  },
)

/** The fuzzer, built by the first clang that has libFuzzer; undefined without one. */
function build(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const output = join(scratch, 'fuzzer')
  for (const clang of ['clang', 'clang-14', 'clang-19']) {
    if (which(clang) === undefined) continue
    try {
      const args = [...flags, sanitizers, join(here, 'resolve-fuzz.c'), '-o', output]
      execFileSync(clang, args, { stdio: 'pipe' })
      return output
    } catch (error) {
      const { stderr } = error as { stderr?: Buffer }
      // Without its runtime library a clang cannot link the fuzzer; everything else is a mistake of ours.
      if (!/cannot find|No such file/.test(stderr?.toString() ?? '')) throw error
    }
  }
  return undefined
}
