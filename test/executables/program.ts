import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { assemble } from '../../compiler/wat.ts'

/** A program that writes `text` and ends with `code`. */
export function helloWorld(text = 'Hello, Wasm!\n', code = 0): Promise<Uint8Array> {
  const escaped = (bytes: Iterable<number>): string =>
    [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
  const bytes = Buffer.from(text)
  const iovec = Uint32Array.of(16, bytes.length)
  return assemble(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") ${1 + (bytes.length >> 16)})
    (data (i32.const 0) "${escaped(new Uint8Array(iovec.buffer))}")
    (data (i32.const 16) "${escaped(bytes)}")
    (func (export "_start")
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (call $proc_exit (i32.const ${code}))))`)
}

/** A directory that is removed after the tests of a file. */
export function temporaryDirectory(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `wasm-exe-${name}-`))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
