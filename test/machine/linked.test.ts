import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

/** Its calls of WASI read its own memory; what it exports is called directly, and through a table of the program. */
const LIBRARY = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\08\\00\\00\\00")
  (data (i32.const 16) "library\\n")
  (global (export "said") (mut i32) (i32.const 0))
  (func (export "say") (param i64 i64 i64 i64 i64 i64 i64 i64 f64) (result i32 i64 f64)
    (global.set 0 (i32.add (global.get 0) (i32.const 1)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.const 7) (local.get 7) (local.get 8)))`

const PROGRAM = `(module
  (type $say (func (param i64 i64 i64 i64 i64 i64 i64 i64 f64) (result i32 i64 f64)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "library" "say" (func $say (type $say)))
  (import "library" "said" (global $said (mut i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\08\\00\\00\\00")
  (data (i32.const 16) "program\\n")
  (table 2 funcref)
  (elem (i32.const 1) $say)
  (func $check (param i32 i64 f64)
    (if (i32.ne (local.get 0) (i32.const 7)) (then unreachable))
    (if (i64.ne (local.get 1) (i64.const 8)) (then unreachable))
    (if (f64.ne (local.get 2) (f64.const 9.5)) (then unreachable)))
  (func $arguments (result i64 i64 i64 i64 i64 i64 i64 i64 f64)
    (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8)
    (f64.const 9.5))
  (func $own (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $tail (type $say) (return_call $say (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)
    (local.get 5) (local.get 6) (local.get 7) (local.get 8)))
  (func (export "_start")
    (call $own)
    (call $check (call $say (call $arguments)))
    (call $own)
    (call $check (call_indirect (type $say) (call $arguments) (global.get $said)))
    (call $check (call $tail (call $arguments)))
    (if (i32.ne (global.get $said) (i32.const 3)) (then unreachable))))`

const TARGETS = ['linux-x64', 'linux-arm64']
const runs = TARGETS.filter((target) => canRun(target) === undefined)

test.each(runs)('modules call each other, and WASI with their own memory: %s', async (target) => {
  const modules = [{ name: 'library', bytes: await assemble(LIBRARY) }]
  const file = await executableFrom(await assemble(PROGRAM), target, { optimize: 1, modules })
  const result = await runExecutable(target, file, [])
  expect(result).toMatchObject({ code: 0, stdout: 'program\nlibrary\nprogram\nlibrary\nlibrary\n', stderr: '' })
})

const FILL = `(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (func $fill (export "fill") (result i32) (call $random (i32.const 0) (i32.const 64)))`
const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
const ANY = '(func (export "any") (result i32) (i32.load (i32.const 0)))'
const EFAULT = 21

test.each(runs)('modules without a memory reach no other: %s', async (target) => {
  for (const [program, library] of [
    [`${EXIT} (import "library" "fill" (func $fill (result i32))) (memory (export "memory") 1) ${ANY}`, FILL],
    [`${EXIT} ${FILL}`, `(memory (export "memory") 1) ${ANY}`],
  ]) {
    const bytes = await assemble(`(module ${program} (func (export "_start") (call $exit (call $fill))))`)
    const modules = [{ name: 'library', bytes: await assemble(`(module ${library})`) }]
    const file = await executableFrom(bytes, target, { optimize: 1, modules })
    expect(await runExecutable(target, file, [])).toMatchObject({ code: EFAULT, stderr: '' })
  }
})
