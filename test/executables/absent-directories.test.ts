/** Granted directories that are not there when a program starts, on every target that runs here. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutable, DEFAULT_TARGETS, type DirGrantOptions } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('absent')
const ENOENT = 44
const ENOTDIR = /it is not a directory/
const EROFS = 69

/** Ends with the error number of a call on the first granted directory. */
const calls = {
  // Creates the file `note` for writing.
  open: '(call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 64))',
  list: '(call $fd_readdir (i32.const 3) (i32.const 128) (i32.const 512) (i64.const 0) (i32.const 64))',
  stat: '(call $fd_filestat_get (i32.const 3) (i32.const 128))',
  name: '(call $fd_prestat_get (i32.const 3) (i32.const 64))',
  close: '(call $fd_close (i32.const 3))',
} as const

const wasm = (call: keyof typeof calls): Promise<Uint8Array> =>
  assemble(`(module
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_readdir" (func $fd_readdir (param i32 i32 i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "note")
    (func (export "_start")
      ;; Whoever looks at the directories first has them opened.
      (drop (call $fd_prestat_get (i32.const 3) (i32.const 64)))
      (call $proc_exit ${calls[call]})))`)

/** @returns the program's exit code and words */
async function run(target: string, cwd: string, grant: DirGrantOptions, call: keyof typeof calls, optimize: 1 | 2 = 1) {
  const grants = { dirs: { '/data': grant } }
  const { path } = await createExecutable(await wasm(call), { target, optimize, grants, cacheDir: join(dir, 'cache') })
  const { code, stderr } = await runExecutable(target, path, [], { cwd })
  return { code, stderr }
}

function place(name: string): string {
  const path = join(dir, name)
  mkdirSync(path, { recursive: true })
  return path
}

for (const target of DEFAULT_TARGETS) {
  const missing = canRun(target)
  describe.skipIf(missing)(`${target}${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
    test('optional: the program starts, and what it opens there does not exist', async () => {
      const cwd = place(`${target}/optional`)
      const grant = { host: 'no/where', optional: true }
      for (const call of ['open', 'list', 'stat'] as const)
        expect(await run(target, cwd, grant, call), call).toEqual({ code: ENOENT, stderr: '' })
      for (const call of ['name', 'close'] as const)
        expect(await run(target, cwd, grant, call), call).toEqual({ code: 0, stderr: '' })
      expect(readdirSync(cwd)).toEqual([])
      mkdirSync(join(cwd, 'no/where'), { recursive: true })
      expect(await run(target, cwd, grant, 'open')).toEqual({ code: 0, stderr: '' })
      expect(existsSync(join(cwd, 'no/where/note'))).toBe(true)
    })

    test('create: it is made, with what leads to it', async () => {
      const cwd = place(`${target}/create`)
      mkdirSync(join(cwd, 'there'))
      const grant = { host: './there/not here//yet/', create: true }
      expect(await run(target, cwd, grant, 'open')).toEqual({ code: 0, stderr: '' })
      expect(readdirSync(join(cwd, 'there/not here/yet'))).toEqual(['note'])
      expect(await run(target, cwd, grant, 'list')).toEqual({ code: 0, stderr: '' })
      const only = { host: 'only', create: true, readOnly: true }
      expect(await run(target, cwd, only, 'open')).toEqual({ code: EROFS, stderr: '' })
      expect(readdirSync(join(cwd, 'only'))).toEqual([])
    })

    test('anything else in its place ends the program, and so does nothing where neither was granted', async () => {
      const cwd = place(`${target}/other`)
      writeFileSync(join(cwd, 'file'), '')
      const file = await run(target, cwd, { host: 'file', optional: true }, 'name')
      expect(file.stderr).toMatch(ENOTDIR)
      expect(file.code).not.toBe(0)
      const below = await run(target, cwd, { host: 'file/below', create: true }, 'name')
      expect(below.stderr).toContain('cannot open the granted directory')
      expect((await run(target, cwd, { host: 'nowhere' }, 'name')).stderr).toMatch(/nowhere .*it does not exist/)
      expect(readdirSync(cwd)).toEqual(['file'])
    })
  })
}

const absent = canRun('linux-x64')
test.skipIf(absent)(`level 2 does the same${absent ? ` (skipped: needs ${absent})` : ''}`, async () => {
  const cwd = place('level2')
  expect(await run('linux-x64', cwd, { host: 'a', optional: true }, 'open', 2)).toEqual({ code: ENOENT, stderr: '' })
  expect(await run('linux-x64', cwd, { host: 'a/b', create: true }, 'open', 2)).toEqual({ code: 0, stderr: '' })
  expect(readdirSync(join(cwd, 'a/b'))).toEqual(['note'])
})
