/** Programs that start threads, on every target that has them and can run here. */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { executableOf, wasmOf } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`${name}.wat`, import.meta.url))

for (const target of ['linux-x64', 'linux-arm64', 'linux-riscv64', 'win32-x64']) {
  const missing = canRun(target)
  describe.skipIf(missing !== undefined)(`threads on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
    test('share a memory and have globals and tables of their own', async () => {
      const { code, stdout, stderr } = await runExecutable(
        target,
        await executableOf(await wasmOf(fixture('count')), target),
      )
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'threads: 01000000\n', stderr: '' })
    })

    test('end together when one traps', async () => {
      const { code, stderr } = await runExecutable(target, await executableOf(await wasmOf(fixture('trap')), target))
      expect(code).toBe(134)
      expect(stderr.replaceAll('\r', '')).toMatch(
        /^wasm trap: unreachable\n {2}in func\[2\] \(trap\.wasm\+0x[0-9a-f]+\)\n$/,
      )
    })
  })
}

test('are refused for targets that have none', async () => {
  await expect(executableOf(await wasmOf(fixture('count')), 'darwin-arm64')).rejects.toThrow(
    'starts threads, which is not supported yet for darwin-arm64',
  )
})
