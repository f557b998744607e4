/** What a debugger sees of an executable that was built with `debug`. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { which } from '../support/tools.ts'
import { lineOf, sources, words } from './words.ts'

const gdb = which('gdb')
const dir = temporaryDirectory('gdb')

/** What gdb prints, run where the sources are. */
function debug(program: string, ...commands: string[]): string {
  const args = ['-q', '-batch', '-nx', ...['set confirm off', ...commands].flatMap((command) => ['-ex', command])]
  return execFileSync(gdb!, [...args, program], { cwd: sources, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

describe.skipIf(process.platform !== 'linux' || gdb === undefined)('gdb (skipped: needs gdb)', () => {
  test.each([2, 3] as const)('stops at a line of the source at level %i, and shows it', async (optimize) => {
    const bytes = await words(dir, 4, '-O0')
    const options = { file: 'words.wasm', cacheDir: dir, debug: true, optimize }
    const { path } = await createExecutable(bytes, options)
    const line = lineOf('found++')
    const output = debug(path, `break words.c:${line}`, 'run', 'backtrace', 'delete', 'continue')
    expect(output).toMatch(new RegExp(`^${line}\\s+found\\+\\+;$`, 'm'))
    expect(output).toMatch(/#0 .*wordsZ_f\d+_count .* at (.*\/)?words\.c:\d+/)
    expect(output).toMatch(new RegExp(`#1 .*words___start \\(\\) at (.*/)?words\\.c:${lineOf('= count(')}`))
    expect(output).toMatch(/exited with code 03/)
  })

  test('steps from line to line of the source, never into an instruction', async () => {
    const options = { file: 'words.wasm', cacheDir: dir, debug: true }
    const { path } = await createExecutable(await words(dir, 4, '-O0'), options)
    // Optimized, the program is at its last line then.
    const output = debug(path, `break words.c:${lineOf('int found')}`, 'run', ...Array<string>(9).fill('step'))
    expect(output).toContain('found++;')
    expect(output).not.toContain('runtime/')
  })

  test('shows offsets where a module does not tell its source', async () => {
    const bytes = await assemble('(module (memory 1) (func (export "_start") (unreachable)))')
    const { path } = await createExecutable(bytes, { file: 'stop.wasm', cacheDir: dir, debug: true })
    expect(debug(path, 'break wasm_trap', 'run', 'backtrace')).toMatch(/#\d .*stop___start \(\) at stop\.wasm:\d+/)
  })
})
