import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createExecutable } from '../compiler/index.ts'
import { countBlocks, disassemble, estimateCycles, hottest, missingForArm64, type Counted } from './blocks.ts'
import { isAlike } from './measure.ts'
import { buildWasm, files, type Program } from './peers.ts'
import { markdownTable, type Report } from './report.ts'
import type { Settings } from './settings.ts'
import { geomean } from './statistics.ts'
import { SUITES } from './suites.ts'
import { CACHE, WORK, zigCc } from './tools.ts'

const DIRECTORY = join(WORK, 'arm64')

/**
 * The kernels on arm64, which runs here only under emulation: executed instructions, and the cycles of the blocks that
 * are nine tenths of them, ours divided by native. The blocks are written to files, to be read.
 */
export async function arm64(report: Report, settings: Settings): Promise<string> {
  const title = '## Kernels on arm64'
  const missing = missingForArm64()
  if (missing !== undefined) return `${title}\n\nskipped: ${missing}`
  mkdirSync(DIRECTORY, { recursive: true })
  const rows: string[][] = []
  const ratios: { instructions: number; cycles: number }[] = []
  for (const [name, find] of Object.entries(SUITES.kernels.programs)) {
    const [ours, native] = await runBoth(find(), settings)
    const ratio = { instructions: ours.instructions / native.instructions, cycles: ours.cycles / native.cycles }
    ratios.push(ratio)
    rows.push([
      name,
      (native.instructions / 1e6).toFixed(0),
      (ours.instructions / 1e6).toFixed(0),
      ratio.instructions.toFixed(2),
      ratio.cycles.toFixed(2),
    ])
  }
  const means = {
    instructions: geomean(ratios.map(({ instructions }) => instructions)),
    cycles: geomean(ratios.map(({ cycles }) => cycles)),
  }
  report.arm64 = means
  rows.push(['geometric mean', '', '', `**${means.instructions.toFixed(3)}**`, `**${means.cycles.toFixed(3)}**`])
  const head = [
    'program',
    'native, millions',
    'ours, millions',
    'instructions / native',
    'cycles of hot blocks / native',
  ]
  return [
    title,
    '',
    'Executed instructions counted by qemu; cycles of the hottest blocks as llvm-mca estimates them for a Cortex-A72. Native',
    'is static, with musl, and multiplies and adds in one step where it can. The blocks are in `bench/.tmp/arm64`.',
    '',
    markdownTable(head, rows),
  ].join('\n')
}

interface Measured extends Counted {
  /** Of the hottest blocks. */
  cycles: number
}

async function runBoth(program: Program, { optimize }: Settings): Promise<[Measured, Measured]> {
  const native = join(DIRECTORY, `${program.name}-native`)
  const flags = ['-target', 'aarch64-linux-musl', '-mcpu=baseline', '-static', '-O2', '-lm']
  await zigCc(native, flags, files(program))
  const ours = join(DIRECTORY, `${program.name}-ours`)
  const bytes = readFileSync(await buildWasm(program))
  const target = 'linux-arm64'
  await createExecutable(bytes, { file: 'program.wasm', target, optimize, cacheDir: CACHE, outFile: ours })
  const results = [await measureBlocks(ours, program), await measureBlocks(native, program)] as const
  if (!isAlike(results[0].output, results[1].output)) throw new Error(`${program.name}: different output on arm64`)
  return [...results]
}

async function measureBlocks(executable: string, program: Program): Promise<Measured> {
  const counted = await countBlocks(executable, program.quickArgs)
  const blocks = hottest(counted).map((block) => ({ ...block, assembly: disassemble(executable, block) }))
  const listing = blocks.map(({ address, executions, assembly }) => {
    const cycles = estimateCycles(assembly)
    return { cycles: cycles * executions, text: `${address.toString(16)}: ${executions} times, ${cycles} cycles` }
  })
  const text = blocks.map(({ assembly }, index) =>
    [listing[index].text, ...assembly.map((line) => `  ${line}`), ''].join('\n'),
  )
  writeFileSync(`${executable}.txt`, text.join('\n'))
  return { ...counted, cycles: listing.reduce((sum, { cycles }) => sum + cycles, 0) }
}
