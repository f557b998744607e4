/** Segments of functions, which never change, are in a program once, not in each thread. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { testCache } from '../support/tools.ts'

/** Ends with what a function is called with by way of a segment that another thread has dropped for itself. */
const wat = `(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1 shared)
  (type $f (func (param i32) (result i32)))
  (table $t 10 10 funcref)
  (elem $e func $next)
  (func $next (type $f) (i32.add (local.get 0) (i32.const 1)))
  (func $init (table.init $t $e (i32.const 3) (i32.const COUNT) (i32.const 1)) (elem.drop $e))
  (func (export "wasi_thread_start") (param i32 i32)
    (call $init)
    (i32.atomic.store (i32.const 0) (call_indirect $t (type $f) (i32.const 40) (i32.const 3)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func (export "_start")
    (if (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0)) (then unreachable))
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
    (call $init)
    (call $exit (call_indirect $t (type $f) (i32.atomic.load (i32.const 0)) (i32.const 3)))))`

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)])
const ELEMENTS = 9

/** The module with as many elements in its only segment, all the one that it has. */
function withElements(module: Uint8Array, count: number): Uint8Array {
  const parts = [module.subarray(0, 8)]
  for (let at = 8; at < module.length;) {
    let body = at + 1
    let size = 0
    for (let shift = 0; ; shift += 7) {
      size |= (module[body] & 127) << shift
      if (module[body++] < 128) break
    }
    const end = body + size
    if (module[at] === ELEMENTS) {
      // One segment, passive, of functions; the last byte is the function.
      const segment = Buffer.concat([Buffer.from([1, 1, 0, ...leb(count)]), Buffer.alloc(count, module[end - 1])])
      parts.push(Buffer.from([ELEMENTS, ...leb(segment.length)]), segment)
    } else parts.push(module.subarray(at, end))
    at = end
  }
  return Buffer.concat(parts)
}

const isHost = process.platform === 'linux' && process.arch === 'x64'
test.skipIf(!isHost)(
  `more of them than a stack has room for${isHost ? '' : ' (skipped: needs Linux on x64)'}`,
  async () => {
    const count = 4_000_000
    const module = withElements(
      await assemble(wat.replace('COUNT', String(count - 1)), { file: 'elements.wat' }),
      count,
    )
    const options = { file: 'elements.wasm', optimize: 1, cacheDir: join(testCache, 'cache') } as const
    const { path } = await createExecutable(module, options)
    expect(await runExecutable('linux-x64', path)).toMatchObject({ code: 42, stderr: '' })
  },
)
