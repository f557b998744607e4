import { expect, test } from 'vitest'
import {
  opcodeByCode,
  opcodeByName,
  opcodes,
  plainOpcodes,
  type Feature,
  type Opcode,
} from '../../../compiler/wasm/opcodes.ts'
import { F32, I32, I64, V128 } from '../../../compiler/wasm/types.ts'

test('codes are unique, and names but for those of two forms', () => {
  expect(opcodeByCode.size).toBe(opcodes.length)
  const names = opcodes.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual(['select', 'ref.test', 'ref.cast'])
})

test('each proposal brings as many instructions as its specification lists', () => {
  const counts: Partial<Record<Feature, number>> = {}
  for (const { feature } of opcodes) counts[feature] = (counts[feature] ?? 0) + 1
  expect(counts).toEqual({
    mvp: 172,
    'sign-extension': 5,
    'saturating-float-to-int': 8,
    'bulk-memory': 7,
    'reference-types': 9,
    'tail-call': 2,
    'function-references': 5,
    gc: 32,
    'exception-handling': 3,
    'legacy-exceptions': 5,
    'wide-arithmetic': 4,
    simd: 236,
    'relaxed-simd': 20,
    threads: 67,
  })
})

test.each([
  ['i32.add', 0x6a, [I32, I32], [I32]],
  ['i64.extend_i32_s', 0xac, [I32], [I64]],
  ['f32.load', 0x2a, [I32], [F32]],
  ['memory.fill', 0xfc000b, [I32, I32, I32], []],
  ['i32x4.dot_i16x8_s', 0xfd00ba, [V128, V128], [V128]],
  ['f64x2.convert_low_i32x4_u', 0xfd00ff, [V128], [V128]],
  ['i32x4.relaxed_dot_i8x16_i7x16_add_s', 0xfd0113, [V128, V128, V128], [V128]],
  ['i64.atomic.rmw32.cmpxchg_u', 0xfe004e, [I32, I64, I64], [I64]],
])('%s has the code and type of the specification', (name, code, params, results) => {
  expect(opcodeByName.get(name)).toMatchObject({ code, params, results })
  expect(opcodeByCode.get(code)?.name).toBe(name)
})

test.each([
  ['i32.load8_u', 1],
  ['i64.load', 8],
  ['v128.load16x4_s', 8],
  ['v128.load32_zero', 4],
  ['v128.store64_lane', 8],
  ['v128.store', 16],
  ['i64.atomic.rmw16.add_u', 2],
  ['memory.atomic.wait64', 8],
  ['memory.atomic.notify', 4],
])('%s accesses %i bytes', (name, size) => expect(opcodeByName.get(name)?.size).toBe(size))

test('a C expression uses exactly the operands', () => {
  const operands = ({ c }: Opcode): string[] => [...new Set(c!.match(/\$\d/g))].toSorted()
  for (const op of opcodes.filter(({ c }) => c !== undefined)) {
    expect(operands(op), op.name).toEqual(op.params!.map((_, i) => `$${i}`))
  }
})

test('one-byte instructions are found by their byte', () => {
  expect(plainOpcodes[0x0b]?.name).toBe('end')
  expect(plainOpcodes[0xfc]).toBeUndefined()
})

test('division and trapping conversions trap, their saturating forms do not', () => {
  const trapping = (name: string): boolean => opcodeByName.get(name)!.traps!
  expect(['i32.div_s', 'i64.rem_u', 'i32.trunc_f64_u', 'call_indirect', 'memory.copy'].filter(trapping)).toHaveLength(5)
  expect(['i32.trunc_sat_f64_u', 'i32.add', 'f32.div'].filter(trapping)).toEqual([])
})
