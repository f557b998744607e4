/**
 * Modules that are large in how their parts refer to each other: who calls whom, what leads where, which type is below which.
 * Each is text for a size.
 */
import { assembleText } from '../../compiler/text/assemble.ts'
import type { Bomb } from './bombs.ts'

interface Graph {
  kind: string
  text: (size: number) => string
  /** The largest size that the limits allow. */
  most?: number
  weight?: number
}

const times = (count: number, write: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => write(i)).join('\n')
const START = '(func (export "_start"))'
/** Distinct lists of types: the digits of a number in base 4. */
const listed = (number: number): string[] =>
  Array.from(number.toString(4), (digit) => ['i32', 'i64', 'f32', 'f64'][Number(digit)])
const zeros = (number: number): string =>
  listed(number)
    .map((type) => `${type}.const 0`)
    .join(' ')
/** Functions of as many types in a table, each of which calls the next by `call`. */
const tabled = (n: number, call: string): string =>
  `${times(n, (i) => `(type $t${i} (func (param ${listed(i).join(' ')})))`)} (table ${n} funcref) ${START}
   (elem (i32.const 0) ${times(n, (i) => `$f${i}`)}) ${times(n, (i) => {
     const next = (i + 1) % n
     return `(func $f${i} (type $t${i}) ${zeros(next)} (i32.const ${next}) (${call} (type $t${next})))`
   })}`
const nested = (size: number, open: string, inside: string, after: (i: number) => string): string =>
  `${`${open} `.repeat(size)} ${inside} ${times(size, (i) => `${after(i)} end`)}`

