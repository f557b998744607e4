import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cli } from './cli.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
  writeFileSync(
    join(cwd, 'app.wat'),
    `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "env" "answer" (func $answer (result i32)))
      (import "facade" "more" (global $more i32))
      (memory (export "memory") 1)
      (func (export "_start") (call $exit (i32.add (call $answer) (global.get $more)))))`,
  )
  writeFileSync(join(cwd, 'facade.wat'), '(module (import "env" "more" (global i32)) (export "more" (global 0)))')
  writeFileSync(
    join(cwd, 'math.wat'),
    `(module (global (export "more") i32 (i32.const 2))
      (func (export "answer") (result i32) (i32.const 40)))`,
  )
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const modules = ['app.wat', 'facade.wat', '--module', 'env=math.wat']

test('several modules become one program, which tells what it is made of', async () => {
  const built = await cli(['build', ...modules, '-o', 'app.bin', '-O', '0'], { cwd })
  expect(built).toMatchObject({ code: 0 })
  expect(() => execFileSync(join(cwd, 'app.bin'))).toThrow(expect.objectContaining({ status: 42 }))
  const info = JSON.parse((await cli(['inspect', 'app.bin', '--json'], { cwd })).stdout) as unknown
  expect(info).toMatchObject({
    imports: { wasi_snapshot_preview1: ['proc_exit'] },
    libraries: [{ name: 'facade' }, { name: 'env' }],
  })
})

test('run takes libraries by name', async () => {
  const args = ['run', 'app.wat', '--module', 'facade=facade.wat', '--module', 'env=math.wat', '-O', '0']
  expect(await cli(args, { cwd })).toMatchObject({ code: 42 })
})

test('inspect tells which imports are linked', async () => {
  const { stdout } = await cli(['inspect', ...modules], { cwd })
  expect(stdout).toMatch(/linked +env\.answer/)
  expect(stdout).toContain('It is a program')
  expect((await cli(['inspect', 'app.wat'], { cwd })).stdout).toMatch(/not WASI +env\.answer/)
})

test('a missing module, and a name without a file', async () => {
  const { code, stderr } = await cli(['build', 'app.wat', 'facade.wat', '-o', 'x'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/app\.wat[^]*env\.answer[^]*--module env=FILE/)
  expect(await cli(['build', 'app.wat', '--module', 'env'], { cwd })).toMatchObject({ code: 2 })
})
