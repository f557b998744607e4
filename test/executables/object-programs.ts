/** Programs with objects that are collected, and what they do. */
import { describe, expect, test } from 'vitest'
import { executableFrom } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { toBytes } from '../spec/convert.ts'

const assemble = (text: string): Promise<Uint8Array> => toBytes({ kind: 'text', text })

const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)'
const TREES = `
  (type $node (sub (struct (field $left (mut (ref null $node))) (field $right (mut (ref null $node))))))
  (func $tree (param $depth i32) (result (ref $node))
    (if (result (ref $node)) (i32.eqz (local.get $depth))
      (then (struct.new_default $node))
      (else
        (struct.new $node
          (call $tree (i32.sub (local.get $depth) (i32.const 1)))
          (call $tree (i32.sub (local.get $depth) (i32.const 1)))))))
  (func $count (param $tree (ref null $node)) (result i32)
    (if (result i32) (ref.is_null (local.get $tree))
      (then (i32.const 0))
      (else
        (i32.add (i32.const 1)
          (i32.add
            (call $count (struct.get $node $left (local.get $tree)))
            (call $count (struct.get $node $right (local.get $tree))))))))
  (func $expect (param $got i32) (param $wanted i32) (param $code i32)
    (if (i32.ne (local.get $got) (local.get $wanted)) (then (call $exit (local.get $code)))))`

/** What a program allocates is many times what it keeps: in a global, a table, a field, an array, a local, an exception. */
export const KEEPERS = `(module ${EXIT} ${TREES}
  (type $trees (array (mut (ref null $node))))
  (type $box (struct (field $any (mut anyref)) (field $number i64)))
  (tag $thrown (param (ref $node) i64 i64))
  (global $kept (mut (ref null $node)) (ref.null $node))
  (table $table 3 anyref)
  (func $throw (throw $thrown (call $tree (i32.const 9)) (i64.const 1) (i64.const 2)))
  (func $churn (param $times i32)
    (loop $again
      (call $expect (call $count (call $tree (i32.const 7))) (i32.const 255) (i32.const 1))
      (drop (array.new_default $trees (i32.const 5000)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "_start") (local $local (ref null $node)) (local $box (ref $box)) (local $array (ref $trees)) (local $exn (ref null exn))
    (global.set $kept (call $tree (i32.const 10)))
    (table.set $table (i32.const 2) (call $tree (i32.const 11)))
    (local.set $local (call $tree (i32.const 12)))
    (local.set $box (struct.new $box (extern.convert_any (call $tree (i32.const 8))) (any.convert_extern) (i64.const -1)))
    (local.set $array (array.new $trees (ref.null $node) (i32.const 100000)))
    (array.set $trees (local.get $array) (i32.const 99999) (call $tree (i32.const 6)))
    (block $caught (result (ref $node) i64 i64 (ref exn))
      (try_table (catch_ref $thrown $caught) (call $throw))
      (unreachable))
    (local.set $exn)
    (drop) (drop) (drop)
    (call $churn (i32.const 3000))
    (call $expect (call $count (global.get $kept)) (i32.const 2047) (i32.const 2))
    (call $expect (call $count (ref.cast (ref $node) (table.get $table (i32.const 2)))) (i32.const 4095) (i32.const 3))
    (call $expect (call $count (local.get $local)) (i32.const 8191) (i32.const 4))
    (call $expect (call $count (ref.cast (ref $node) (struct.get $box $any (local.get $box)))) (i32.const 511) (i32.const 5))
    (call $expect (call $count (array.get $trees (local.get $array) (i32.const 99999))) (i32.const 127) (i32.const 6))
    (block $again (result (ref $node) i64 i64)
      (try_table (catch $thrown $again) (throw_ref (local.get $exn)))
      (unreachable))
    (drop) (drop)
    (call $expect (call $count) (i32.const 1023) (i32.const 7))))`.replace(
  '(extern.convert_any (call $tree (i32.const 8))) (any.convert_extern)',
  '(any.convert_extern (extern.convert_any (call $tree (i32.const 8))))',
)

