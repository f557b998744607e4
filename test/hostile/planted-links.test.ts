/** Granted directories within others that a program may change: a link that it put there in an earlier run leads no later one out. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutable, DEFAULT_TARGETS, type DirGrant } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { testCache } from '../support/tools.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { hostileDirectory } from './hostile-programs.ts'

const ENOENT = 44
const REFUSED = { code: 1, stderr: expect.stringMatching(/links that a program may have made/) as unknown }

/** Ends with the error number of a call. */
const calls = {
  /** Makes the link `sub`, which leads up, in the first granted directory. */
  plant: '(call $path_symlink (i32.const 0) (i32.const 2) (i32.const 3) (i32.const 16) (i32.const 3))',
  /** Opens the file `note` in the granted directory of that number. */
  read: (number: number) =>
    `(call $path_open (i32.const ${number}) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64))`,
}

const wasm = (call: string): Promise<Uint8Array> =>
  assemble(`(module
    (import "wasi_snapshot_preview1" "path_symlink" (func $path_symlink (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "..") (data (i32.const 16) "sub") (data (i32.const 32) "note")
    (func (export "_start") (call $proc_exit ${call})))`)

async function run(target: string, cwd: string, dirs: Record<string, DirGrant>, call: string) {
  const grants = { dirs }
  const { path } = await createExecutable(await wasm(call), { target, grants, cacheDir: join(testCache, 'cache') })
  const { code, stderr } = await runExecutable(target, path, [], { cwd })
  return { code, stderr }
}

/** `data` is there to be granted, `note` beside it is not. */
function place(): string {
  const cwd = join(hostileDirectory('work/data'), 'work')
  writeFileSync(join(cwd, 'note'), 'secret')
  return cwd
}

for (const target of DEFAULT_TARGETS) {
  const missing = canRun(target)
  describe.skipIf(missing)(`${target}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
    test('what is no link is opened and made, whichever grant comes first', async () => {
      const cwd = place()
      const inner = { host: './data//sub/deep/', create: true }
      expect(await run(target, cwd, { '/data': 'data', '/sub': inner }, calls.read(4))).toEqual({
        code: ENOENT,
        stderr: '',
      })
      writeFileSync(join(cwd, 'data/sub/deep/note'), '')
      expect(await run(target, cwd, { '/data': 'data', '/sub': inner }, calls.read(4))).toEqual({ code: 0, stderr: '' })
      expect(await run(target, cwd, { '/sub': inner, '/data': 'data' }, calls.read(3))).toEqual({ code: 0, stderr: '' })
      expect(await run(target, cwd, { '/data': '.', '/sub': './data/sub/deep/.' }, calls.read(4))).toEqual({
        code: 0,
        stderr: '',
      })
      const all = { '/': '../work', '/sub': '../work/data/sub/deep' }
      expect(await run(target, join(cwd, 'data'), { '/': '..', '/sub': '../data/sub/deep' }, calls.read(4))).toEqual({
        code: 0,
        stderr: '',
      })
      expect(await run(target, cwd, all, calls.read(4))).toEqual({ code: 0, stderr: '' })
    })

    test.skipIf(target.startsWith('win32'))('a link is refused, however its place is named', async () => {
      const cwd = place()
      const planted = { '/data': 'data', '/sub': { host: 'data/sub', optional: true } }
      expect(await run(target, cwd, planted, calls.plant)).toEqual({ code: 0, stderr: '' })
      expect(await run(target, cwd, planted, calls.read(4))).toEqual(REFUSED)
      symlinkSync('data', join(cwd, 'alias'))
      for (const host of ['./data/sub', '$CWD/data//sub/', join(cwd, 'data/sub'), 'alias/sub', '../work/data/sub']) {
        expect(await run(target, cwd, { '/data': './data', '/sub': host }, calls.read(4)), host).toEqual(REFUSED)
        expect(await run(target, cwd, { '/sub': host, '/data': './data' }, calls.read(3)), host).toEqual(REFUSED)
      }
      // Where the program runs within what it may change.
      mkdirSync(join(cwd, 'data/here'))
      symlinkSync('../../..', join(cwd, 'data/here/up'))
      expect(await run(target, join(cwd, 'data/here'), { '/data': '..', '/up': 'up' }, calls.read(4))).toEqual(REFUSED)
      // However deep.
      const deep = join(cwd, 'data', 'd/'.repeat(70))
      mkdirSync(deep, { recursive: true })
      symlinkSync('../'.repeat(71), join(deep, 'up'))
      const grants = { '/data': join(cwd, 'data'), '/up': 'up' }
      expect(await run(target, deep, grants, calls.read(4))).toEqual(REFUSED)
    })

    test.skipIf(target.startsWith('win32'))('nothing is made behind one', async () => {
      const cwd = place()
      symlinkSync('..', join(cwd, 'data/sub'))
      const inner = { host: 'data/sub/made', create: true }
      expect(await run(target, cwd, { '/data': 'data', '/sub': inner }, calls.read(4))).toEqual(REFUSED)
      expect(readdirSync(cwd).toSorted()).toEqual(['data', 'note'])
      rmSync(join(cwd, 'data/sub'))
      symlinkSync('../other', join(cwd, 'data/sub'))
      expect((await run(target, cwd, { '/data': 'data', '/sub': inner }, calls.read(4))).code).toBe(1)
      expect(existsSync(join(cwd, 'other'))).toBe(false)
    })

    test.skipIf(target.startsWith('win32'))(
      'links that no program of these grants can have made are followed',
      async () => {
        const cwd = place()
        mkdirSync(join(cwd, 'other'))
        writeFileSync(join(cwd, 'other/note'), '')
        symlinkSync('../other', join(cwd, 'data/sub'))
        const readOnly = { '/data': { host: 'data', readOnly: true }, '/sub': 'data/sub' }
        expect(await run(target, cwd, readOnly, calls.read(4))).toEqual({ code: 0, stderr: '' })
        expect(await run(target, cwd, { '/sub': 'data/sub' }, calls.read(3))).toEqual({ code: 0, stderr: '' })
      },
    )
  })
}
