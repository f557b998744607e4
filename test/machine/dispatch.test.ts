/**
 * What an interpreter's loop begins with, up to its `br_table`, is written again in place of branches to it: labels of the copies
 * lead where those of the first do, operands below keep their values, those of the loop have their places, and a trap in a copy is the instruction's that was copied.
 */
import { expect, test } from 'vitest'
import { assemble } from '../../compiler/wat.ts'
import { executableFrom } from '../support/compile-wat.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

/**
 * Instructions are bytes at 16: 0 halts, 1 and the next byte adds, 2 doubles, 3 goes back by a conditional branch, 4 leaves the block
 * of an `if` in the head, 5 calls; what is larger is the table's last target. The program's address is checked in the head.
 */
const source = `(module
  (memory (export "memory") 1)
  (data (i32.const 16) "\\01\\05\\02\\03\\05\\02\\01\\07\\04\\09\\02\\00")
  (data (i32.const 48) "\\01\\05\\08")
  (func $other (param i32) (result i32) (i32.sub (local.get 0) (i32.const 1)))
  (func $run (param $pc i32) (result i32) (local $acc i32) (local $op i32) (local $skip i32)
    (i32.add (i32.const 1000)
      (i32.mul (i32.add (local.get $pc) (i32.const 0))
        (loop $next (result i32)
          (block $unknown (block $call (block $leave (block $back (block $double (block $add (block $halt
            (block $traced
              (br_if $traced (i32.eqz (local.get $skip)))
              (local.set $acc (call $other (local.get $acc)))
              (local.set $skip (i32.const 0)))
            (local.set $op (i32.load8_u (local.get $pc)))
            (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
            (br_if $unknown (i32.gt_u (local.get $op) (i32.const 8)))
            (br_table $halt $add $double $back $leave $call $unknown $unknown $next (local.get $op)))
            (return (local.get $acc)))
            (local.set $acc (i32.add (local.get $acc) (i32.load8_u (local.get $pc))))
            (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
            (br $next))
            (local.set $acc (i32.shl (local.get $acc) (i32.const 1)))
            (br $next))
            (br_if $next (i32.const 1))
            unreachable)
            (local.set $skip (i32.const 1))
            (br $next))
            (local.set $acc (call $other (local.get $acc)))
            (if (local.get $acc) (then (br $next)))
            unreachable)
          ;; 8 is the loop itself; what is above it moves the program out of memory.
          (local.set $acc (i32.add (local.get $acc) (i32.const 100)))
          (local.set $pc (select (i32.const -2) (local.get $pc) (i32.eq (local.get $acc) (i32.const 228))))
          (br $next)))))
  (func (export "_start")
    ;; ((5 * 2) - 1) * 2 + 7 = 25, then 24 and 100 more, doubled
    (if (i32.ne (call $run (i32.const 16)) (i32.const 248)) (then unreachable))
    (i32.store8 (i32.const 51) (i32.const 0xff))
    (i32.store8 (i32.const 49) (i32.const 128))
    (drop (call $run (i32.const 48)))))`

/**
 * The `br_table` is in one part of an `if`: copies, too, go on behind it where its condition says so. Bytes are options until one of 0;
 * what is above 3 ends them. Each part of each `if` is gone through from a copy.
 */
const conditional = (part: 'then' | 'else'): string => {
  const table = `(block $other (block $two (block $one
      (br_table $other $one $two $other (local.get $op)))
      (local.set $acc (i32.add (local.get $acc) (i32.const 1))) (br $next))
      (local.set $acc (i32.mul (local.get $acc) (i32.const 3))) (br $next))
    (local.set $acc (i32.add (local.get $acc) (i32.const 100))) (br $next)`
  const last = '(return (i32.add (local.get $acc) (local.get $op)))'
  const parts = part === 'then' ? `(then ${table}) (else ${last})` : `(then ${last}) (else ${table})`
  const only = part === 'then' ? `(then ${table})` : `(then (return (local.get $acc))) (else ${table})`
  const run = (
    name: string,
    branches: string,
  ): string => `(func $${name} (param $pc i32) (result i32) (local $acc i32) (local $op i32)
    (loop $next
      (local.set $op (i32.load8_u (local.get $pc)))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (if (i32.${part === 'then' ? 'ne' : 'eq'} (local.get $op) (i32.const 0)) ${branches}))
    (local.get $acc))`
  return `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\\01\\02\\01\\03\\02\\00")
    ${run('both', parts)}
    ${run('one', only)}
    (func (export "_start")
      (call $proc_exit (i32.add (i32.ne (call $both (i32.const 16)) (i32.const 312))
        (i32.shl (i32.ne (call $one (i32.const 16)) (i32.const 312)) (i32.const 1))))))`
}

/**
 * The head leaves operands below the blocks that its `br_table` leads out of, of which the last target takes one; branches back come
 * from within blocks that have more below them.
 */
const operands = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "\\00\\01\\02\\01\\00\\03")
  (func (export "_start") (local $pc i32) (local $x i32) (local $taken i32)
    (local.set $pc (i32.const 16))
    (loop $next
      (i32.add (local.get $x) (i32.const 1))
      (i32.const 3)
      (block $last (block $triple (block $hundred (block $ten
        (i32.load8_u (local.get $pc))
        (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
        (br_table $ten $hundred $triple $last $last))
        (local.set $x (i32.add (local.get $x) (i32.const 10)))
        (br $next))
        (local.set $x (i32.add (local.get $x) (i32.const 100)))
        (local.get $x) (local.get $pc)
        (block (br $next))
        (drop) (drop))
        (local.set $x (i32.mul (local.get $x) (i32.const 3)))
        (br $next))
      (local.set $taken (i32.mul)))
    ;; ((10 + 100) * 3 + 100 + 10 + 1) * 3
    (call $proc_exit (i32.ne (local.get $taken) (i32.const 1323)))))`

for (const target of ['linux-x64', 'darwin-x64', 'linux-arm64']) {
  const missing = canRun(target)
  test.skipIf(missing !== undefined)(
    `copies of a dispatch on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const file = await executableFrom(await assemble(source), target, { optimize: 1 })
      const result = await runExecutable(target, file, [])
      expect(result).toMatchObject({ code: 134, stdout: '' })
      expect(result.stderr).toMatch(/^wasm trap: out of bounds memory access\n  in \$run /)
    },
  )
  test.skipIf(missing !== undefined).each(['then', 'else'] as const)(
    `copies of a dispatch in the %s part of an if on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async (part) => {
      const file = await executableFrom(await assemble(conditional(part)), target, { optimize: 1 })
      expect(await runExecutable(target, file, [])).toMatchObject({ code: 0, stderr: '' })
    },
  )
  test.skipIf(missing !== undefined)(
    `copies of a dispatch above operands of the loop's own on ${target}${missing ? ` (skipped: needs ${missing})` : ''}`,
    async () => {
      const file = await executableFrom(await assemble(operands), target, { optimize: 1 })
      expect(await runExecutable(target, file, [])).toMatchObject({ code: 0, stderr: '' })
    },
  )
}
