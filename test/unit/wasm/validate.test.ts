import { describe, expect, test } from 'vitest'
import type { Feature } from '../../../compiler/wasm/opcodes.ts'
import { canonicalTypes } from '../../../compiler/wasm/canonical-types.ts'
import { matches, typeName } from '../../../compiler/wasm/subtyping.ts'
import { EXTERN, FUNC, FUNCREF, I32, NOFUNC, ref } from '../../../compiler/wasm/types.ts'
import { decodeBody } from '../../../compiler/wasm/body.ts'
import { decode } from '../../../compiler/wasm/decode.ts'
import { validateModule } from '../../../compiler/wasm/validate.ts'
import { assemble } from '../../../compiler/wat.ts'
import { SECTION, errorOf, load, section, wasm, withBody } from './bytes.ts'

// As bytes, for what is invalid is often nothing that text could say.
const END = 0x0b
const DROP = 0x1a
const I32_CONST = 0x41
const EMPTY = 0x40

describe('valid', () => {
  test.each([
    ['code after a branch, where operands may be of any type', '(func (result i32) (return (i32.const 1)) i32.add)'],
    ['a block with parameters', '(func (i32.const 1) (block (param i32) (result i32 i64) (i64.const 2)) drop drop)'],
    [
      'an if without else that gives back what it takes',
      '(func (i32.const 1) (if (param i32) (result i32) (i32.const 0) (then)) drop)',
    ],
    [
      'br_table to labels of equal types',
      '(func (result i32) (block (result i32) (br_table 0 1 0 (i32.const 5) (i32.const 0))))',
    ],
    [
      'several tables and select of references',
      `(table $a 1 funcref) (table $b 1 externref)
      (func (drop (select (result externref) (table.get $b (i32.const 0)) (ref.null extern) (i32.const 1))))`,
    ],
    ['ref.func of an exported function', '(func $f (export "f")) (func (drop (ref.func $f)))'],
    [
      'bulk memory',
      `(memory 1) (data $d "x") (func
      (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d)
      (memory.copy (i32.const 0) (i32.const 1) (i32.const 2)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)))`,
    ],
  ])('%s', async (_, fields) => {
    expect(load(await assemble(`(module ${fields})`)).funcs.length).toBeGreaterThan(0)
  })
})

describe('invalid functions', () => {
  test.each([
    ['an operand is missing', [0x45, DROP, END], 'type mismatch in i32.eqz: expected i32, but the stack is empty'],
    ['an operand has another type', [0x42, 0, 0x45, DROP, END], 'type mismatch in i32.eqz: expected i32, got i64'],
    [
      'operands are left over',
      [I32_CONST, 0, END],
      'type mismatch in end: 1 operands are left over at the end of the block',
    ],
    [
      'a block reads beyond its start',
      [I32_CONST, 0, 0x02, EMPTY, DROP, END, END],
      'type mismatch in drop: an operand is missing',
    ],
    ['there is no such local', [0x20, 3, DROP, END], 'unknown local 3'],
    ['there is no such global', [0x23, 1, DROP, END], 'unknown global 1'],
    ['there is no such function', [0x10, 7, END], 'unknown function 7'],
    ['there is no such label', [0x0c, 2, END], 'unknown label 2'],
    ['there is no memory', [I32_CONST, 0, 0x28, 2, 0, DROP, END], 'unknown memory 0'],
    ['there is no table', [I32_CONST, 0, 0x11, 0, 0, END], 'unknown table 0'],
    ['a block has an unknown type', [0x02, 0x09, END, END], 'unknown type 9'],
    [
      'select chooses between references',
      [0xd0, 0x70, 0xd0, 0x70, I32_CONST, 0, 0x1b, DROP, END],
      'type mismatch in select: select of references needs a type',
    ],
    ['a function is named only in code', [0xd2, 0, DROP, END], 'undeclared function reference 0'],
  ])('%s', (_, code, reason) => {
    const error = errorOf(() => load(withBody(...code)))
    expect(error).toMatchObject({ code: 'invalid', reason, functionIndex: 0, file: 'dir/test.wasm' })
  })

  test('the message names file, offset, function and both types', async () => {
    // A copy, of which nobody knows the text.
    const bytes = Uint8Array.from(
      await assemble('(module (func $parse (f64.const 1) drop (i32.const 0) (i32.eqz) drop))'),
    )
    const m = decode(bytes, { name: 'hello' })
    const { offset } = decodeBody(m, m.funcs[0]).instructions[2]
    bytes[offset] = 0x42 // i32.const becomes i64.const
    expect(errorOf(() => validateModule(decode(bytes, { name: 'hello' }))).message).toBe(
      `hello.wasm: invalid module at 0x${(offset + 2).toString(16)} in func[0] $parse: ` +
        'type mismatch in i32.eqz: expected i32, got i64\n' +
        '  the tool that wrote this module is at fault: try another version of it',
    )
  })
})

