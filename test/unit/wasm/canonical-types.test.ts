import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CanonicalTypes, canonicalTypes, isPacked, MAX_TYPES } from '../../../compiler/wasm/canonical-types.ts'
import {
  ANY,
  ARRAY,
  EXNREF,
  EXTERN,
  EXTERNREF,
  F32,
  F64,
  FUNC,
  FUNCREF,
  I16,
  I32,
  I64,
  I8,
  NOEXN,
  NOEXTERN,
  NOFUNC,
  ref,
  STRUCT,
  V128,
  type DefinedType,
  type FuncType,
  type ValType,
} from '../../../compiler/wasm/types.ts'
import { root } from '../../support/tools.ts'

const type = (params: ValType[], results: ValType[] = []): FuncType => ({ params, results })
const all = [I32, I64, F32, F64, V128, FUNCREF, EXTERNREF, EXNREF]

/** Every list of up to `length` of the types. */
function lists(types: ValType[], length: number): ValType[][] {
  if (length === 0) return [[]]
  const shorter = lists(types, length - 1)
  return [
    ...shorter,
    ...shorter.filter((list) => list.length === length - 1).flatMap((list) => types.map((item) => [...list, item])),
  ]
}

describe('numbers of a module', () => {
  test('are equal for types under two indices, and for what refers to them', () => {
    const types = [type([I32]), type([I32]), type([ref(0)]), type([ref(1)]), type([ref(1, false)]), type([], [I32])]
    expect(canonicalTypes(types)).toEqual([0, 0, 1, 1, 2, 3])
  })
  test('are equal for types that refer to themselves, not to another that is like them', () => {
    expect(canonicalTypes([type([ref(0)]), type([ref(1)]), type([ref(0)]), type([ref(3, false)])])).toEqual([
      0, 0, 1, 2,
    ])
  })
  test('differ where one reference is of another kind', () => {
    const kinds = [FUNC, EXTERN, NOFUNC, NOEXTERN, NOEXN].flatMap((heap) => [ref(heap), ref(heap, false)])
    expect(new Set(canonicalTypes(kinds.map((kind) => type([kind])))).size).toBe(kinds.length)
  })
})

describe('groups', () => {
  const struct = (fields: ValType[], more: Partial<DefinedType> = {}): DefinedType => ({
    params: [],
    results: [],
    kind: 'struct',
    fields: fields.map((item) => ({ type: item, mutable: true })),
    ...more,
  })
  const group = (start: number, types: DefinedType[]): DefinedType[] =>
    types.map((item) => ({ ...item, group: { start, count: types.length } }))

  test('of one structure are one, type by type', () => {
    const pair = (start: number): DefinedType[] => group(start, [struct([ref(start + 1)]), struct([ref(start), I32])])
    expect(canonicalTypes([...pair(0), ...pair(2)])).toEqual([0, 1, 0, 1])
  })
  test('are others where order, size, mutability, finality or supertype are', () => {
    const types = [
      struct([I32]),
      struct([I32], { open: true }),
      struct([I32], { open: true, supertype: 1 }),
      struct([I32], { supertype: 1 }),
      struct([I32], { supertype: 2 }),
      struct([I32, I32]),
      struct([I8]),
      struct([I16]),
      { ...struct([]), fields: [{ type: I32, mutable: false }] },
      { ...struct([I32]), kind: 'array' as const },
      ...group(10, [struct([I32]), struct([I32])]),
      { params: [I32], results: [], open: true },
      { params: [I32], results: [] },
      ...group(14, [struct([ref(14)]), struct([ref(14)])]),
      ...group(16, [struct([ref(16)]), struct([ref(17)])]),
      struct([ref(18)]),
      struct([ref(17)]),
    ]
    const numbers = canonicalTypes(types)
    expect(new Set(numbers).size).toBe(types.length)
  })
  test('are others wherever anything is another: all small ones, alone and in groups of two', () => {
    const bases: DefinedType[] = [{ ...type([]), open: true }, struct([], { open: true })]
    const heaps = [ANY, STRUCT, ARRAY, 0, 1]
    const values = [I32, ...heaps.flatMap((heap) => [ref(heap), ref(heap, false)])]
    const fields = [I8, ...values].flatMap((item) => [
      { type: item, mutable: true },
      { type: item, mutable: false },
    ])
    const composites = (self: number): DefinedType[] => [
      ...lists([...values, ref(self), ref(self, false)], 2).flatMap((params) =>
        lists([I32, ref(0), ref(1)], 1).map((results) => type(params, results)),
      ),
      ...lists(Object.keys(fields).map(Number), 2).map((list) => ({
        ...struct([]),
        fields: list.map((i) => fields[i]),
      })),
      ...fields.map((field) => ({ ...struct([]), kind: 'array' as const, fields: [field] })),
    ]
    const ways = (self: number): DefinedType[] =>
      composites(self).flatMap((item) =>
        [undefined, 0, 1].flatMap((supertype) => [
          { ...item, supertype },
          { ...item, supertype, open: true },
        ]),
      )
    const alone = ways(2)
    // What refers to itself is at another place each time.
    const placed = (item: DefinedType, at: number): DefinedType => ({
      ...item,
      params: item.params.map((param) => moved(param, at)),
    })
    const moved = (value: ValType, at: number): ValType =>
      value === ref(2) ? ref(at) : value === ref(2, false) ? ref(at, false) : value
    // The two bases are among them.
    expect(new Set(canonicalTypes([...bases, ...alone.map((item, i) => placed(item, i + 2))])).size).toBe(alone.length)

    const few = alone.filter((_, i) => i % 41 === 0)
    const pairs = few.flatMap((a) => few.map((b) => [a, b]))
    const numbered = [...bases]
    for (const [a, b] of pairs) {
      const at = numbered.length
      numbered.push(...group(at, [placed(a, at), placed(b, at)]))
    }
    expect(new Set(canonicalTypes(numbered)).size).toBe(numbered.length)
  })
  test('are found again with their supertypes in other modules', () => {
    const program = new CanonicalTypes()
    const types = [
      struct([], { open: true }),
      struct([I32], { open: true, supertype: 0 }),
      struct([I32, I64], { supertype: 1 }),
    ]
    const [base, middle, last] = program.add(types)
    expect(
      program
        .add([
          type([I32]),
          ...types.map((item) => (item.supertype === undefined ? item : { ...item, supertype: item.supertype + 1 })),
        ])
        .slice(1),
    ).toEqual([base, middle, last])
    expect([base, middle, last].map((number) => program.supertype(number))).toEqual([undefined, base, middle])
  })
})

