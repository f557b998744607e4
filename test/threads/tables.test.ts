/** Tables that change are each thread's own, for as long as it runs. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { root, testCache, which } from '../support/tools.ts'

/** Starts a thousand threads, one after the other, whose tables are new: what one leaves in its own is not in the next one's. */
const wat = `(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (memory (export "memory") 1 1 shared)
  (table $t (export "table") 4 funcref)
  (table $u 0 100 externref)
  (elem (table $t) (i32.const 1) func $f)
  (func $f)
  (func (export "wasi_thread_start") (param i32 i32)
    (if (i32.ne (table.size $t) (i32.const 4)) (then unreachable))
    (if (i32.eqz (ref.is_null (table.get $t (i32.const 0)))) (then unreachable))
    (if (ref.is_null (table.get $t (i32.const 1))) (then unreachable))
    (drop (table.grow $t (ref.null func) (i32.const 9000)))
    (if (i32.eqz (ref.is_null (table.get $t (i32.const 9000)))) (then unreachable))
    (table.fill $t (i32.const 0) (ref.func $f) (i32.const 9004))
    (i32.atomic.store (i32.const 0) (local.get 1)))
  (func (export "_start") (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (if (i32.le_s (call $spawn (local.get $i)) (i32.const 0)) (then unreachable))
      (loop $wait (br_if $wait (i32.ne (i32.atomic.load (i32.const 0)) (local.get $i))))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 1000))))))`

/** Of the stacks of all threads, the memory, and a hundred tables. */
const KILOBYTES = 60 << 20

const isHost = process.platform === 'linux' && process.arch === 'x64'
test.skipIf(!isHost).each([1, 2] as const)(
  `the address space of tables is used again, level %i${isHost ? '' : ' (skipped: needs Linux on x64)'}`,
  async (optimize) => {
    const options = { file: 'tables.wat', cacheDir: join(testCache, 'cache'), optimize }
    const { path } = await createExecutable(await assemble(wat), options)
    const run = promisify(execFile)('sh', ['-c', `ulimit -v ${KILOBYTES} && exec "$0"`, path])
    expect(await run).toEqual({ stdout: '', stderr: '' })
  },
)

const missing = isHost && which('gcc') !== undefined ? '' : ' (skipped: needs gcc on Linux x64)'
test.skipIf(missing !== '')(
  `are emptied for the next thread whatever has become of the stack that knew them${missing}`,
  async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'table-places-'))
    try {
      const program = join(scratch, 'table-places')
      const source = join(root, 'test/threads/table-places.c')
      await promisify(execFile)('gcc', ['-std=gnu11', '-O1', '-w', '-fno-strict-aliasing', source, '-o', program])
      expect(await promisify(execFile)(program)).toEqual({ stdout: '', stderr: '' })
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  },
)