/** The same with less to keep and to throw away, for where each allocation takes long. */
export const smaller = (program: string): string =>
  program
    .replace('(call $churn (i32.const 3000))', '(call $churn (i32.const 4))')
    .replaceAll('(call $age (i32.const 20))', '(call $age (i32.const 1))')
    .replaceAll(/\$tree \(i32\.const 1(\d)\)/g, '$tree (i32.const $1)')
    .replaceAll(/i32\.const (8191|4095|2047)\)/g, (_, count: string) => `i32.const ${(Number(count) + 1) / 1024 - 1})`)

/** A list of a million, and a ring: no stack is as deep, and each is found once. */
const LISTS = `(module ${EXIT} ${TREES}
  (func (export "_start") (local $list (ref null $node)) (local $last (ref null $node)) (local $n i32)
    (local.set $list (local.tee $last (struct.new_default $node)))
    (loop $again
      (local.set $list (struct.new $node (local.get $list) (ref.null $node)))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000000))))
    (struct.set $node $left (local.get $last) (local.get $list))
    (local.set $n (i32.const 0))
    (local.set $last (local.get $list))
    (loop $around
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $around (i32.eqz (ref.eq (local.get $list) (local.tee $last (struct.get $node $left (local.get $last)))))))
    (call $expect (local.get $n) (i32.const 1000001) (i32.const 1))))`

/** Boxed numbers: blocks have types of references, to a type whose index is also the code of an instruction. */
export const NUMBERS = `(module ${EXIT}
  (type $number (sub (struct)))
  (type $int (sub $number (struct (field $i i32))))
  (type $float (sub $number (struct (field $f f64))))
  (func $value (param $n (ref null $number)) (result f64)
    (block $float (result (ref $float))
      (return
        (f64.convert_i32_s
          (struct.get $int $i
            (ref.cast (ref $int) (br_on_cast $float (ref null $number) (ref $float) (local.get $n)))))))
    (struct.get $float $f))
  (func (export "_start") (local $sum f64)
    (local.set $sum (f64.add (call $value (struct.new $int (i32.const 3))) (call $value (struct.new $float (f64.const 0.5)))))
    (if (f64.ne (local.get $sum) (f64.const 3.5)) (then (call $exit (i32.const 1))))))`

/**
 * Objects that have seen collections get references to new ones, by each instruction that stores them; nothing else refers to those
 * while they see the next collections.
 */