const graphs: Graph[] = [
  {
    kind: 'functions that each call the one before',
    text: (n) => `${START} (func $f0) ${times(n, (i) => `(func $f${i + 1} (call $f${i}))`)}`,
  },
  {
    kind: 'functions that each call the next and load',
    text: (n) =>
      `(memory 1) ${START} ${times(n, (i) => `(func $f${i} (param i32) (result i32) (i32.load (call $f${i + 1} (local.get 0))))`)} (func $f${n} (param i32) (result i32) (local.get 0))`,
  },
  {
    kind: 'functions that each call the next, of which the last one loads',
    text: (n) =>
      `(memory 1) ${START} ${times(n, (i) => `(func $f${i} (result i32) (call $f${i + 1}))`)} (func $f${n} (result i32) (i32.load (i32.const 0)))`,
  },
  {
    kind: 'functions in a circle',
    text: (n) => `${START} ${times(n, (i) => `(func $f${i} (result i32) (call $f${(i + 1) % n}))`)}`,
  },
  {
    kind: 'functions that all call one',
    text: (n) =>
      `(memory 1) ${START} (func $one (result i32) (i32.load (i32.const 0))) ${times(n, () => '(func (result i32) (call $one))')}`,
  },
  {
    kind: 'one function that calls all',
    text: (n) =>
      `(memory 1) (func (export "_start") ${times(n, (i) => `(call $f${i})`)}) ${times(n, (i) => `(func $f${i} (drop (i32.load (i32.const ${i}))))`)}`,
  },
  {
    kind: 'layers of functions that each call all of the next',
    text: (n) =>
      `(memory 1) ${START} ${times(n, (i) => `(func $f${i} ${times(10, (k) => `(call $f${(Math.floor(i / 10) + 1) * 10 + k})`)})`)} ${times(20, (i) => `(func $f${n + i} (drop (i32.load (i32.const 0))))`)}`,
  },
  {
    kind: 'functions that each call themselves',
    text: (n) =>
      `${START} ${times(n, (i) => `(func $f${i} (param i32) (result i32) (if (result i32) (local.get 0) (then (call $f${i} (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))`)}`,
  },
  {
    kind: 'functions that each handle what the next throws',
    text: (n) =>
      `(tag $e) ${START} ${times(n, (i) => `(func $f${i} (block $h (try_table (catch $e $h) (call $f${i + 1}))))`)} (func $f${n} (throw $e))`,
  },
  {
    kind: 'functions that each pass on what the next throws',
    text: (n) =>
      `(tag $e) ${START} ${times(n, (i) => `(func $f${i} (call $f${i + 1}) (nop) (call $f${i + 1}))`)} (func $f${n} (throw $e))`,
  },
  {
    kind: 'tail calls that each lead to the next',
    text: (n) => `${START} ${times(n, (i) => `(func $f${i} (return_call $f${i + 1}))`)} (func $f${n})`,
  },
  {
    kind: 'tail calls in a circle',
    text: (n) =>
      `${START} ${times(n, (i) => `(func $f${i} (param i32) (return_call $f${(i + 1) % n} (local.get 0)))`)}`,
  },
  {
    kind: 'tail calls in a circle of two types',
    text: (n) =>
      `${START} ${times(n, (i) => `(func $f${2 * i} (return_call $f${2 * i + 1} (i64.const 1) (i32.const 2))) (func $f${2 * i + 1} (param i64 i32) (return_call $f${(2 * i + 2) % (2 * n)}))`)}`,
  },
  {
    kind: 'tail calls in pairs',
    text: (n) =>
      `${START} ${times(n, (i) => `(func $f${2 * i} (return_call $f${2 * i + 1})) (func $f${2 * i + 1} (return_call $f${2 * i}))`)}`,
  },
  {
    kind: 'tail calls in pairs of two types',
    text: (n) =>
      `${START} ${times(n, (i) => `(func $f${2 * i} (return_call $f${2 * i + 1} (i32.const 1))) (func $f${2 * i + 1} (param i32) (return_call $f${2 * i}))`)}`,
  },
  {
    kind: 'tail calls through a table, of many types',
    text: (n) => tabled(n, 'return_call_indirect'),
  },
  {
    kind: 'calls through a table, of many types',
    text: (n) => tabled(n, 'call_indirect'),
  },
  {
    kind: 'calls of a function through many tables',
    most: 1000,
    text: (n) =>
      `${times(n, (i) => `(table $t${i} 3 funcref) (elem (table $t${i}) (i32.const 0) func $f $f)`)} (func $f) (func (export "_start") ${times(n, (i) => `(call_indirect $t${i} (i32.const 1))`)})`,
  },
  {
    kind: 'references to functions in globals',
    text: (n) =>
      `(type $t (func)) ${times(n, (i) => `(global $g${i} (mut (ref null $t)) (ref.func $f${i}))`)} ${times(n, (i) => `(func $f${i})`)} (func (export "_start") ${times(n, (i) => `(call_ref $t (global.get $g${i}))`)})`,
  },
  {
    kind: 'names of functions and exports',
    text: (n) => `${START} ${times(n, (i) => `(func $name${i} (export "e${i}") (export "x${i}") (export "y${i}"))`)}`,
  },
  {
    kind: 'exports of tables, memories and tags',
    most: 90,
    text: (n) =>
      `${START} ${times(n, (i) => `(memory (export "m${i}") 0) (table (export "t${i}") 0 funcref) (tag (export "e${i}")) (global (export "g${i}") i32 (i32.const ${i}))`)}`,
  },
  {
    kind: 'many names of one memory, table, tag and global',
    text: (n) =>
      `${START} (memory $m 1) (table $t 1 funcref) (tag $e) (global $g (mut i32) (i32.const 0)) ${times(n, (i) => `(export "m${i}" (memory $m)) (export "t${i}" (table $t)) (export "e${i}" (tag $e)) (export "g${i}" (global $g))`)}`,
  },
  {
    kind: 'imports of another module',
    text: (n) =>
      `${times(n, (i) => `(import "lib" "f${i}" (func $f${i} (param i32)))`)} ${times(n, (i) => `(import "lib" "g${i}" (global $g${i} (mut i32)))`)} (func (export "_start") ${times(n, (i) => `(call $f${i} (global.get $g${i}))`)})`,
  },
  {
    kind: 'imports that are exported again',
    text: (n) =>
      `${times(n, (i) => `(import "lib" "f${i}" (func $f${i} (param i32)))`)} ${START} ${times(n, (i) => `(export "x${i}" (func $f${i}))`)}`,
  },
  {
    kind: 'calls that may throw, in blocks',
    text: (n) =>
      `(tag $e) (func $f (throw $e)) (func (export "_start") ${nested(n, 'block', '', () => '(call $f) (nop) (call $f)')})`,
  },
  {
    kind: 'calls that may throw and a return, in blocks',
    text: (n) =>
      `(tag $e) (func $f (throw $e)) (func (export "_start") ${nested(n, 'block', '', () => 'block (br_if 0 (i32.const 0)) (call $f) return end')})`,
  },
  {
    kind: 'handlers in handlers that throw',
    text: (n) =>
      `(tag $e) (func $f (throw $e)) (func (export "_start") ${nested(n, 'block (try_table (catch $e 0)', '(call $f)', () => ') (call $f)').replaceAll(/\) \(call \$f\) end/g, ') (call $f) end')})`,
  },
  {
    kind: 'older handlers in handlers',
    text: (n) =>
      `(tag $e) (func $f (throw $e)) (func (export "_start") ${nested(n, 'try', '(call $f)', (i) => (i % 2 ? 'catch $e (call $f)' : 'catch_all (call $f)'))})`,
  },
  {
    kind: 'older handlers that delegate',
    text: (n) =>
      `(tag $e) (func $f (throw $e)) (func (export "_start") ${'try '.repeat(n)} (call $f) ${times(n, (i) => `(call $f) delegate ${Math.min(n - i - 1, i)}`)})`,
  },
  {
    kind: 'exceptions of many tags',
    text: (n) =>
      `${times(n, (i) => `(tag $e${i})`)} (func $f ${times(n, (i) => `(if (i32.const 0) (then (throw $e${i})))`)}) (func (export "_start") (block $h (try_table ${times(n, (i) => `(catch $e${i} $h)`)} (call $f))))`,
  },
  {
    // As of `ifs in else branches`.
    kind: 'branches far out of blocks',
    weight: 1 / 8,
    text: (n) =>
      `(func (export "_start") ${'block '.repeat(n)} ${times(n, (i) => `(br_if ${n - 1 - (i % 7 === 0 ? i : 0)} (i32.const 0))`)} ${'end '.repeat(n)})`,
  },
  {
    kind: 'branches far back to loops',
    text: (n) =>
      `(func (export "_start") ${'loop '.repeat(n)} ${times(n, () => `(br_if ${n - 1} (i32.const 0))`)} ${'end '.repeat(n)})`,
  },
  {
    kind: 'branches forward and back in a loop',
    text: (n) =>
      `(func (export "_start") block loop ${times(n, () => '(br_if 1 (i32.const 0)) (br_if 0 (i32.const 0))')} end end)`,
  },
  {
    kind: 'branches over loads in loops in loops',
    text: (n) =>
      `(memory 1) (func (export "_start") (local $a i32) (local $b i32) ${'loop block '.repeat(n)} ${times(n, () => '(br_if 0 (local.get $b)) (local.set $a (i32.load (local.get $a))) (br_if 1 (local.get $a)) end end (local.set $b (local.get $a))')})`,
  },
  {
    kind: 'states of a machine',
    text: (n) =>
      `(func (export "_start") (local $s i32) (loop $l ${'block '.repeat(n + 1)} local.get $s br_table ${times(n, (i) => `${i}`)} ${n} end ${times(n, (i) => `(local.set $s (i32.const ${(i * 7) % n})) (br ${n - i}) end`)}))`,
  },
  {
    kind: 'states of a machine with large cases',
    text: (n) =>
      `(memory 1) (func (export "_start") (local $s i32) (loop $l ${'block '.repeat(n + 1)} (i32.load (local.get $s)) br_table ${times(n, (i) => `${i}`)} ${n} end ${times(n, (i) => `(local.set $s (i32.add (local.get $s) (i32.load (i32.const ${i})))) (br ${n - i}) end`)}))`,
  },
  {
    kind: 'operands that each store their loads later',
    text: (n) =>
      `(memory 1) (global $g (mut i32) (i32.const 0)) (func (export "_start") ${times(n, () => '(i32.load (i32.const 8)) (global.set $g (i32.const 1)) (i32.store (i32.const 4) (i32.load (i32.const 4)))')} ${'drop '.repeat(n)})`,
  },
  {
    kind: 'values that are chosen',
    text: (n) =>
      `(memory 1) (func (export "_start") (local i32) (i32.const 1) ${times(n, (i) => `(i32.load (i32.const ${i})) (local.tee 0 (i32.load (local.get 0))) select`)} drop)`,
  },
  {
    kind: 'writes of one global over and over',
    text: (n) =>
      `(memory 1) (global $g (mut i32) (i32.const 0)) (func (export "_start") ${times(n, (i) => `(global.set $g (i32.load (i32.const ${i})))`)})`,
  },
  {
    kind: 'writes of many globals over and over',
    text: (n) =>
      `(memory 1) ${times(n, (i) => `(global $g${i} (mut i32) (i32.const 0))`)} (func (export "_start") ${times(2 * n, (i) => `(global.set $g${i % n} (i32.load (i32.const ${i})))`)})`,
  },
  {
    kind: 'stores over stores in loops',
    text: (n) =>
      `(memory 1) (func (export "_start") (local i32) ${times(n, (i) => `(loop (i32.store (local.get 0) (i32.load (i32.const ${i}))) (i32.store (local.get 0) (i32.const 1)) (br_if 0 (i32.const 0)))`)})`,
  },
  {
    kind: 'stores over stores',
    text: (n) =>
      `(memory 1) (func (export "_start") (local i32) ${times(n, (i) => `(i32.store offset=${4 * (i % 64)} (local.get 0) (i32.load (i32.const ${i})))`)})`,
  },
  {
    kind: 'memories that each function uses',
    most: 90,
    text: (n) =>
      `${times(n, (i) => `(memory $m${i} 0)`)} ${START} ${times(n, () => `(func ${times(10, (i) => `(drop (i32.load $m${(i * 7) % n} (i32.const 0)))`)})`)}`,
  },
  {
    kind: 'segments that are dropped and copied',
    text: (n) =>
      `(memory 1) (table $t 10 funcref) (func $f) ${times(n, (i) => `(data $d${i} "abc") (elem $e${i} func $f)`)} (func (export "_start") ${times(n, (i) => `(memory.init $d${i} (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d${i}) (table.init $t $e${i} (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e${i})`)})`,
  },
  {
    kind: 'types that are each below the one before',
    text: (n) =>
      `${START} ${times(n, (i) => (i % 60 ? `(type $t${i} (sub $t${i - 1} (struct (field i32))))` : `(type $t${i} (sub (struct (field i32))))`))} (func (param anyref) ${times(n, (i) => `(drop (ref.test (ref $t${i}) (local.get 0)))`)})`,
  },
  {
    kind: 'types that are all below one',
    text: (n) =>
      `${START} (type $t (sub (struct (field i32)))) ${times(n, (i) => `(type $t${i} (sub $t (struct (field i32 ${i % 2 ? 'i32' : 'i64'}))))`)} (func (param anyref) ${times(n, (i) => `(drop (struct.get $t${i} 1 (ref.cast (ref $t${i}) (local.get 0))))`)})`,
  },
  {
    kind: 'types of one group',
    text: (n) =>
      `${START} (rec ${times(n, (i) => `(type $t${i} (sub (struct (field (ref null $t${(i * 7) % n})))))`)}) (func (result anyref) ${times(n, (i) => `(drop (struct.new $t${i} (ref.null $t${(i * 7) % n})))`)} (ref.null any))`,
  },
  {
    kind: 'casts in a row',
    text: (n) =>
      `${START} (type $t (sub (struct))) (type $u (sub $t (struct (field i32)))) (func (param anyref) ${times(n, () => '(drop (block $b (result anyref) (br_on_cast $b anyref (ref $u) (local.get 0))))')})`,
  },
  {
    kind: 'objects of objects',
    text: (n) =>
      `${START} (type $t (struct (field (ref null $t)))) (func (result anyref) (ref.null $t) ${times(n, () => 'struct.new $t')}) (global anyref (ref.null $t) ${times(n, () => 'struct.new $t')})`,
  },
  {
    kind: 'arrays of many values',
    most: 10_000,
    text: (n) =>
      `${START} (type $a (array (mut i32))) (func (result anyref) (array.new_fixed $a ${n} ${times(n, (i) => `(i32.const ${i})`)})) (global anyref (array.new_fixed $a ${n} ${times(n, (i) => `(i32.const ${i})`)}))`,
  },
  {
    kind: 'arguments of calls',
    text: (n) =>
      `${START} (func $f (param ${'i32 '.repeat(100)}) (result i32) (local.get 0)) (func ${times(n, (i) => `${times(100, (k) => `(i32.const ${i + k})`)} (drop (call $f))`)})`,
    most: 1000,
  },
  {
    kind: 'calls as arguments of calls',
    text: (n) =>
      `(memory 1) ${START} (func $f (param i32) (result i32) (i32.load (local.get 0))) (func (result i32) (i32.const 1) ${times(n, () => 'call $f')})`,
  },
  {
    kind: 'loads as addresses of loads',
    text: (n) => `(memory 1) ${START} (func (result i32) (i32.const 1) ${times(n, () => 'i32.load')})`,
  },
  {
    kind: 'vectors in a row',
    text: (n) =>
      `(memory 1) ${START} (func (result v128) (v128.load (i32.const 0)) ${times(n, (i) => `(v128.load (i32.const ${i})) i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 ${i % 32} (v128.load8_lane ${i % 16} (i32.const 4) (v128.const i32x4 1 2 3 4)) i32x4.add`)})`,
  },
]

export const GRAPHS: Bomb[] = graphs.map(({ kind, text, most, weight }) => ({
  kind,
  weight,
  limit: most,
  make: (size) => assembleText(`(module ${text(size)})`, `${kind}.wat`).bytes,
}))
