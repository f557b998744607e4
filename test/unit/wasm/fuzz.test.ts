/** Whatever the bytes are, the answer is a module or a CompileError, soon, in little memory. */
import { expect, test } from 'vitest'
import { CompileError } from '../../../compiler/errors.ts'
import { KNOWN } from '../../../compiler/wasm/features.ts'
import { assemble } from '../../../compiler/wat.ts'
import { HEADER, load } from './bytes.ts'

const SAMPLE = `(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (type $binary (func (param i32 i32) (result i32)))
  (table 2 10 funcref) (memory (export "memory") 1 2) (global $g (mut i64) (i64.const -1))
  (elem (i32.const 0) $add) (elem declare func $add) (data (i32.const 8) "hello") (data $passive "bytes")
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func (export "_start") (local i32 f64 i64) (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 2))
    (block $out (loop $again (br_table $out $again (call_indirect (type $binary) (i32.const 1) (i32.const 2) (i32.const 0)))))
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.load8_u offset=300 (i32.const 1))) (else (i32.const -7)))
    (call $exit) (global.set $g (i64.extend_i32_u (i32.const 3)))
    (drop (v128.const i32x4 1 2 3 4)) (drop (select (result funcref) (ref.func $add) (ref.null func) (i32.const 0)))))`

/** A linear congruential generator: the same bytes in every run. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Bytes that mean much: prefixes, the ends of LEB128 ranges, types. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfc, 0xfd, 0xfe, 0x40, 0x60, 0x0b]

/** The bytes in hex, with what they did, if it was neither a module nor a CompileError. */
function crash(bytes: Uint8Array): string | undefined {
  try {
    load(bytes, { features: KNOWN })
  } catch (error) {
    if (!(error instanceof CompileError)) return `${Buffer.from(bytes).toString('hex')}: ${String(error)}`
  }
  return undefined
}

function crashes(candidates: Iterable<Uint8Array>): string[] {
  const found: string[] = []
  for (const bytes of candidates) {
    const text = crash(bytes)
    if (text !== undefined) found.push(text)
  }
  return found
}

test('a module cut off at any byte', async () => {
  const sample = await assemble(SAMPLE)
  expect(crashes(Array.from(sample, (_, size) => sample.subarray(0, size)))).toEqual([])
})

test('a module with any one byte replaced', async () => {
  const sample = await assemble(SAMPLE)
  const replaced = Array.from(sample, (_, at) => TELLING.map((byte) => sample.with(at, byte)))
  expect(crashes(replaced.flat())).toEqual([])
})

function* changed(sample: Uint8Array, count: number): Generator<Uint8Array> {
  const below = random(1)
  for (let run = 0; run < count; run++) {
    const bytes = sample.slice()
    for (let change = below(6); change >= 0; change--) {
      const at = HEADER.length + below(bytes.length - HEADER.length)
      bytes[at] = below(2) ? below(256) : TELLING[below(TELLING.length)]
    }
    yield bytes
  }
}

function* arbitrary(count: number): Generator<Uint8Array> {
  const below = random(2)
  for (let run = 0; run < count; run++) {
    const contents = Array.from({ length: below(60) }, () => below(below(2) ? 16 : 256))
    yield Uint8Array.from([...HEADER, ...contents])
  }
}

test('random changes', async () => expect(crashes(changed(await assemble(SAMPLE), 10_000))).toEqual([]))

test('random bytes', () => expect(crashes(arbitrary(5_000))).toEqual([]))

test('lengths that promise much take no memory', () => {
  const before = process.memoryUsage().rss
  const huge = [0xff, 0xff, 0xff, 0xff, 0x0f]
  const sections = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13].map((id) => Uint8Array.from([...HEADER, id, 6, ...huge, 0]))
  expect(crashes(sections)).toEqual([])
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6)
})