describe('invalid modules', () => {
  const types = section(SECTION.type, 1, 0x60, 0, 0)
  test.each([
    ['a function of an unknown type', [section(SECTION.func, 1, 4)], 'unknown type 4'],
    ['an export of nothing', [section(SECTION.export, 1, 1, 0x61, 0, 2)], 'unknown function 2'],
    [
      'the same export twice',
      [section(SECTION.memory, 1, 0, 1), section(SECTION.export, 2, 1, 0x61, 2, 0, 1, 0x61, 2, 0)],
      "duplicate export name 'a'",
    ],
    [
      'a memory larger than 4 GiB',
      [section(SECTION.memory, 1, 0, 0x81, 0x80, 0x04)],
      'memory size must be at most 65536 pages (4GiB)',
    ],
    [
      'a minimum above the maximum',
      [section(SECTION.memory, 1, 1, 2, 1)],
      'size minimum must not be greater than maximum',
    ],
    ['data for a memory that is not there', [section(SECTION.data, 1, 0, I32_CONST, 0, END, 0)], 'unknown memory 0'],
    [
      'an offset that is computed',
      [section(SECTION.memory, 1, 0, 1), section(SECTION.data, 1, 0, I32_CONST, 0, 0x45, END, 0)],
      'constant expression required, found i32.eqz',
    ],
  ])('%s', (_, sections, reason) => {
    expect(errorOf(() => load(wasm(types, ...sections)))).toMatchObject({ code: 'invalid', reason })
  })
})

/** A signed integer of a heap type, in five bytes. */
const heapType = (index: number): number[] =>
  [0, 7, 14, 21, 28].map((bits) => (Math.floor(index / 2 ** bits) & 0x7f) | (bits < 28 ? 0x80 : 0))

// What a number of 32 bits for reference types has no room for, and would be type 0, func, and below all types.
describe.each([2 ** 21, 2 ** 22, 2 ** 22 - 0x10, 2 ** 22 - 0x3f, 2 ** 31, 2 ** 32 - 0x40, 2 ** 32 - 0x10])(
  'a reference to type %d',
  (index) => {
    const reference = [0x63, ...heapType(index)]
    const types = section(SECTION.type, 2, 0x5f, 1, 0x7f, 1, 0x60, 0, 0)
    const withLocals = (...code: number[]): number[][] => [
      types,
      section(SECTION.func, 1, 1),
      section(SECTION.code, 1, code.length, ...code),
    ]
    test.each([
      ['in a type', [section(SECTION.type, 2, 0x5f, 1, 0x7f, 1, 0x60, 1, ...reference, 0)]],
      ['of a table', [types, section(SECTION.table, 1, ...reference, 0, 1)]],
      ['of a local', withLocals(1, 1, ...reference, END)],
      ['of a block', withLocals(0, 0x02, ...reference, 0, END, DROP, END)],
      ['of null', withLocals(0, 0xd0, ...heapType(index), DROP, END)],
      ['of a cast', withLocals(0, 0xd0, 0x6e, 0xfb, 0x17, ...heapType(index), DROP, END)],
    ])('%s', (_, sections) => {
      expect(errorOf(() => load(wasm(...sections)))).toMatchObject({ code: 'invalid', reason: `unknown type ${index}` })
    })
  },
)

test('types count against their limit in groups and alone', () => {
  const leb = (value: number): number[] => [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14]
  const group = Buffer.alloc(2_000_000, Buffer.from([0x5f, 0]))
  const contents = Buffer.concat([Buffer.from([2, 0x4e, ...leb(1_000_000)]), group, Buffer.from([0x60, 0, 0])])
  const size = [...leb(contents.length % 2 ** 21), contents.length >> 21]
  size[2] |= 0x80
  const bytes = Buffer.concat([wasm(), Buffer.from([SECTION.type, ...size]), contents])
  expect(errorOf(() => load(bytes))).toMatchObject({ reason: '1,000,001 types, where 1,000,000 are the limit' })
})

