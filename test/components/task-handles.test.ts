/** Tasks outlive calls: what was lent to one stays lent, and what a thread keeps is not its caller's to change. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createExecutable, hostTarget } from '../../compiler/index.ts'
import { parseComponent } from '../support/component.ts'
import { runExecutable } from '../support/run-target.ts'

const folder = mkdtempSync(join(tmpdir(), 'task-handles-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const target = hostTarget()!.name

async function run(text: string): Promise<{ code: number | null; stderr: string }> {
  const outFile = join(folder, 'program')
  await createExecutable(await parseComponent(text), { file: 'program.wasm', target, optimize: 1, outFile })
  return runExecutable(target, outFile, [], {})
}

const EXPECT = `(func $expect (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))`

/** `work` begins when `release` lets it, and what tells of that is still to be taken when its caller cancels it. */
const CANCEL = `(component
  (component $Server
    (canon backpressure.inc (core func $inc))
    (canon backpressure.dec (core func $dec))
    (canon thread.yield (core func $yield))
    (canon task.return (core func $return))
    (core module $M
      (import "" "inc" (func $inc)) (import "" "dec" (func $dec))
      (import "" "yield" (func $yield (result i32))) (import "" "return" (func $return))
      (func (export "hold") (call $inc))
      (func (export "release") (call $dec))
      (func (export "work") (drop (call $yield)) (drop (call $yield)) (call $return)))
    (core instance $m (instantiate $M (with "" (instance
      (export "inc" (func $inc)) (export "dec" (func $dec))
      (export "yield" (func $yield)) (export "return" (func $return))))))
    (func (export "hold") (canon lift (core func $m "hold")))
    (func (export "release") (canon lift (core func $m "release")))
    (func (export "work") async (canon lift (core func $m "work") async)))
  (component $Command
    (import "hold" (func $hold))
    (import "release" (func $release))
    (import "work" (func $work async))
    (canon lower (func $hold) (core func $hold))
    (canon lower (func $release) (core func $release))
    (canon lower (func $work) async (core func $work))
    (canon thread.yield (core func $yield))
    (canon subtask.cancel (core func $cancel))
    (canon subtask.drop (core func $drop))
    (core module $M
      (import "" "hold" (func $hold)) (import "" "release" (func $release))
      (import "" "work" (func $work (result i32))) (import "" "yield" (func $yield (result i32)))
      (import "" "cancel" (func $cancel (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
      ${EXPECT}
      (func (export "run") (result i32)
        (local $task i32)
        (call $hold)
        (local.set $task (call $work))
        (call $expect (i32.and (local.get $task) (i32.const 15)) (i32.const 0))
        (local.set $task (i32.shr_u (local.get $task) (i32.const 4)))
        (call $release)
        (drop (call $yield))
        (call $expect (call $cancel (local.get $task)) (i32.const 2))
        (call $drop (local.get $task))
        (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance
      (export "hold" (func $hold)) (export "release" (func $release)) (export "work" (func $work))
      (export "yield" (func $yield)) (export "cancel" (func $cancel)) (export "drop" (func $drop))))))
    (func (export "run") async (result (result)) (canon lift (core func $m "run"))))
  (instance $server (instantiate $Server))
  (instance $command (instantiate $Command
    (with "hold" (func $server "hold"))
    (with "release" (func $server "release"))
    (with "work" (func $server "work"))))
  (instance $run (export "run" (func $command "run")))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test('who cancels a subtask waits for its end, not for news of its beginning', async () => {
  expect(await run(CANCEL)).toMatchObject({ code: 0, stderr: '' })
})

/** `pass` lends what it was lent itself to `late`, which does not end; then `what` happens. */
const lends = (what: string): string => `(component
  (component $Server
    (canon thread.yield (core func $yield))
    (core module $D (func (export "drop") (param i32)))
    (core instance $d (instantiate $D))
    (type $r (resource (rep i32) (dtor (core func $d "drop"))))
    (export $t "t" (type $r))
    (canon resource.new $r (core func $new))
    (core module $M
      (import "" "new" (func $new (param i32) (result i32))) (import "" "yield" (func $yield (result i32)))
      (func (export "make") (result i32) (call $new (i32.const 5)))
      (func (export "late") (param i32) (loop $on (drop (call $yield)) (br $on))))
    (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "yield" (func $yield))))))
    (func (export "make") (result (own $t)) (canon lift (core func $m "make")))
    (func (export "late") async (param "t" (borrow $t)) (canon lift (core func $m "late") async)))
  (component $Middle
    (import "t" (type $t (sub resource)))
    (import "late" (func $late async (param "t" (borrow $t))))
    (canon lower (func $late) async (core func $late))
    (canon resource.drop $t (core func $drop))
    (core module $M
      (import "" "late" (func $late (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
      ${EXPECT}
      (func (export "pass") (param i32)
        (call $expect (i32.and (call $late (local.get 0)) (i32.const 15)) (i32.const 1))
        ${what}))
    (core instance $m (instantiate $M (with "" (instance (export "late" (func $late)) (export "drop" (func $drop))))))
    (func (export "pass") (param "t" (borrow $t)) (canon lift (core func $m "pass"))))
  (component $Command
    (import "t" (type $t (sub resource)))
    (import "make" (func $make (result (own $t))))
    (import "pass" (func $pass (param "t" (borrow $t))))
    (canon lower (func $make) (core func $make))
    (canon lower (func $pass) (core func $pass))
    (canon resource.drop $t (core func $drop))
    (core module $M
      (import "" "make" (func $make (result i32))) (import "" "pass" (func $pass (param i32)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "run") (result i32)
        (local $t i32)
        (local.set $t (call $make))
        (call $pass (local.get $t))
        (call $drop (local.get $t))
        (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance
      (export "make" (func $make)) (export "pass" (func $pass)) (export "drop" (func $drop))))))
    (func (export "run") async (result (result)) (canon lift (core func $m "run"))))
  (instance $server (instantiate $Server))
  (alias export $server "t" (type $t))
  (instance $middle (instantiate $Middle (with "t" (type $t)) (with "late" (func $server "late"))))
  (instance $command (instantiate $Command
    (with "t" (type $t)) (with "make" (func $server "make")) (with "pass" (func $middle "pass"))))
  (instance $run (export "run" (func $command "run")))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test.each([
  ['dropped', '(call $drop (local.get 0))', 'cannot remove owned resource while borrowed'],
  ['kept', '', 'borrow handles still remain at the end of the call'],
])('what was lent on to a task that goes on is not given back: %s', async (_, what, why) => {
  const { code, stderr } = await run(lends(what))
  expect(stderr).toContain(`wasm trap: ${why}\n`)
  expect(code).toBe(134)
})

/** What the caller's allocator does to its context, in the midst of the callee's task. */
const CONTEXT = `(component
  (component $Server
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (canon context.get i32 0 (core func $get))
    (canon context.set i32 0 (core func $set))
    (canon task.return (result string) (memory (core memory $memory "memory")) (core func $return))
    (core module $M
      (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
      (import "" "return" (func $return (param i32 i32)))
      ${EXPECT}
      (func (export "text")
        (call $set (i32.const 7))
        (call $return (i32.const 8) (i32.const 4))
        (call $expect (call $get) (i32.const 7))))
    (core instance $m (instantiate $M (with "" (instance
      (export "get" (func $get)) (export "set" (func $set)) (export "return" (func $return))))))
    (func (export "text") async (result string)
      (canon lift (core func $m "text") async (memory (core memory $memory "memory")))))
  (component $Command
    (import "text" (func $text async (result string)))
    (canon context.get i32 0 (core func $get))
    (canon context.set i32 0 (core func $set))
    (core module $Memory
      (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
      (memory (export "memory") 1)
      ${EXPECT}
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (call $expect (call $get) (i32.const 0))
        (call $set (i32.const 9))
        (i32.const 64)))
    (core instance $memory (instantiate $Memory (with "" (instance
      (export "get" (func $get)) (export "set" (func $set))))))
    (canon lower (func $text) (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) (core func $text))
    (core module $M
      (import "" "text" (func $text (param i32)))
      (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
      ${EXPECT}
      (func (export "run") (result i32)
        (call $set (i32.const 5))
        (call $text (i32.const 16))
        (call $text (i32.const 16))
        (call $expect (call $get) (i32.const 5))
        (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance
      (export "text" (func $text)) (export "get" (func $get)) (export "set" (func $set))))))
    (func (export "run") async (result (result)) (canon lift (core func $m "run"))))
  (instance $server (instantiate $Server))
  (instance $command (instantiate $Command (with "text" (func $server "text"))))
  (instance $run (export "run" (func $command "run")))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test('an allocator has a context of its own, whosever thread it runs on', async () => {
  expect(await run(CONTEXT)).toMatchObject({ code: 0, stderr: '' })
})

/** Start functions run outside of all tasks, one instance's after another's; what one calls allocates in it meanwhile. */
const STARTS = `(component
  (component $Starter
    (import "text" (func $text (result string)))
    (canon context.get i32 0 (core func $get))
    (canon context.set i32 0 (core func $set))
    (core module $Memory
      (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
      (memory (export "memory") 1)
      ${EXPECT}
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (call $expect (call $get) (i32.const 0))
        (call $set (i32.const 9))
        (i32.const 64)))
    (core instance $memory (instantiate $Memory (with "" (instance
      (export "get" (func $get)) (export "set" (func $set))))))
    (canon lower (func $text) (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) (core func $text))
    (core module $M
      (import "" "get" (func $get (result i32))) (import "" "set" (func $set (param i32)))
      (import "" "text" (func $text (param i32)))
      ${EXPECT}
      (func $start
        (call $expect (call $get) (i32.const 0))
        (call $set (i32.const 7))
        (call $text (i32.const 16))
        (call $expect (call $get) (i32.const 7)))
      (start $start)
      (func (export "run") (result i32) (call $get)))
    (core instance $m (instantiate $M (with "" (instance
      (export "text" (func $text)) (export "get" (func $get)) (export "set" (func $set))))))
    (func (export "run") async (result (result)) (canon lift (core func $m "run"))))
  (component $Text
    (core module $M (memory (export "memory") 1)
      (func (export "text") (result i32)
        (i32.store (i32.const 0) (i32.const 8)) (i32.store (i32.const 4) (i32.const 4)) (i32.const 0)))
    (core instance $m (instantiate $M))
    (func (export "text") (result string) (canon lift (core func $m "text") (memory (core memory $m "memory")))))
  (instance $text (instantiate $Text))
  (instance (instantiate $Starter (with "text" (func $text "text"))))
  (instance $second (instantiate $Starter (with "text" (func $text "text"))))
  (instance $run (export "run" (func $second "run")))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test('start functions of one instance leave nothing in the context of another’s', async () => {
  expect(await run(STARTS)).toMatchObject({ code: 0, stderr: '' })
})

/** Waits of an hour, which are cancelled: at once, and in a set. */
const WAITS = `(component
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
    (export "wait-for" (func async (param "how-long" u64)))))
  (canon lower (func $clock "wait-for") async (core func $wait))
  (canon subtask.cancel (core func $cancel))
  (canon subtask.cancel async (core func $cancel-later))
  (canon subtask.drop (core func $drop))
  (core module $M
    (import "" "wait" (func $wait (param i64) (result i32))) (import "" "drop" (func $drop (param i32)))
    (import "" "cancel" (func $cancel (param i32) (result i32)))
    (import "" "cancel-later" (func $cancel-later (param i32) (result i32)))
    ${EXPECT}
    (func $begin (result i32)
      (local $task i32)
      (local.set $task (call $wait (i64.const 3600000000000)))
      (call $expect (i32.and (local.get $task) (i32.const 15)) (i32.const 1))
      (i32.shr_u (local.get $task) (i32.const 4)))
    (func (export "run") (result i32)
      (local $task i32)
      (local.set $task (call $begin))
      (call $expect (call $cancel (local.get $task)) (i32.const 4))
      (call $drop (local.get $task))
      (local.set $task (call $begin))
      (call $expect (call $cancel-later (local.get $task)) (i32.const 4))
      (call $drop (local.get $task))
      ;; What was over before it was cancelled has returned.
      (call $expect (call $wait (i64.const 0)) (i32.const 2))
      (i32.const 0)))
  (core instance $m (instantiate $M (with "" (instance
    (export "wait" (func $wait)) (export "drop" (func $drop))
    (export "cancel" (func $cancel)) (export "cancel-later" (func $cancel-later))))))
  (func $run async (result (result)) (canon lift (core func $m "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test('a wait of the system’s that was cancelled says that it did not return', async () => {
  expect(await run(WAITS)).toMatchObject({ code: 0, stderr: '' })
})

/** The task's first thread ends before it starts another one, which comes to lie in its place. */
const THREADS = `(component
  (component $Server
    (core module $Libc (table (export "table") 3 funcref))
    (core instance $libc (instantiate $Libc))
    (core type $start (func (param i32)))
    (alias core export $libc "table" (core table $table))
    (canon thread.new-indirect $start (core table $table) (core func $new))
    (canon thread.resume-later (core func $resume))
    (canon thread.yield (core func $yield))
    (canon task.return (result u32) (core func $return))
    (core module $M
      (import "" "table" (table 3 funcref))
      (import "" "new" (func $new (param i32 i32) (result i32)))
      (import "" "resume" (func $resume (param i32)))
      (import "" "yield" (func $yield (result i32)))
      (import "" "return" (func $return (param i32)))
      (global $works (mut i32) (i32.const 0))
      (global $seconds (mut i32) (i32.const 0))
      (elem (i32.const 0) $first $second)
      (func $first (param i32)
        (call $resume (call $new (i32.const 1) (i32.const 0)))
        (drop (call $yield))
        (drop (call $yield))
        (call $return (i32.add (i32.mul (global.get $works) (i32.const 10)) (global.get $seconds))))
      (func $second (param i32) (global.set $seconds (i32.add (global.get $seconds) (i32.const 1))))
      (func (export "work")
        (global.set $works (i32.add (global.get $works) (i32.const 1)))
        (call $resume (call $new (i32.const 0) (i32.const 0)))))
    (core instance $m (instantiate $M (with "" (instance
      (export "table" (table $libc "table"))
      (export "new" (func $new)) (export "resume" (func $resume))
      (export "yield" (func $yield)) (export "return" (func $return))))))
    (func (export "work") async (result u32) (canon lift (core func $m "work") async)))
  (component $Command
    (import "work" (func $work async (result u32)))
    (canon lower (func $work) (core func $work))
    (core module $M
      (import "" "work" (func $work (result i32)))
      (func (export "run") (result i32)
        (if (i32.ne (call $work) (i32.const 11)) (then unreachable))
        (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance (export "work" (func $work))))))
    (func (export "run") async (result (result)) (canon lift (core func $m "run"))))
  (instance $server (instantiate $Server))
  (instance $command (instantiate $Command (with "work" (func $server "work"))))
  (instance $run (export "run" (func $command "run")))
  (export "wasi:cli/run@0.3.0" (instance $run)))`

test('a thread that begins where its task’s first one ended runs its own function, not the task again', async () => {
  expect(await run(THREADS)).toMatchObject({ code: 0, stderr: '' })
})
