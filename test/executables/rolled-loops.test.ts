/** Loops that were unrolled, hand on what they load, and end in their middle: differences of neighbours. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { runScript } from '../spec/script.ts'
import { canRun } from '../support/run-target.ts'

/** Places of doubles: what differs, and where differences are added to. */
const FROM = 1000
const TO = 1480
/** One copy of the statement, so many places from the counter on. */
const copy = (place: number, last: string, own: string): string => `
  (local.set ${own} (f64.load (i32.add (local.get $i) (i32.const ${8 * (FROM + place)}))))
  (f64.store (i32.add (local.get $i) (i32.const ${8 * (TO + place)}))
    (f64.add (f64.load (i32.add (local.get $i) (i32.const ${8 * (TO + place)}))) (f64.sub (local.get ${own}) (local.get ${last}))))`
const next = '(local.set $i (i32.add (local.get $i) (i32.const 16)))'
const goesOn = (end: number): string => `(br_if 0 (i32.ne (local.get $i) (i32.const ${end * 8})))`

/** With so many differences. What is left in the locals is the result: one of them for an odd number, else their sum. */
const loops = {
  odd: (count: number) => `(loop $next (result f64)
    ${copy(0, '$a', '$b')}
    (block ${goesOn(count - 1)} (f64.store (i32.const 0) (local.get $a)) (return (local.get $b)))
    ${copy(1, '$b', '$a')} ${next} (br $next))`,
  even: (count: number) =>
    `(loop $next ${copy(0, '$a', '$b')} ${copy(1, '$b', '$a')} ${next} ${goesOn(count)})
    (f64.store (i32.const 0) (local.get $b)) (local.get $a)`,
}

/** Squares, whose differences are odd numbers; they lie over each other from the 480th on. */
function script(kind: keyof typeof loops, count: number): string {
  const memory = new Float64Array(4096)
  for (let i = 0; i < count; i++) memory[FROM + i] = (i + 1) ** 2
  const initial = Array.from(memory.subarray(FROM, FROM + count), (value) => `(f64 ${value})`)
  let [before, last] = [0, 0]
  for (let i = 0; i < count; i++) {
    before = last
    last = memory[FROM + i]
    memory[TO + i] += last - before
  }
  return `(module (memory 1) (data (i32.const ${8 * FROM}) ${initial.join(' ')})
      (func (export "run") (result f64) (local $i i32) (local $a f64) (local $b f64) ${loops[kind](count)})
      (func (export "at") (param i32) (result f64) (f64.load (i32.shl (local.get 0) (i32.const 3)))))
    (assert_return (invoke "run") (f64.const ${last}))
    (assert_return (invoke "at" (i32.const 0)) (f64.const ${before}))
    ${Array.from({ length: count + 1 }, (_, i) => `(assert_return (invoke "at" (i32.const ${TO + i})) (f64.const ${memory[TO + i]}))`).join('\n')}`
}

const scripts = [script('odd', 1), script('odd', 3), script('odd', 601), script('even', 2), script('even', 600)]

describe.each(['linux-x64', 'linux-arm64', 'win32-x64'])('differences of neighbours on %s', (target) => {
  const missing = canRun(target)
  const skipped = missing ? ` (skipped: needs ${missing})` : ''
  test.skipIf(missing !== undefined).each([
    ['c', 2],
    ['machine', 1],
  ] as const)(`are what they are: %s, optimize %i${skipped}`, async (generator, optimize) => {
    const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-rolled-'))
    writeFileSync(join(dir, 'rolled.wast'), scripts.join('\n'))
    const { passed, failed } = await runScript(dir, 'rolled.wast', findTarget(target)!, optimize, 1, generator)
    expect({ passed, failed }).toEqual({ passed: scripts.join('').split('assert_return').length - 1, failed: [] })
  })
})
