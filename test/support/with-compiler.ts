import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createExecutables, hostTarget } from '../../compiler/index.ts'
import { runExecutable, type RunResult } from './run-target.ts'

/** C compilers that a system may have as its own: each lacks other instructions for its processor. */
export const SYSTEM_COMPILERS = ['gcc', 'clang-14', 'clang-19']

/** Compiles a module at level 2 by a C compiler of the system, and runs it. */
export async function runWithCompiler(compiler: string, bytes: Uint8Array): Promise<RunResult> {
  const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-compiler-'))
  const { CC } = process.env
  process.env.CC = compiler
  try {
    const options = {
      name: 'module',
      file: 'module.wasm',
      cacheDir: dir,
      outDir: dir,
      optimize: 2,
      toolchain: 'cc',
    } as const
    const { executables } = await createExecutables(bytes, options)
    return await runExecutable(hostTarget()!.name, executables[0].path)
  } finally {
    process.env.CC = CC
    if (CC === undefined) delete process.env.CC
  }
}
