/** How the runtime is compiled for sanitizers: as a library in a program with a libc. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, which } from '../support/tools.ts'

export const run = promisify(execFile)
export const runtime = join(root, 'runtime')

export const here = process.platform === 'linux' && process.arch === 'x64' && which('gcc') !== undefined
export const skipped = here ? '' : ' (skipped: needs gcc on Linux x64)'

export const sanitize = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=undefined',
  '-fno-omit-frame-pointer',
  '-g',
]
/** Above AddressSanitizer's shadow, below where the kernel puts libraries. */
export const MEMORY_BASE = 0x200000000000n
export const flags = [
  '-std=gnu11',
  '-O1',
  '-w',
  '-fwrapv',
  '-fno-strict-aliasing',
  '-fno-builtin',
  '-ffp-contract=off',
  `-DWASM_MEMORY_BASE=0x${MEMORY_BASE.toString(16)}`,
  '-DWASM_LIBRARY',
]

export const environment = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0:handle_segv=0:handle_abort=0' }

/** Compiles sources to objects: [object, source, flags…]. */
export async function compileAll(cwd: string, units: string[][]): Promise<void> {
  for (const [object, source, ...more] of units)
    await run('gcc', [...flags, ...more, `-I${runtime}`, '-c', source, '-o', object], { cwd, timeout: 600_000 })
}
