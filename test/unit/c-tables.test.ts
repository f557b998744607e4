/** How tables are represented: what a few bytes declare must not become megabytes of constants. */
import { expect, test } from 'vitest'
import { planTables } from '../../compiler/c/tables.ts'
import { assembleText } from '../../compiler/text/assemble.ts'
import { canonicalTypes } from '../../compiler/wasm/canonical-types.ts'
import { decode } from '../../compiler/wasm/decode.ts'

function plans(fields: string): { entries: number; views: number; constant: number } {
  const module = decode(assembleText(`(module ${fields})`, 'tables.wat').bytes, { name: 'tables' })
  const numbers = canonicalTypes(module.types)
  const all = planTables(module, (func) => numbers[module.funcs[func].typeIndex])
  const sum = (of: (plan: Extract<(typeof all)[number], { kind: 'constant' }>) => number): number =>
    all.reduce((total, plan) => total + (plan.kind === 'constant' ? of(plan) : 0), 0)
  return {
    constant: sum(() => 1),
    entries: sum(({ entries }) => entries.length),
    views: sum(({ entries, views }) => entries.length * views.size),
  }
}

const FUNCTIONS = '(func $a) (func $b (param i32)) (func $c (param i64)) (func $d (param f32))'

test('empty tables are constant as long as they are few', () => {
  expect(plans('(table 1024 funcref)'.repeat(8))).toMatchObject({ constant: 8, entries: 8 * 1024 })
  expect(plans('(table 1024 funcref)'.repeat(2000)).entries).toBeLessThan(100_000)
})

test('arrays for each type are made as long as they are few', () => {
  const table = (_: unknown, i: number): string =>
    `(table $t${i} 1024 funcref) (elem (table $t${i}) (i32.const 0) func $a $b $c $d)`
  const tables = (count: number): string => FUNCTIONS + Array.from({ length: count }, table).join('')
  expect(plans(tables(1))).toEqual({ constant: 1, entries: 1024, views: 4096 })
  expect(plans(tables(2000)).views).toBeLessThan(100_000)
  // Those that are full are no larger than what fills them.
  const full = (_: unknown, i: number): string => `(table $t${i} funcref (elem ${'$a '.repeat(1024)}))`
  const filled = plans(FUNCTIONS + Array.from({ length: 100 }, full).join(''))
  expect(filled).toMatchObject({ constant: 100, entries: 102_400 })
  expect(filled.views).toBeLessThan(100_000)
})
