/** Level 2, linked by us and by the C compiler's linker: programs that behave the same, on every target. */
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createExecutables, TARGETS, type Executable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { readExecutableInfo } from '../../src/executable-info.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'

const run = promisify(execFile)
const dir = temporaryDirectory('image')
const cacheDir = join(dir, 'cache')
const targets = TARGETS.filter(({ arch }) => arch !== 'riscv64').map(({ name }) => name)

/** Prints letters by way of a table, from pages of data that is large enough to be moved, and ends with a trap. */
const program = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (type $write (func (param i32)))
  (memory (export "memory") 8)
  (table funcref (elem $first $second))
  (global $count (mut i32) (i32.const 0))
  (data (i32.const 0x20) "ok: ")
  (data (i32.const 0x10000) "${'abcdefgh'.repeat(0x6000)}")
  (func $first (param $at i32) (call $print (i32.const 0x20) (i32.const 4)) (call $second (local.get $at)))
  (func $second (param $at i32) (call $print (local.get $at) (i32.const 8)))
  (func $print (param $at i32) (param $size i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $size))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "_start")
    (call_indirect (type $write) (i32.const 0x2fff8) (i32.const 0))
    (call_indirect (type $write) (i32.const 0x3fff8) (global.get $count))))`

const expected = {
  stdout: 'ok: abcdefghabcdefgh'.slice(0, 12),
  stderr: expect.stringContaining('wasm trap: undefined element'),
  code: 134,
}

const options = { file: 'program.wasm', cacheDir, optimize: 2 } as const
afterEach(() => void vi.unstubAllEnvs())

async function link(linker: 'own' | 'theirs'): Promise<Executable[]> {
  vi.stubEnv('WASM_EXE_LINKER', linker)
  return (await createExecutables(await assemble(program), { ...options, targets })).executables
}

describe('an executable of each target', () => {
  let ours: Executable[]
  let theirs: Executable[]
  test('is linked, and is no larger than the other linker makes it', async () => {
    theirs = await link('theirs')
    ours = await link('own')
    for (const [i, executable] of ours.entries()) {
      expect(executable.path).not.toBe(theirs[i].path)
      expect(executable.size, executable.target).toBeLessThanOrEqual(theirs[i].size)
    }
  })

  test.each(targets)('%s runs', async (target) => {
    const missing = canRun(target)
    if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
    const { path } = ours.find((executable) => executable.target === target)!
    expect(await runExecutable(target, path)).toMatchObject(expected)
  })

  test('says about itself what the other says', () => {
    for (const [i, { path }] of ours.entries()) {
      expect(readExecutableInfo(path, readFileSync(path))).toEqual(
        readExecutableInfo(theirs[i].path, readFileSync(theirs[i].path)),
      )
    }
  })

  test('is never written and executed in one place, and holds no time', async () => {
    const bytes = readFileSync(ours.find(({ target }) => target === 'win32-x64')!.path)
    const header = bytes.readUInt32LE(0x3c)
    expect(bytes.readUInt32LE(header + 8)).toBe(0)
    for (let i = 0; i < bytes.readUInt16LE(header + 6); i++) {
      const characteristics = bytes.readUInt32LE(header + 24 + 240 + i * 40 + 36)
      expect(characteristics & 0x20000000 && characteristics & 0x80000000).toBe(0)
    }
  })

  const readers: [string, string[]][] = [
    ['readelf', ['-a', '-W']],
    ['objdump', ['-x', '-d']],
    ['llvm-objdump', ['--private-headers', '-d']],
    ['llvm-readobj', ['--all']],
  ]
  for (const [tool, args] of readers) {
    const skipped = which(tool) === undefined ? ` (skipped: needs ${tool})` : ''
    test.skipIf(skipped !== '')(`is read by ${tool}${skipped}`, async () => {
      const readable = tool.startsWith('llvm') ? ours : ours.filter(({ target }) => target === 'linux-x64')
      for (const { path } of readable) {
        const { stderr } = await run(tool, [...args, path], { maxBuffer: 1 << 28 })
        expect(stderr).toBe('')
      }
    })
  }

  const noStrip = which('strip') === undefined || canRun('linux-x64') !== undefined
  test.skipIf(noStrip)(`runs once stripped${noStrip ? ' (skipped: needs strip, and Linux on x64)' : ''}`, async () => {
    const stripped = join(dir, 'stripped')
    copyFileSync(ours.find(({ target }) => target === 'linux-x64')!.path, stripped)
    expect((await run('strip', [stripped])).stderr).toBe('')
    expect(statSync(stripped).size).toBeGreaterThan(0)
    expect(await runExecutable('linux-x64', stripped)).toMatchObject(expected)
  })
})
