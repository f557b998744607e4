/** Numbers of an array that become shorter, longer or the same, two at a time where a compiler finds vectors for that. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { assemble } from '../../compiler/wat.ts'
import { runScript } from '../spec/script.ts'
import { canRun } from '../support/run-target.ts'
import { runWithCompiler, SYSTEM_COMPILERS } from '../support/with-compiler.ts'
import { which } from '../support/tools.ts'

const COUNT = 7
/** Elements of the array at 0: signalling NaNs at even places. The one at 256 has as many results. */
const floats = Array.from({ length: COUNT }, (_, i) => (i % 2 === 0 ? 'nan:0x200001' : String(i + 0.5)))
const doubles = Array.from({ length: COUNT }, (_, i) => (i % 2 === 0 ? 'nan:0x4000020000001' : String(i + 0.5)))

const at = (base: number, shift: number): string =>
  `(i32.add (i32.const ${base}) (i32.shl (local.get $i) (i32.const ${shift})))`
const loop = (name: string, body: string): string => `
  (func (export "${name}") (param $i i32)
    (loop $next ${body}
      (br_if $next (i32.ne (i32.const ${COUNT}) (local.tee $i (i32.add (local.get $i) (i32.const 1)))))))`

const LOOPS = {
  demote: ['f64', 'f32', `(f32.store ${at(256, 2)} (f32.demote_f64 (f64.load ${at(0, 3)})))`],
  'demote a promotion': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32.demote_f64 (f64.promote_f32 (f32.load ${at(0, 2)}))))`,
  ],
  'promote a product': [
    'f32',
    'f64',
    `(f64.store ${at(256, 3)} (f64.promote_f32 (f32.mul (f32.load ${at(0, 2)}) (f32.const 1))))`,
  ],
  'multiply by one': ['f32', 'f32', `(f32.store ${at(256, 2)} (f32.mul (f32.load ${at(0, 2)}) (f32.const 1)))`],
  'multiply long ones by one': [
    'f64',
    'f64',
    `(f64.store ${at(256, 3)} (f64.mul (f64.load ${at(0, 3)}) (f64.const 1)))`,
  ],
  'multiply by a vector of ones': [
    'f64',
    'f64',
    `(f64.store ${at(256, 3)} (f64x2.extract_lane 1
      (f64x2.mul (f64x2.splat (f64.const 1)) (f64x2.splat (f64.load ${at(0, 3)})))))`,
  ],
  'the greater one of each and 0': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32.max (f32.load ${at(0, 2)}) (f32.const 0)))`,
  ],
  'the greater one of -0 and each': [
    'f64',
    'f64',
    `(f64.store ${at(256, 3)} (f64.max (f64.const -0) (f64.load ${at(0, 3)})))`,
  ],
  'the greater one of each and -0, in vectors': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32x4.extract_lane 1
      (f32x4.max (f32x4.splat (f32.load ${at(0, 2)})) (f32x4.splat (f32.const -0)))))`,
  ],
  'demote a promotion, in vectors': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32x4.extract_lane 1
      (f32x4.demote_f64x2_zero (f64x2.promote_low_f32x4 (f32x4.splat (f32.load ${at(0, 2)}))))))`,
  ],
  'demote a promotion in a vector': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32.demote_f64 (f64x2.extract_lane 1
      (f64x2.promote_low_f32x4 (f32x4.splat (f32.load ${at(0, 2)}))))))`,
  ],
  'demote a promotion as a vector': [
    'f32',
    'f32',
    `(f32.store ${at(256, 2)} (f32x4.extract_lane 0
      (f32x4.demote_f64x2_zero (f64x2.splat (f64.promote_f32 (f32.load ${at(0, 2)}))))))`,
  ],
} as const

/** Without vectors of the module's own, which clang before 15 does not compile. */
const functions = Object.entries(LOOPS).flatMap(([name, [, , body]]) => (/f\d\dx\d/.test(body) ? [] : loop(name, body)))

const script = Object.entries(LOOPS).flatMap(([name, [from, to, body]]) => [
  `(module (memory (data ${(from === 'f32' ? floats : doubles).map((value) => `(${from} ${value})`).join(' ')}))`,
  `  ${loop(name, body)}`,
  `  (func (export "result") (param $i i32) (result ${to}) (${to}.load ${at(256, to === 'f32' ? 2 : 3)})))`,
  `(assert_return (invoke "${name}" (i32.const 0)))`,
  ...floats.map(
    (_, i) =>
      `(assert_return (invoke "result" (i32.const ${i})) (${to}.const ${i % 2 === 0 ? 'nan:arithmetic' : i + 0.5}))`,
  ),
])

describe.each(['linux-x64', 'linux-arm64', 'linux-riscv64', 'win32-x64'])(
  'signalling NaNs of an array on %s',
  (target) => {
    const missing = canRun(target)
    const skipped = missing ? ` (skipped: needs ${missing})` : ''
    const generators = [['c', 1], ['c', 2], ...(target === 'linux-riscv64' ? [] : [['machine', 1]])] as [
      'c' | 'machine',
      1 | 2,
    ][]
    test.skipIf(missing !== undefined).each(generators)(
      `become quiet: %s, optimize %i${skipped}`,
      async (generator, optimize) => {
        const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-quiet-'))
        writeFileSync(join(dir, 'quiet.wast'), script.join('\n'))
        const { passed, failed } = await runScript(dir, 'quiet.wast', findTarget(target)!, optimize, 1, generator)
        expect({ passed, failed }).toEqual({ passed: Object.keys(LOOPS).length * (COUNT + 1), failed: [] })
      },
    )
  },
)

test.each(SYSTEM_COMPILERS)('%s compiles them', async (compiler) => {
  if (which(compiler) === undefined) return void console.warn(`skipped: needs ${compiler}`)
  const bytes = await assemble(`(module (memory 1) ${functions.join('')} (func (export "_start")))`)
  expect(await runWithCompiler(compiler, bytes)).toMatchObject({ code: 0, stderr: '' })
})