export const CHANGES = `(module ${EXIT}
  (type $box (sub (struct (field $n i32))))
  (type $boxes (array (mut (ref null $box))))
  (type $bytes (array (mut i8)))
  (type $pair (struct (field $number i64) (field $box (mut (ref null $box))) (field $any (mut externref)) (field $exn (mut (ref null exn)))))
  (type $exns (array (mut (ref null exn))))
  (tag $thrown (param (ref $box)))
  (elem $made (ref $box) (item (struct.new $box (i32.const 70))) (item (struct.new $box (i32.const 71))))
  (func $clear (param i64 i64 i64 i64 i64 i64 i64 i64))
  (func $age (param $times i32) (local $boxes i32)
    ;; Registers hold nothing of what came before.
    (call $clear (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))
    (loop $again
      (drop (array.new_default $bytes (i32.const 0x100000)))
      (local.set $boxes (i32.mul (local.get $times) (i32.const 20)))
      (loop $more
        (drop (struct.new $box (i32.const 90)))
        (br_if $more (local.tee $boxes (i32.sub (local.get $boxes) (i32.const 1)))))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func $box (param $n i32) (result (ref $box)) (struct.new $box (local.get $n)))
  (func $caught (param $n i32) (result (ref exn))
    (block $caught (result (ref exn))
      (try_table (catch_all_ref $caught) (throw $thrown (call $box (local.get $n))))
      (unreachable)))
  (func $thrown (param $exn (ref null exn)) (result (ref $box))
    (block $caught (result (ref $box))
      (try_table (catch $thrown $caught) (throw_ref (local.get $exn)))
      (unreachable)))
  (func $expect (param $box (ref null $box)) (param $wanted i32)
    (if (i32.ne (struct.get $box $n (local.get $box)) (local.get $wanted)) (then (call $exit (local.get $wanted)))))
  (func $copied (param $to (ref $boxes)) (param $at i32) (local $from (ref $boxes))
    (local.set $from (array.new $boxes (call $box (i32.const 40)) (i32.const 30)))
    (array.set $boxes (local.get $from) (i32.const 29) (call $box (i32.const 41)))
    (array.copy $boxes $boxes (local.get $to) (local.get $at) (local.get $from) (i32.const 0) (i32.const 30)))
  (func $array (param $boxes (ref $boxes)) (param $at i32)
    (call $age (i32.const 20))
    (array.set $boxes (local.get $boxes) (local.get $at) (call $box (i32.const 10)))
    (call $age (i32.const 20))
    (call $expect (array.get $boxes (local.get $boxes) (local.get $at)) (i32.const 10))
    (array.fill $boxes (local.get $boxes) (local.get $at) (call $box (i32.const 20)) (i32.const 30))
    (call $age (i32.const 20))
    (call $expect (array.get $boxes (local.get $boxes) (local.get $at)) (i32.const 20))
    (call $expect (array.get $boxes (local.get $boxes) (i32.add (local.get $at) (i32.const 29))) (i32.const 20))
    (call $copied (local.get $boxes) (local.get $at))
    (call $age (i32.const 20))
    (call $expect (array.get $boxes (local.get $boxes) (local.get $at)) (i32.const 40))
    (call $expect (array.get $boxes (local.get $boxes) (i32.add (local.get $at) (i32.const 29))) (i32.const 41)))
  (func $arrays (param $size i32)
    (call $array (array.new_default $boxes (local.get $size)) (i32.const 0))
    (call $array (array.new_default $boxes (local.get $size)) (i32.sub (local.get $size) (i32.const 30))))
  (func $structures (local $pair (ref $pair)) (local $exns (ref $exns))
    (local.set $pair (struct.new_default $pair))
    (local.set $exns (array.new_default $exns (i32.const 100)))
    (call $age (i32.const 20))
    (struct.set $pair $box (local.get $pair) (call $box (i32.const 50)))
    (call $age (i32.const 20))
    (call $expect (struct.get $pair $box (local.get $pair)) (i32.const 50))
    (struct.set $pair $any (local.get $pair) (extern.convert_any (call $box (i32.const 51))))
    (call $age (i32.const 20))
    (call $expect (ref.cast (ref $box) (any.convert_extern (struct.get $pair $any (local.get $pair)))) (i32.const 51))
    (struct.set $pair $exn (local.get $pair) (call $caught (i32.const 52)))
    (array.set $exns (local.get $exns) (i32.const 7) (call $caught (i32.const 53)))
    (array.fill $exns (local.get $exns) (i32.const 60) (call $caught (i32.const 54)) (i32.const 40))
    (call $age (i32.const 20))
    (call $expect (call $thrown (struct.get $pair $exn (local.get $pair))) (i32.const 52))
    (call $expect (call $thrown (array.get $exns (local.get $exns) (i32.const 7))) (i32.const 53))
    (call $expect (call $thrown (array.get $exns (local.get $exns) (i32.const 99))) (i32.const 54)))
  (func $segment (local $boxes (ref $boxes))
    (local.set $boxes (array.new_default $boxes (i32.const 40)))
    (call $age (i32.const 20))
    (array.init_elem $boxes $made (local.get $boxes) (i32.const 30) (i32.const 0) (i32.const 2))
    (elem.drop $made)
    (call $age (i32.const 20))
    (call $expect (array.get $boxes (local.get $boxes) (i32.const 30)) (i32.const 70))
    (call $expect (array.get $boxes (local.get $boxes) (i32.const 31)) (i32.const 71)))
  (func (export "_start")
    (call $arrays (i32.const 31)) (call $arrays (i32.const 400)) (call $arrays (i32.const 6000))
    (call $structures) (call $segment)))`

