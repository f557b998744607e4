/** The blocks of code that an arm64 program executes, from qemu, and what they would take, from llvm-mca. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostFlags, WORK, zigCc } from './tools.ts'

const QEMU = '/usr/bin/qemu-aarch64'
const OBJDUMP = '/usr/bin/llvm-objdump-14'
const MCA = '/usr/bin/llvm-mca-14'
/** The model of a processor that llvm-mca has for long, out of order as servers' and phones' are. */
const PROCESSOR = 'cortex-a72'

/** What is missing here, undefined if nothing is. */
export function missingForArm64(): string | undefined {
  if (!existsSync(QEMU)) return 'needs apt-get install qemu-user'
  if (!existsSync(OBJDUMP) || !existsSync(MCA)) return 'needs apt-get install llvm-14'
  return undefined
}

/** A straight run of instructions up to a branch. */
export interface Block {
  address: number
  instructions: number
  executions: number
}

export interface Counted {
  output: string
  /** Those executed most come first, by executions times instructions. */
  blocks: Block[]
  /** All that were executed. */
  instructions: number
}

const share = ({ instructions, executions }: Block): number => instructions * executions

/** Runs an arm64 executable and counts what it executes. */
export async function countBlocks(executable: string, args: readonly string[]): Promise<Counted> {
  const plugin = join(WORK, 'count-blocks.so')
  const source = fileURLToPath(new URL('count-blocks.c', import.meta.url))
  await zigCc(plugin, [...hostFlags('gnu'), '-shared', '-fPIC', '-O2'], [source])
  const { stdout, stderr } = run(QEMU, ['-plugin', plugin, executable, ...args])
  const blocks = stderr
    .trim()
    .split('\n')
    .map((line): Block => {
      const [address, instructions, executions] = line.split(' ')
      return {
        address: Number.parseInt(address, 16),
        instructions: Number(instructions),
        executions: Number(executions),
      }
    })
  blocks.sort((a, b) => share(b) - share(a))
  return { output: stdout, blocks, instructions: blocks.reduce((sum, block) => sum + share(block), 0) }
}

/** The first blocks, so many that they are nine tenths of what was executed. */
export function hottest({ blocks, instructions }: Counted): Block[] {
  let sum = 0
  return blocks.filter((block) => {
    const needed = sum < 0.9 * instructions
    sum += share(block)
    return needed
  })
}

/** The assembly of a block, a line for each instruction. */
export function disassemble(executable: string, { address, instructions }: Block): string[] {
  const range = [`--start-address=${address}`, `--stop-address=${address + 4 * instructions}`]
  const { stdout } = run(OBJDUMP, ['-d', '--no-show-raw-insn', '--no-leading-addr', ...range, executable])
  return stdout
    .split('\n')
    .filter((line) => /^\s+\S/.test(line))
    .map((line) =>
      line
        .trim()
        .replaceAll(/\s+/g, ' ')
        .replace(/ ?<.*>$/, '')
        .replace(/ ?\/\/.*/, ''),
    )
}

/** Cycles of one execution, in a loop of it, as llvm-mca estimates them. */
export function estimateCycles(assembly: readonly string[]): number {
  const iterations = 100
  const args = ['-mtriple=aarch64', `-mcpu=${PROCESSOR}`, `-iterations=${iterations}`]
  // Where branches go does not matter, and may be too far from where the assembler puts them.
  const { stdout } = run(MCA, args, assembly.join('\n').replaceAll(/(?<=^(?:b|cb|tb|adr).*)\b0x[\da-f]+$/gm, '#0'))
  return Number(/^Total Cycles:\s+(\d+)/m.exec(stdout)?.[1]) / iterations
}

function run(program: string, args: readonly string[], input?: string): { stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${status}\n${stderr}`)
  return { stdout, stderr }
}
