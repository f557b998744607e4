import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, fixture } from './cli.ts'

let cwd: string
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
  mkdirSync(join(cwd, 'assets'))
  writeFileSync(join(cwd, 'assets/a.txt'), 'aaa')
  const given = ['--dir', '/=.:ro', '--env', 'LANG=C', '--arg=-v', '--args', 'fixed', '--listen', 'localhost:8080']
  const args = ['build', fixture('args.wat'), '-o', 'out/', '--target', 'linux-x64,darwin-arm64,win32-x64', ...given]
  const { code, stderr } = await cli([...args, '--embed', '/share=assets'], { cwd })
  if (code !== 0) throw new Error(stderr)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

test.each(['args-linux-x64', 'args-darwin-arm64', 'args-win32-x64.exe'])('%s says what it is granted', async (name) => {
  const { stdout } = await cli(['inspect', `out/${name}`, '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    name: 'args',
    grants: {
      dirs: [{ guest: '/', host: '.', readOnly: true }],
      env: [{ name: 'LANG', value: 'C' }],
      args: { fixed: ['-v'], pass: false },
      listen: ['tcp://127.0.0.1:8080'],
    },
    embedded: [{ guest: '/share', files: 1, bytes: 3 }],
    toolchain: { name: 'zig' },
    optimize: 2,
  })
  const text = await cli(['inspect', `out/${name}`], { cwd })
  expect(text.stdout).toMatch(/arguments {2}"-v"\n {2}directory {2}\/ = \., read-only\n/)
  expect(text.stdout).toContain('listen     tcp://127.0.0.1:8080')
})

test('an executable of somebody else is refused, a damaged one too', async () => {
  writeFileSync(join(cwd, 'cut'), readFileSync(join(cwd, 'out/args-linux-x64')).subarray(0, 200))
  for (const file of [process.execPath, 'cut']) {
    const { code, stderr } = await cli(['inspect', file], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain('is no executable of wasm-exe')
  }
})

test.each([
  [['--args', 'none'], /--args none is not one of pass, fixed/],
  [['--embed', '/share'], /write --embed GUEST=HOST/],
  [['--embed', '/share=missing'], /there is no such directory/],
  [['--listen', '8080'], /"8080" is no address to listen at/],
  [['--dir', '/x=.', '--embed', '/x=assets'], /both a granted and an embedded directory/],
])('%j is explained', async (args, message) => {
  const { code, stderr } = await cli(['build', fixture('args.wat'), ...args], { cwd })
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})