/** What is in registers while objects are made, at each of which a collection may be. */
export const REGISTERS = `(module ${EXIT}
  (type $box (sub (struct (field $n i32) (field $f f64))))
  (type $bytes (array (mut i8)))
  (global $sum (mut f64) (f64.const 0))
  (func $f (param $a i32) (param $b i64) (param $c f32) (param $d f64) (result f64) (local $box (ref $box))
    (f64.add
      (f64.add (f64.convert_i32_s (i32.mul (local.get $a) (i32.const 3))) (f64.convert_i64_s (i64.mul (local.get $b) (i64.const 5))))
      (f64.add
        (f64.add (f64.promote_f32 (f32.mul (local.get $c) (f32.const 0.5))) (f64.mul (local.get $d) (f64.const 0.25)))
        (f64.add
          (f64.convert_i32_u (array.len (array.new_default $bytes (i32.add (local.get $a) (i32.const 7)))))
          (f64.add
            (struct.get $box $f (local.tee $box (struct.new $box (local.get $a) (f64.add (local.get $d) (f64.const 1)))))
            (f64.convert_i32_s (struct.get $box $n (local.get $box))))))))
  (func (export "_start") (local $i i32)
    (loop $again
      (global.set $sum (f64.add (global.get $sum)
        (call $f (local.get $i) (i64.extend_i32_s (local.get $i)) (f32.convert_i32_s (local.get $i)) (f64.convert_i32_s (local.get $i)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
    (if (f64.ne (global.get $sum) (f64.const 23504250)) (then (call $exit (i32.const 1))))))`

/** One of several values has a type that says more than that of all. */
const MIXED = `(module ${EXIT}
  (type $int (sub (struct (field i32))))
  (func $expect (param $got i32) (param $wanted i32) (param $code i32)
    (if (i32.ne (local.get $got) (local.get $wanted)) (then (call $exit (local.get $code)))))
  (func $anything (param $first i32) (result i32)
    (ref.test (ref $int)
      (select (result anyref) (struct.new $int (i32.const 1)) (ref.i31 (i32.const 1)) (local.get $first))))
  (func $nullable (param $first i32) (result i32)
    (ref.test (ref $int)
      (select (result (ref null $int)) (struct.new $int (i32.const 1)) (ref.null $int) (local.get $first))))
  (func $around (result i32) (local $turn i32) (local $sum i32)
    (struct.new $int (i32.const 1))
    (loop $again (param anyref)
      (local.set $sum (i32.add (ref.test (ref $int)) (i32.shl (local.get $sum) (i32.const 1))))
      (local.set $turn (i32.add (local.get $turn) (i32.const 1)))
      (drop (br_if $again (ref.i31 (i32.const 7)) (i32.eq (local.get $turn) (i32.const 1))))
      (drop (br_if $again (ref.null any) (i32.eq (local.get $turn) (i32.const 2)))))
    (local.get $sum))
  (func (export "_start")
    (call $expect (call $anything (i32.const 1)) (i32.const 1) (i32.const 1))
    (call $expect (call $anything (i32.const 0)) (i32.const 0) (i32.const 2))
    (call $expect (call $nullable (i32.const 1)) (i32.const 1) (i32.const 3))
    (call $expect (call $nullable (i32.const 0)) (i32.const 0) (i32.const 4))
    (call $expect (call $around) (i32.const 4) (i32.const 5))))`

const CHAIN = Array.from({ length: 12 }, (_, i) => `(type $t${i} (sub ${i ? `$t${i - 1}` : ''} (struct (field i32))))`)

