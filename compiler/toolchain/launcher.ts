import { access, chmod, constants, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRegular } from '../checked-file.ts'
import { writeWhole } from '../disk.ts'
import { hashKey } from '../store.ts'
import { CompileError } from '../errors.ts'
import { run, type RunOptions, type RunResult } from './process.ts'

/** The compiler a launcher is to run: a program and the arguments that come first. */
export interface Launched {
  command: readonly string[]
  /** Stands for the compiler in the launcher's own keys. */
  identity: string
}

/**
 * Compiles through ccache, sccache or a program like them, which take the first argument for the compiler. `zig cc` is
 * two words, so a script of one word stands for it, named clang because launchers go by the name.
 * @throws CompileError if the launcher is not there
 */
export async function runWithLauncher(
  launcher: string,
  compiler: Launched,
  args: readonly string[],
  options: RunOptions & { scripts: string },
): Promise<RunResult> {
  const program = await wrapper(compiler, options.scripts)
  const env = {
    ...options.env,
    CCACHE_COMPILERTYPE: 'clang',
    // The script's own time and contents say nothing of the compiler behind it.
    CCACHE_COMPILERCHECK: `string:${compiler.identity}`,
    CCACHE_NOHASHDIR: '1',
  }
  return runLauncher(launcher, [program, ...args], { ...options, env })
}

/** Runs a launcher with a compiler of one word. @throws CompileError if the launcher is not there */
export async function runLauncher(launcher: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  try {
    return await run(launcher, args, options)
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new CompileError(`the launcher ${launcher} cannot be run: ${(cause as Error).message}`, {
      code: 'toolchain',
      hint: 'install it, give its whole path, or leave the launcher option out',
      cause,
    })
  }
}

async function wrapper(compiler: Launched, scripts: string): Promise<string> {
  const windows = process.platform === 'win32'
  const text = windows
    ? `@${compiler.command.map((word) => `"${word}"`).join(' ')} %*\r\n`
    : `#!/bin/sh\nexec ${compiler.command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')} "$@"\n`
  const path = join(scripts, hashKey(text).slice(0, 16), windows ? 'clang.cmd' : 'clang')
  if ((await readRegular(path))?.toString('utf8') === text && (await isExecutable(path))) return path
  await rm(path, { recursive: true, force: true })
  await writeWhole(path, async (temporary) => {
    await writeFile(temporary, text)
    await chmod(temporary, 0o755)
  })
  return path
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
