/** One random module, from its seed to the verdict. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, type CompiledModule } from '../../compiler/compile.ts'
import { TARGETS } from '../../compiler/targets.ts'
import { assemble } from '../../compiler/wat.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { runExecutable } from '../support/run-target.ts'
import { build, type Level } from './build.ts'
import { compareLogs, type Verdict } from './compare.ts'
import { withConstantAccesses } from './constant-accesses.ts'
import { randomModule } from './generate.ts'
import { withIdleLoads } from './idle-loads.ts'
import { planOf } from './plan.ts'
import { makeComparable } from './rewrite.ts'
import type { Tools } from './tools.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export const host = TARGETS.find(({ name }) => name === `${process.platform}-${process.arch}`)!.name

export interface CheckOptions {
  target: string
  levels: readonly Level[]
  /** A collection at each allocation, after which memory without an object holds a pattern. */
  stress?: boolean
  /** As the compiler's option; Zig when left out. */
  toolchain?: string
  /** Where a module that fails is kept, in a folder of its seed. */
  keepIn: string
}

export interface Report {
  seed: number
  /** What went wrong: text for people, with the place of the files. */
  failures: string[]
  verdicts: Record<Verdict, number>
  /** Lines that agreed. */
  lines: number
}

/** Splits what peer.mjs wrote into the logs of the cases. */
function casesOf(output: string): string[][] {
  return output
    .split(/^case \d+\n/m)
    .slice(1)
    .map((text) => text.trimEnd().split('\n'))
}

/** What a case's executable wrote, however it ended. */
async function logOf(target: string, file: string, index: number): Promise<string[]> {
  const { stderr, code } = await runExecutable(target, file, [String(index)], { timeout: 60_000 })
  return [...stderr.trimEnd().split('\n'), ...(code === 0 ? [] : [`exit code ${code}`])]
}

/** Makes the module of a seed, runs it on V8 and as executables, and compares. */
export async function checkSeed(tools: Tools, seed: number, options: CheckOptions): Promise<Report> {
  const folder = join(options.keepIn, `seed-${seed}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const report: Report = {
    seed,
    failures: [],
    verdicts: { same: 0, stack: 0, different: 0 },
    lines: 0,
  }
  try {
    const wasm = join(folder, 'module.wasm')
    const names = { name: 'm', file: 'random.wasm' }
    const bare = decode(await randomModule(tools, seed, folder), names)
    const withLoads = decode(withIdleLoads(bare, seed), names)
    const random = decode(withConstantAccesses(withLoads, seed), names)
    const { relaxed, plain } = makeComparable(random)
    await writeFile(wasm, relaxed)
    const peer = decode(plain, { name: 'm' })
    const expected = await runPeer(tools, peer, folder)
    const compiled = await compile(relaxed, { name: 'm', file: wasm })
    for (const optimize of options.levels) await checkLevel(compiled, expected, optimize, folder, options, report)
  } catch (error) {
    report.failures.push(`seed ${seed}: ${(error as Error).message}`)
  }
  if (report.failures.length === 0) await rm(folder, { recursive: true, force: true })
  return report
}

async function runPeer(tools: Tools, module: Module, folder: string): Promise<string[][]> {
  const logger = await buildOnce(`fuzz-logger-${await hashOf([here('logger.wat')])}`, 'logger.wasm', async (draft) => {
    await writeFile(join(draft, 'logger.wasm'), await assemble(await readFile(here('logger.wat'), 'utf8')))
  })
  const plan = join(folder, 'plan.json')
  const wasm = join(folder, 'peer.wasm')
  await writeFile(plan, JSON.stringify(planOf(module)))
  await writeFile(wasm, module.bytes)
  return casesOf(await tools.node(here('peer.mjs'), [wasm, logger, plan]))
}

async function checkLevel(
  compiled: CompiledModule,
  expected: string[][],
  optimize: Level,
  folder: string,
  { target, toolchain, stress }: CheckOptions,
  report: Report,
): Promise<void> {
  const output = join(folder, `level-${optimize}`)
  await build(compiled, planOf(compiled.module), { target, optimize, toolchain, stress, output })
  for (const [index, log] of expected.entries()) {
    const actual = await logOf(target, output, index)
    const { verdict, line } = compareLogs(log, actual)
    report.verdicts[verdict]++
    report.lines += line
    if (verdict !== 'different') continue
    const text = `V8: ${log[line] ?? 'nothing more'}, executable: ${actual[line] ?? 'nothing more'}`
    report.failures.push(`seed ${report.seed}, level ${optimize}, case ${index}, line ${line + 1}: ${text} (${folder})`)
    await writeFile(join(folder, `case-${index}.v8.log`), `${log.join('\n')}\n`)
    await writeFile(join(folder, `case-${index}.level-${optimize}.log`), `${actual.join('\n')}\n`)
  }
}