describe('identities', () => {
  test('are another one for each structure, and never 0', () => {
    const program = new CanonicalTypes()
    const types = lists(all, 3).flatMap((params) => lists(all, 1).map((results) => type(params, results)))
    const long = Array.from({ length: 300 }, (_, i) => type(Array.from({ length: i }, () => I32)))
    const numbers = program.add([...types, ...long])
    const identities = new Set(numbers.map((number) => program.identity(number)))
    // Of the long ones the first four are among the others.
    expect(identities.size).toBe(types.length + long.length - 4)
    expect([...identities].every((identity) => identity > 0n && identity < 1n << 64n)).toBe(true)
  })
  test('tell values from results, and fit 31 bits for what is common', () => {
    const program = new CanonicalTypes()
    const common = [type([I32, I32]), type([I32], [I32]), type([], [I32, I32]), type(Array(8).fill(I32), [I32])]
    const identities = program.add(common).map((number) => program.identity(number))
    expect(new Set(identities).size).toBe(4)
    expect(identities.every((identity) => isPacked(identity) && identity < 1n << 31n)).toBe(true)
  })
  test('of short types do not depend on what else is there', () => {
    const identity = (...before: FuncType[]): bigint => {
      const program = new CanonicalTypes()
      return program.identity(program.add([...before, type([I64], [F64])]).at(-1)!)
    }
    expect(identity(type([F32]), type(Array(40).fill(I32)))).toBe(identity())
  })
  test('are those of equal types of other modules', () => {
    const program = new CanonicalTypes()
    const wide = Array(40).fill(I32)
    const [, a] = program.add([type([I64]), type(wide)])
    const [b, c, d] = program.add([type(wide), type([ref(0)]), type([I64, ref(1)])])
    const [e, f, g] = program.add([type(wide), type([ref(0)]), type([I64, ref(1)])])
    expect([b, e]).toEqual([a, a])
    expect([f, g]).toEqual([c, d])
    expect(new Set([a, c, d].map((number) => program.identity(number))).size).toBe(3)
  })
})

test('types that each refer twice to the one before take no more than their bytes', () => {
  const types = Array.from({ length: 100_000 }, (_, i) => (i === 0 ? type([]) : type([ref(i - 1), ref(i - 1)])))
  expect(new Set(canonicalTypes(types)).size).toBe(100_000)
})

describe('large groups', () => {
  const structs = (count: number): DefinedType[] => {
    const group = { start: 0, count }
    const one: DefinedType = { ...type([]), kind: 'struct', fields: [{ type: I32, mutable: false }], group }
    return Array.from({ length: count }, () => one)
  }

  test('of as many types as a module may have are numbered without looking at the group for each', () => {
    const types = new CanonicalTypes()
    expect(types.add(structs(200_000)).at(-1)).toBe(199_999)
    expect(types.identity(199_999)).toBe((1n << 32n) + 400_000n)
  })

  test('of several modules are no more than the table of types at run time has room for', () => {
    const types = new CanonicalTypes(1200)
    types.add(structs(600))
    types.add(structs(599))
    expect(() => types.add(structs(598))).toThrow('the modules of the program have more than 1,200 types')
    const header = readFileSync(join(root, 'runtime/gc.h'), 'utf8')
    expect(header).toContain(`#define WASM_GC_TYPES_MAX 0x${MAX_TYPES.toString(16)}u`)
  })
})
