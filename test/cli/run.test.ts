import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Interrupted, Signals } from '../../src/cli/signals.ts'
import { cli, finished, fixture, start } from './cli.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

test('passes streams through and adds nothing of its own', async () => {
  const input = 'first line\nzweite Zeile – ✓\n'
  expect(await cli(['run', fixture('echo.wat')], { cwd, input })).toEqual({ code: 0, stdout: input, stderr: '' })
})

test('gives back the exit code', async () => {
  expect(await cli(['run', fixture('exit3.wat')], { cwd })).toMatchObject({ code: 3, stdout: '' })
})

test('a trap is reported as the program does, with exit code 134', async () => {
  const { code, stderr } = await cli(['run', fixture('trap.wat')], { cwd })
  expect(code).toBe(134)
  expect(stderr).toMatch(/^wasm trap: unreachable\n {2}in \$reach \(trap\.wa.+\+0x[0-9a-f]+\)\n$/)
})

test('everything after -- belongs to the program', async () => {
  const { stdout } = await cli(['run', fixture('args.wat'), '-O', '0', '--', '--json', 'a b', '', '--'], { cwd })
  expect(stdout.split('\0')).toEqual(['args', '--json', 'a b', '', '--', ''])
})

test('arguments before -- are a usage error that says where they go', async () => {
  const { code, stderr } = await cli(['run', fixture('args.wat'), 'a'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('go after --')
})

test('the program sees only variables that were granted', async () => {
  const env = { SHOWN: 'from the host', HIDDEN: 'secret' }
  const args = ['run', fixture('env.wat'), '--env', 'SHOWN', '--env', 'FIXED=a=b']
  const { stdout } = await cli(args, { cwd, env })
  expect(stdout.split('\0').filter(Boolean).toSorted()).toEqual(['FIXED=a=b', 'SHOWN=from the host'])
})

test.runIf(process.platform !== 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s goes on to the program and becomes the exit code', async (signal, code) => {
  const child = start(['run', fixture('forever.wat')], cwd)
  const result = finished(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  child.kill(signal)
  expect(await result).toMatchObject({ code, stdout: 'running\n' })
})

test.runIf(process.platform !== 'win32')('Ctrl-C cancels a build and leaves no file', async () => {
  // Many functions, so that the compiler is still at it.
  const functions = Array.from(
    { length: 20_000 },
    (_, i) => `(func (param i32) (result i32) (i32.mul (local.get 0) (i32.const ${i})))`,
  )
  writeFileSync(
    join(cwd, 'large.wat'),
    `(module (memory (export "memory") 1) (func (export "_start")) ${functions.join('')})`,
  )
  const child = start(['build', 'large.wat', '-O', '2', '-o', 'large', '--cache-dir', 'cache'], cwd)
  const result = finished(child)
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => data.includes('generating') && resolve())
  })
  child.kill('SIGINT')
  const { code, stderr } = await result
  expect(code).toBe(130)
  expect(stderr).toContain('cancelled by SIGINT')
  expect(readdirSync(cwd).toSorted()).toEqual(['cache', 'large.wat'])
})

test('a signal that comes when the build is done starts no program', () => {
  const signals = new Signals()
  signals.listen()
  try {
    process.emit('SIGHUP')
    expect(() => signals.handTo(() => {})).toThrow(Interrupted)
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, process.listeners(name).at(-1)!)
  }
})
