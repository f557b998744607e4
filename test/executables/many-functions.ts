/** A module of many functions, whose tables the assembler writes where a C compiler would take too much memory for them. */
import { expect } from 'vitest'
import { createExecutable, type ExecutableOptions } from '../../compiler/index.ts'
import { MANY_ROWS } from '../../compiler/c/assembler-rows.ts'
import { assemble } from '../../compiler/wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const COUNT = 2 * MANY_ROWS
/** Adds its number to what it is given, in enough code for several units. */
const adds = (i: number): string => `(func $add${i} (type ${i % 2 === 0 ? '$one' : '$two'})
  ${'(local.set 0 (i32.rotl (i32.xor (local.get 0) (i32.const 0x5a5a5a5a)) (i32.const 16)))'.repeat(4)}
  (i32.add (local.get 0) (i32.const ${i})))`

/** What is added where there is no function. */
const NULL = 1_000_000
const NULLS = [0, 77, COUNT - 1]
const names = Array.from({ length: COUNT }, (_, i) => `$add${i}`)
const elements = names.map((name, i) => (NULLS.includes(i) ? '(ref.null func)' : `(ref.func ${name})`))

/** All numbers twice, but for those whose place in one table is null. */
export const expectedSum = COUNT * (COUNT - 1) + NULLS.reduce((sum, i) => sum + NULL - i, 0)

/** Every function of both tables is called; then one traps. */
const text = `(module
  (type $one (func (param i32) (result i32)))
  (type $two (func (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table $constant ${COUNT} funcref)
  (elem (table $constant) (i32.const 0) funcref ${elements.join(' ')})
  (table $filled (export "filled") ${COUNT} funcref)
  (elem $names func ${names.join(' ')})
  (func $sum (export "sum") (result i32) (local $i i32) (local $sum i32)
    (table.init $filled $names (i32.const 0) (i32.const 0) (i32.const ${COUNT}))
    (loop $next
      (local.set $sum (if (result i32) (i32.and (local.get $i) (i32.const 1))
        (then (call_indirect $filled (type $two) (local.get $sum) (i64.const 0) (local.get $i)))
        (else (call_indirect $filled (type $one) (local.get $sum) (local.get $i)))))
      (if (ref.is_null (table.get $constant (local.get $i)))
        (then (local.set $sum (i32.add (local.get $sum) (i32.const ${NULL}))))
        (else (local.set $sum (if (result i32) (i32.and (local.get $i) (i32.const 1))
          (then (call_indirect $constant (type $two) (local.get $sum) (i64.const 0) (local.get $i)))
          (else (call_indirect $constant (type $one) (local.get $sum) (local.get $i)))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${COUNT}))))
    (local.get $sum))
  ${names.map((_, i) => adds(i)).join('\n')}
  (func $last_one (unreachable))
  (func (export "_start")
    (if (i32.ne (call $sum) (i32.const ${expectedSum})) (then (call $exit (i32.const 1))))
    (call $last_one)))`

export const manyFunctions = await assemble(text)

/** Builds it and sees it trap where it should; says where that cannot be seen here. */
export async function expectMany(target: string, options: Partial<ExecutableOptions>): Promise<void> {
  const built = await createExecutable(manyFunctions, { file: 'many.wat', target, optimize: 2, ...options })
  const missing = canRun(target)
  if (missing !== undefined) return void console.warn(`${target} not run: needs ${missing}`)
  const { code, stderr } = await runExecutable(target, built.path)
  expect({ code, stderr }).toMatchObject({ code: 134, stderr: expect.stringContaining('in $last_one ') as string })
}
