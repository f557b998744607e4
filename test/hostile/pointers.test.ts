import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'
import { host, hostileDirectory } from './hostile-programs.ts'
import { pointerCases, pointerProgram } from './pointers.ts'

const EFAULT = 21
const grants = { dirs: { '/': '.' }, env: ['NAME=value'] }
const targets = [host, ...['linux-arm64', 'win32-x64'].filter((target) => target !== host)]

for (const [memory, pages] of [
  ['64 KiB', 1],
  ['4 GiB', 0x10000],
] as const)
  for (const target of targets) {
    const missing = canRun(target)
    test.skipIf(missing !== undefined)(
      `bad pointers in ${memory} of memory on ${target}${missing ? ` (skipped: needs ${missing})` : ''}: EFAULT, without any effect`,
      async () => {
        const cases = pointerCases(pages * 0x10000)
        const wasm = await assemble(pointerProgram(cases, pages))
        const cacheDir = join(testCache, 'cache')
        const options = { file: 'pointers.wasm', target, grants, optimize: 0, cacheDir } as const
        const { path } = await createExecutable(wasm, options)
        const cwd = hostileDirectory()
        writeFileSync(join(cwd, 'hello.txt'), 'Hello, file!\n')
        const result = await runExecutable(target, path, ['an argument'], { cwd })
        expect(result).toMatchObject({ code: 0, stderr: '' })
        expect(result.stdoutBytes.length, 'bytes written').toBe(cases.length * 2)
        const errors = cases.map(({ title }, index) => `${title}: ${result.stdoutBytes.readUInt16LE(index * 2)}`)
        expect(errors.filter((line) => !ends(line, target))).toEqual([])
        expect(cases.length).toBeGreaterThan(150)
        expect(existsSync(join(cwd, 'new'))).toBe(false)
        expect(readFileSync(join(cwd, 'hello.txt'), 'utf8')).toBe('Hello, file!\n')
      },
    )
  }

/** What is no socket on that system, as wine's standard input, says so first. */
function ends(line: string, target: string): boolean {
  return line.endsWith(`: ${EFAULT}`) || (target === 'win32-x64' && line.startsWith('sock_') && line.endsWith(': 57'))
}
