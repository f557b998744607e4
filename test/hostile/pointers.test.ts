import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { connectTo, freePort } from '../support/network.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'
import { host, hostileDirectory } from './hostile-programs.ts'
import { pointerCases, pointerProgram } from './pointers.ts'

for (const target of new Set([host, 'linux-arm64', 'win32-x64'])) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined).each(levelsOf(target))(
    `level %s, bad pointers and lengths in 64 KiB and in 4 GiB of memory on ${target}${missing ? ` (skipped: needs ${missing})` : ''}: EFAULT, without any effect`,
    async (optimize) => {
      const small = pointerCases(0x10000)
      const large = pointerCases(2 ** 32)
      const cases = [...small, ...large]
      const wasm = await assemble(pointerProgram(small, large))
      const port = await freePort()
      const grants = { dirs: { '/': '.' }, env: ['NAME=value'], listen: [`127.0.0.1:${port}`] }
      const cacheDir = join(testCache, 'cache')
      const options = { file: 'pointers.wasm', target, grants, optimize, cacheDir } as const
      const { path } = await createExecutable(wasm, options)
      const cwd = hostileDirectory()
      writeFileSync(join(cwd, 'hello.txt'), 'Hello, file!\n')
      const running = runExecutable(target, path, ['an argument'], { cwd })
      const socket = await Promise.race([connectTo(port), running.then(() => undefined)])
      let received = 0
      socket?.on('data', (chunk) => (received += chunk.length)).on('error', () => {})
      const result = await running
      socket?.destroy()
      expect(result).toMatchObject({ code: 0, stderr: '' })
      expect(result.stdoutBytes.length, 'bytes written').toBe(cases.length * 2)
      const wrong = cases
        .map(({ title, error }, index) => ({ title, error, actual: result.stdoutBytes.readUInt16LE(index * 2) }))
        .filter(({ error, actual }) => actual !== error)
      expect(wrong).toEqual([])
      expect(small.length).toBeGreaterThan(500)
      expect(received, 'bytes sent').toBe(0)
      expect(existsSync(join(cwd, 'new'))).toBe(false)
      expect(readFileSync(join(cwd, 'hello.txt'), 'utf8')).toBe('Hello, file!\n')
    },
  )
}