/** Types below more of them than every type has room for. */
export const DEEP = `(module ${EXIT} ${CHAIN.join(' ')}
  (func $is (param $any anyref) (param $wanted i32) (param $code i32)
    (local $got i32)
    (local.set $got (i32.add
      (ref.test (ref $t3) (local.get $any))
      (i32.add
        (i32.shl (ref.test (ref $t9) (local.get $any)) (i32.const 1))
        (i32.add
          (i32.shl (ref.test (ref null $t11) (local.get $any)) (i32.const 2))
          (i32.shl
            (block $cast (result i32)
              (block $no (result anyref)
                (drop (br_on_cast_fail $no anyref (ref $t10) (local.get $any)))
                (br $cast (i32.const 1)))
              (drop) (i32.const 0))
            (i32.const 3))))))
    (if (i32.ne (local.get $got) (local.get $wanted)) (then (call $exit (local.get $code)))))
  (func (export "_start")
    (call $is (struct.new $t2 (i32.const 1)) (i32.const 0) (i32.const 1))
    (call $is (struct.new $t3 (i32.const 1)) (i32.const 1) (i32.const 2))
    (call $is (struct.new $t8 (i32.const 1)) (i32.const 1) (i32.const 3))
    (call $is (struct.new $t9 (i32.const 1)) (i32.const 3) (i32.const 4))
    (call $is (struct.new $t10 (i32.const 1)) (i32.const 11) (i32.const 5))
    (call $is (struct.new $t11 (i32.const 1)) (i32.const 15) (i32.const 6))
    (call $is (ref.i31 (i32.const 3)) (i32.const 0) (i32.const 7))
    (call $is (ref.null any) (i32.const 4) (i32.const 8))))`

/** Keeps all that it makes: some 40 MB at the end. */
const HOARDER = `(module ${EXIT}
  (type $node (struct (field (ref null $node)) (field i64)))
  (global $all (mut (ref null $node)) (ref.null $node))
  (func $hoard (param $n i32)
    (loop $again
      (global.set $all (struct.new $node (global.get $all) (i64.const 1)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "_start") (call $hoard (i32.const 1600000))))`

/** Arrays of a quarter of a megabyte, of which none is kept. */
const SPENDER = `(module ${EXIT}
  (type $bytes (array (mut i8)))
  (func $spend (param $n i32)
    (loop $again
      (drop (array.new_default $bytes (i32.const 0x40000)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "_start") (call $spend (i32.const 2000))))`

/** The heap is too small before any function runs. */
const EARLY = `(module ${EXIT}
  (type $bytes (array (mut i8)))
  (global $bytes (ref $bytes) (array.new_default $bytes (i32.const 0x200000)))
  (func $f)
  (func (export "_start") (call $f)))`

const LIBRARY = `(module
  (rec (type $shape (sub (struct (field $area f64)))) (type $round (sub $shape (struct (field f64) (field $radius f32)))))
  (type $measure (sub (func (param (ref $shape)) (result f64))))
  (type $precise (sub final $measure (func (param (ref null $shape)) (result f64))))
  (table (export "measures") 2 funcref)
  (elem (i32.const 0) $plain $exact)
  (global (export "last") (mut (ref null $shape)) (ref.null $shape))
  (func $plain (type $measure) (struct.get $shape $area (local.get 0)))
  (func $exact (type $precise) (f64.neg (struct.get $shape $area (local.get 0))))
  (func (export "round") (param f32) (result (ref $round))
    (struct.new $round (f64.promote_f32 (f32.mul (local.get 0) (local.get 0))) (local.get 0))))`