describe('types', () => {
  const types = [
    { params: [I32], results: [] },
    { params: [I32], results: [] },
    { params: [ref(0)], results: [] },
    { params: [ref(1)], results: [] },
    { params: [ref(4)], results: [] },
    { params: [ref(5)], results: [] },
    { params: [ref(1, false)], results: [] },
  ]
  const canonical = canonicalTypes(types)
  test('are equal if their structure is, through references and into themselves', () => {
    expect(canonical).toEqual([0, 0, 1, 1, 2, 2, 3])
  })
  test.each([
    ['(ref 0)', ref(0, false), 'funcref', FUNCREF, true],
    ['(ref 0)', ref(0, false), '(ref null 1)', ref(1), true],
    ['(ref null 0)', ref(0), '(ref 0)', ref(0, false), false],
    ['(ref null nofunc)', ref(NOFUNC), '(ref null 2)', ref(2), true],
    ['funcref', FUNCREF, '(ref null 0)', ref(0), false],
    ['(ref func)', ref(FUNC, false), '(ref extern)', ref(EXTERN, false), false],
    ['i32', I32, 'funcref', FUNCREF, false],
  ])('%s where %3$s is asked for', (name, actual, expectedName, expected, answer) => {
    expect([typeName(actual), typeName(expected)]).toEqual([name, expectedName])
    expect(matches(actual, expected, { types, canonical })).toBe(answer)
  })
})

test('bodies are handed on, so that nobody decodes them twice', async () => {
  const seen: number[] = []
  const bytes = await assemble('(module (func nop nop) (func))')
  load(bytes, { onFunction: (_, { instructions }) => seen.push(instructions.length) })
  expect(seen).toEqual([3, 1])
})

describe('a proposal that is not supported', () => {
  const none = { features: new Set<Feature>(['mvp']) }
  test.each([
    ['simd', '(memory 1) (func (drop (v128.load (i32.const 0))))', 'v128.load', '-mno-simd128'],
    ['simd', '(func (param v128))', 'v128', '-mno-simd128'],
    ['tail-call', '(func $f (return_call $f))', 'return_call', '-mno-tail-call'],
    ['threads', '(memory 1 1 shared)', 'a shared memory', 'wasm32-wasip1 rather than wasm32-wasip1-threads'],
    ['memory64', '(memory i64 1)', '64-bit limits', 'wasm32 rather than wasm64'],
    ['exception-handling', '(tag (param i32))', 'a tag', '-fno-exceptions'],
    ['extended-const', '(global i32 (i32.add (i32.const 1) (i32.const 2)))', 'i32.add', '-mno-extended-const'],
    ['sign-extension', '(func (drop (i32.extend8_s (i32.const 0))))', 'i32.extend8_s', '-mno-sign-ext'],
    ['multi-value', '(func (result i32 i32) (i32.const 1) (i32.const 2))', 'several results', '-mno-multivalue'],
  ])('is refused by its name: %s', async (feature, fields, what, hint) => {
    const bytes = await assemble(`(module ${fields})`)
    const error = errorOf(() => load(bytes, none))
    expect(error.code).toBe('unsupported')
    expect(error.reason).toContain(`proposal '${feature}'`)
    expect(error.reason).toContain(what)
    expect(error.hint).toContain(hint)
    expect(error.offset).toBeGreaterThan(0)
  })

  test('garbage collection is refused by its instruction or type', () => {
    expect(errorOf(() => load(withBody(0xfb, 0x1c, END), none)).reason).toContain("(ref.i31, proposal 'gc')")
    expect(errorOf(() => load(wasm(section(SECTION.type, 1, 0x5f, 0)), none)).reason).toContain(
      "(struct type, proposal 'gc')",
    )
  })

  test('a feature met in dead declarations is noted with its place', async () => {
    const { features } = load(await assemble('(module (func (result i32 i32) unreachable))'))
    expect(features.get('multi-value')).toEqual({ what: 'a function with several results', offset: 11 })
  })
})
