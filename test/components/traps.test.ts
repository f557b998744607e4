/** Components that do what ends them: each says why. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createExecutable, hostTarget } from '../../compiler/index.ts'
import { parseComponent } from '../support/component.ts'
import { runExecutable } from '../support/run-target.ts'

const folder = mkdtempSync(join(tmpdir(), 'component-traps-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hello = readFileSync(new URL('hello.wat', import.meta.url), 'utf8')
const target = hostTarget()!.name

/** A component whose exported `f` one beside it calls from its `run`. */
const calls = (module: string, lift: string): string => `(component
  (component $Callee
    (core module $M ${module})
    (core instance $m (instantiate $M))
    (func (export "f") ${lift}))
  (component $Caller
    (import "f" (func $f))
    (core func $f (canon lower (func $f)))
    (core module $M
      (import "" "f" (func $f))
      (func (export "run") (result i32) (call $f) (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func (export "run") (result (result)) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (instance $run (export "run" (func $caller "run")))
  (export "wasi:cli/run@0.2.0" (instance $run)))`

const THROWS = `(tag $t) (func (export "f") (throw $t))`

const CASES: [why: string, text: string][] = [
  ['unknown handle index 7', hello.replace('(call $get)', '(i32.const 7)')],
  [
    'handle index 1 used with the wrong type',
    hello
      .replace('(core module $Main', '(core func $drop (canon resource.drop $error))\n(core module $Main')
      .replace('(func (export "run")', '(import "" "drop" (func $drop (param i32)))\n(func (export "run")')
      .replace('(call $write (call $get)', '(call $drop (call $get))\n(call $write (i32.const 1)')
      .replace('(export "get" (func $get))', '(export "get" (func $get)) (export "drop" (func $drop))'),
  ],
  ['list content out-of-bounds', hello.replace('(i32.const 23)', '(i32.const 65521)')],
  ['pointer out of bounds of memory', hello.replace('(i32.const 64))', '(i32.const 65532))')],
  ['unaligned pointer', hello.replace('(i32.const 64))', '(i32.const 65))')],
  ['an exception left a component', calls(THROWS, '(canon lift (core func $m "f"))')],
  [
    'an exception left a component',
    calls(`${THROWS} (func (export "g"))`, '(canon lift (core func $m "g") (post-return (core func $m "f")))'),
  ],
  ['unreachable', calls('(func (export "f") unreachable)', '(canon lift (core func $m "f"))')],
]

describe.each([1, 2] as const)('level %i', (optimize) => {
  test.each(CASES.map(([why, text], i) => [why, i, text] as const))('%s (%i)', async (why, i, text) => {
    const outFile = join(folder, `program-${optimize}-${i}`)
    await createExecutable(await parseComponent(text), { file: 'program.wasm', target, optimize, outFile })
    const { code, stderr } = await runExecutable(target, outFile, [], {})
    expect(stderr).toMatch(new RegExp(`^wasm trap: ${why}\\n`))
    expect(code).toBe(134)
  })
})