/** Types of two modules are one where they are the same, in casts and in calls through a table. */
const PROGRAM = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (rec (type $shape (sub (struct (field $area f64)))) (type $round (sub $shape (struct (field f64) (field $radius f32)))))
  (rec (type $other (sub (struct (field f64)))))
  (type $measure (sub (func (param (ref $shape)) (result f64))))
  (type $made (func (param f32) (result (ref $round))))
  (import "library" "round" (func $round (type $made)))
  (import "library" "measures" (table $measures 2 funcref))
  (import "library" "last" (global $last (mut (ref null $shape))))
  (memory (export "memory") 1)
  (func $check (param i32) (param $code i32) (if (i32.eqz (local.get 0)) (then (call $exit (local.get $code)))))
  (func (export "_start") (local $any anyref)
    (global.set $last (call $round (f32.const 3)))
    (local.set $any (global.get $last))
    (call $check (f32.eq (struct.get $round $radius (ref.cast (ref $round) (local.get $any))) (f32.const 3)) (i32.const 1))
    (call $check (i32.eqz (ref.test (ref $other) (local.get $any))) (i32.const 2))
    (call $check (f64.eq (call_indirect $measures (type $measure) (ref.as_non_null (global.get $last)) (i32.const 0)) (f64.const 9)) (i32.const 3))
    (call $check (f64.eq (call_indirect $measures (type $measure) (ref.as_non_null (global.get $last)) (i32.const 1)) (f64.const -9)) (i32.const 4))
    (drop (call_indirect $measures (type $made) (f32.const 0) (i32.const 0)))))`

const TRAPS: [what: string, code: string][] = [
  ['out of memory', '(drop (array.new_default $a (i32.const -1)))'],
  ['null structure reference', '(drop (struct.get $s 0 (ref.null $s)))'],
  ['null array reference', '(drop (array.len (ref.null $a)))'],
  ['null i31 reference', '(drop (i31.get_s (ref.null i31)))'],
  ['out of bounds array access', '(drop (array.get $a (array.new_default $a (i32.const 3)) (i32.const 3)))'],
  ['cast failure', '(drop (ref.cast (ref $s) (array.new_default $a (i32.const 3))))'],
]

/** Defines the tests of one target. */
export function describeObjectPrograms(target: string, levels: readonly (1 | 2)[] = levelsOf(target)): void {
  const missing = canRun(target)
  const skipped = missing ? ` (skipped: needs ${missing})` : ''
  describe.each(levels)(`programs with objects on ${target}, optimize %i${skipped}`, (optimize) => {
    const build = async (text: string, options = {}): Promise<string> =>
      executableFrom(await assemble(text), target, { file: 'objects.wasm', optimize, ...options })

    test.skipIf(missing !== undefined).each([
      ['what is kept stays, wherever it is', KEEPERS],
      ['long lists and rings', LISTS],
      ['blocks of references', NUMBERS],
      ['what is stored in objects that are no longer new', CHANGES],
      ['registers while objects are made', REGISTERS],
      ['deep types', DEEP],
      ['values of several types', MIXED],
    ])('%s', async (_, text) => {
      expect(await runExecutable(target, await build(text))).toMatchObject({ code: 0, stdout: '', stderr: '' })
    })
    test.skipIf(missing !== undefined)('types of linked modules are one', async () => {
      const modules = [{ name: 'library', bytes: await assemble(LIBRARY) }]
      const { code, stderr } = await runExecutable(target, await build(PROGRAM, { modules }))
      expect({ code, stderr }).toMatchObject({
        code: 134,
        stderr: expect.stringContaining('indirect call type mismatch'),
      })
    })
    test.skipIf(missing !== undefined)('the heap is as large as heapMax says', async () => {
      const run = async (text: string, heapMax: number | string) =>
        runExecutable(target, await build(text, { heapMax }))
      const ended = { code: 0, stdout: '', stderr: '' }
      expect(await run(HOARDER, '64M')).toMatchObject(ended)
      expect(await run(SPENDER, '1M')).toMatchObject(ended)
      expect(await run(HOARDER, 32 << 20)).toMatchObject({
        code: 134,
        stderr: expect.stringContaining('wasm trap: out of memory\n  in $hoard (objects.wasm+0x'),
      })
      expect(await run(EARLY, '1M')).toMatchObject({
        code: 134,
        stderr: expect.stringMatching(/^wasm trap: out of memory\n( {2}in objects\.wasm\n)?$/),
      })
    })
    test.skipIf(missing !== undefined).each(TRAPS)('trap: %s', async (what, code) => {
      const text = `(module ${EXIT} (type $s (struct (field i32))) (type $a (array (mut i64))) (func $f ${code}) (func (export "_start") (call $f)))`
      const result = await runExecutable(target, await build(text))
      const place = '\n  in $f (objects.wasm+0x'
      expect(result).toMatchObject({ code: 134, stderr: expect.stringContaining(`wasm trap: ${what}${place}`) })
    })
  })
}
