/** Sums, differences and products of 128 bits, against what JavaScript makes of the same numbers. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../compiler/targets.ts'
import { runScript } from '../spec/script.ts'
import { canRun } from '../support/run-target.ts'

const VALUES = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x123456789abcdef0n, -0x76543210fedcba98n]
const OPERATIONS = { add128: 4, sub128: 4, mul_wide_s: 2, mul_wide_u: 2 }
type Name = keyof typeof OPERATIONS

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value)
const join128 = (low: bigint, high: bigint): bigint => (high << 64n) | unsigned(low)

function expected(name: Name, [a, b, c = 0n, d = 0n]: bigint[]): bigint {
  if (name === 'add128') return join128(a, b) + join128(c, d)
  if (name === 'sub128') return join128(a, b) - join128(c, d)
  return name === 'mul_wide_s' ? a * b : unsigned(a) * unsigned(b)
}

/** All pairs of values; of four operands, of which each takes every place. */
function operandsOf(name: Name): bigint[][] {
  return VALUES.flatMap((a, i) =>
    VALUES.map((b, k) => {
      const [c, d] = [VALUES[(i + 3 * k + 1) % VALUES.length], VALUES[(3 * i + k + 2) % VALUES.length]]
      return OPERATIONS[name] === 2 ? [a, b] : [a, b, c, d]
    }),
  )
}

const names = Object.keys(OPERATIONS) as Name[]
const constants = (values: readonly bigint[]): string => values.map((value) => `(i64.const ${value})`).join(' ')

/** From parameters, from constants, and with halves in locals that are read again. */
const functions = names.map((name) => {
  const count = OPERATIONS[name]
  const params = `(param ${'i64 '.repeat(count)})`
  const gets = Array.from({ length: count }, (_, i) => `(local.get ${i})`).join(' ')
  const constant = Array.from({ length: count - 1 }, (_, i) => `(i64.const ${[-1, 0, 5][i]})`).join(' ')
  return `
    (func (export "${name}") ${params} (result i64 i64) (i64.${name} ${gets}))
    (func (export "${name} of constants") (param i64) (result i64 i64) (i64.${name} (local.get 0) ${constant}))
    (func (export "${name} kept") ${params} (result i64 i64 i64) (local $low i64) (local $high i64)
      (i64.${name} ${gets}) (local.set $high) (local.set $low)
      (i64.${name} ${'(local.get $low) (local.get $high) '.repeat(count / 2)}) (local.get 0))
    (func (export "${name} upper") ${params} (result i64) (local $high i64)
      (i64.${name} ${gets}) (local.set $high) (drop) (local.get $high))`
})

const assertions = names.flatMap((name) =>
  operandsOf(name).flatMap((operands) => {
    const halves = (value: bigint): bigint[] => [BigInt.asIntN(64, value), BigInt.asIntN(64, value >> 64n)]
    const known = halves(expected(name, operands))
    const again = OPERATIONS[name] === 2 ? known : [...known, ...known]
    const assert = (suffix: string, args: bigint[], results: bigint[]): string =>
      `(assert_return (invoke "${name}${suffix}" ${constants(args)}) ${constants(results)})`
    const rest = [-1n, 0n, 5n].slice(0, operands.length - 1)
    return [
      assert('', operands, known),
      assert(' of constants', [operands[0]], halves(expected(name, [operands[0], ...rest]))),
      assert(' kept', operands, [...halves(expected(name, again)), operands[0]]),
      assert(' upper', operands, [known[1]]),
    ]
  }),
)

describe.each(['linux-x64', 'linux-arm64'])('wide arithmetic on %s', (target) => {
  const missing = canRun(target)
  const skipped = missing ? ` (skipped: needs ${missing})` : ''
  test.skipIf(missing !== undefined).each([
    ['machine', 1],
    ['c', 0],
    ['c', 2],
  ] as const)(`%s, optimize %i${skipped}`, async (generator, optimize) => {
    const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-wide-'))
    writeFileSync(join(dir, 'wide.wast'), `(module ${functions.join('')})\n${assertions.join('\n')}`)
    const { passed, failed } = await runScript(dir, 'wide.wast', findTarget(target)!, optimize, 1, generator)
    expect({ passed, failed }).toEqual({ passed: assertions.length, failed: [] })
  })
})
