/** What each thread has of its own lies beside its stack. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { runExecutable } from '../support/run-target.ts'

const cacheDir = mkdtempSync(join(tmpdir(), 'thread-storage-'))
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }))

/** A program with that many globals of 16 bytes, which ends with what it is told when it starts a thread. */
function program(globals: number): string {
  const each = (text: (index: number) => string, from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => text(from + i)).join(' ')
  const functions = Array.from({ length: globals / 500 }, (_, i) => {
    const sets = each((index) => `(global.set ${index} (local.get 0))`, i * 500, i * 500 + 500)
    return `(func $set${i} (param v128) ${sets})`
  })
  const calls = functions.map((_, i) => `(call $set${i} (v128.const i64x2 -1 -1))`).join(' ')
  return `(module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1 1 shared)
    ${each(() => '(global (mut v128) (v128.const i64x2 1 1))', 0, globals)}
    ${functions.join('\n')}
    (func $all ${calls})
    (func (export "wasi_thread_start") (param i32 i32) (call $all) (i32.atomic.store (i32.const 0) (i32.const 1))
      (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
    (func (export "_start") (local $thread i32)
      (local.set $thread (call $spawn (i32.const 0)))
      (if (i32.gt_s (local.get $thread) (i32.const 0))
        (then (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
      (call $exit (if (result i32) (i32.lt_s (local.get $thread) (i32.const 0)) (then (i32.const 7)) (else (i32.const 0))))))`
}

const isLinux = process.platform === 'linux'
test.skipIf(!isLinux)(
  `where it leaves no room for that, there are no threads${isLinux ? '' : ' (skipped: needs Linux)'}`,
  { timeout: 600_000 },
  async () => {
    const options = { file: 'storage.wat', cacheDir, optimize: 2 } as const
    const { path } = await createExecutable(await assemble(program(263_000)), options)
    expect(await runExecutable(`linux-${process.arch}`, path)).toMatchObject({ code: 7, stderr: '' })
  },
)
