import { describe, expect, test } from 'vitest'
import { assemble } from '../../../compiler/wat.ts'
import { decodeBody } from '../../../compiler/wasm/body.ts'
import { decode } from '../../../compiler/wasm/decode.ts'
import { F64, FUNCREF, I32, I64 } from '../../../compiler/wasm/types.ts'
import { HEADER, SECTION, errorOf, load, section, string, wasm, withBody } from './bytes.ts'

const module = async (wat: string): Promise<ReturnType<typeof load>> => load(await assemble(wat))

test('index spaces hold imports first', async () => {
  const { funcs, globals } = await module(`(module
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (import "env" "base" (global i32))
    (func $start (param f64 i64))
    (global $top (mut i32) (i32.const -5)))`)
  expect(funcs.map(({ index, name, type }) => ({ index, name, type }))).toEqual([
    { index: 0, name: 'yield', type: { params: [], results: [I32] } },
    { index: 1, name: 'start', type: { params: [F64, I64], results: [] } },
  ])
  expect(funcs[0].import).toEqual({ module: 'wasi_snapshot_preview1', name: 'sched_yield' })
  expect(funcs[0].body).toBeUndefined()
  expect(globals[1]).toMatchObject({ name: 'top', type: { type: I32, mutable: true } })
  expect(globals[1].init).toMatchObject([{ value: -5 }])
})

test('imports of one module may share its name, and their type', () => {
  const several = [...string('env'), 0, 0x7f, 2, ...string('f'), 0, 0, ...string('g'), 3, 0x7f, 0]
  const ofOneType = [...string('more'), 0, 0x7e, 0, 0, 2, ...string('a'), ...string('b')]
  const single = [...string('env'), ...string(''), 0, 0]
  const type = section(SECTION.type, 1, 0x60, 0, 0)
  const { funcs, globals, features } = load(
    wasm(type, section(SECTION.import, 4, ...several, ...ofOneType, ...single, ...string('none'), 0, 0x7f, 0)),
  )
  expect([...funcs, ...globals].map((item) => Object.values(item.import!).join('.'))).toEqual([
    'env.f',
    'more.a',
    'more.b',
    'env.',
    'env.g',
  ])
  expect(features.has('compact-imports')).toBe(true)
  const reason = (...imports: number[]): string =>
    errorOf(() => load(wasm(type, section(SECTION.import, 1, ...imports)))).reason
  expect(reason(...ofOneType.with(8, 9))).toContain('unknown type 9')
  expect(reason(...several.slice(0, -1))).toContain('unexpected end')
  expect(reason(...string('m'), 0, 0x7e, 7, 0, 0)).toContain('malformed import kind')
  expect(reason(...string('m'), ...string('x'), 0x7f, 0)).toContain('malformed import kind')
})

test('segments are ranges of the module, tables and memories have their limits', async () => {
  const { bytes, data, elements, memories, tables, exports } = await module(`(module
    (memory (export "memory") 2 10) (table 3 funcref)
    (data (i32.const 8) "hi") (data "passive")
    (elem (i32.const 1) $f) (func $f))`)
  expect(memories[0].type).toMatchObject({ min: 2, max: 10, is64: false, shared: false, pageSizeLog2: 16 })
  expect(tables[0].type).toMatchObject({ min: 3, max: undefined, ref: FUNCREF })
  expect(data.map(({ mode, start, end }) => [mode, Buffer.from(bytes.subarray(start, end)).toString()])).toEqual([
    ['active', 'hi'],
    ['passive', 'passive'],
  ])
  expect(elements).toMatchObject([{ mode: 'active', table: 0, items: [0] }])
  expect(exports).toMatchObject([{ name: 'memory', kind: 'memory', index: 0 }])
})

test('a body is decoded on demand, with the offset of each instruction', async () => {
  const m = await module(`(module (memory 1) (func (param i32) (local i64 i64 f64)
    (block (br_if 0 (local.get 0)) (i64.store offset=24 align=4 (i32.const -1) (i64.const -9223372036854775808)))))`)
  const { locals, instructions } = decodeBody(m, m.funcs[0])
  expect(locals.groups).toEqual([
    { count: 2, type: I64 },
    { count: 1, type: F64 },
  ])
  expect(instructions.map(({ op }) => op.name)).toEqual(
    'block local.get br_if i32.const i64.const i64.store end end'.split(' '),
  )
  expect(instructions[4].value).toBe(-(2n ** 63n))
  expect(instructions[5].memarg).toEqual({ align: 2, offset: 24, memory: 0 })
  for (const { op, offset } of instructions) expect(m.bytes[offset]).toBe(op.code)
})

test('a table index of call_indirect may be written longer than needed, as linkers do', () => {
  const bytes = wasm(
    section(SECTION.type, 1, 0x60, 0, 0),
    section(SECTION.func, 1, 0),
    section(SECTION.table, 1, 0x70, 0, 1),
    section(SECTION.code, 1, 11, 0, 0x41, 0, 0x11, 0x80, 0x00, 0x80, 0x80, 0x80, 0x00, 0x0b),
  )
  expect(load(bytes).features.size).toBe(0)
})

describe('names', () => {
  const named = (...subsections: number[][]): ReturnType<typeof decode> =>
    decode(
      wasm(
        section(SECTION.type, 1, 0x60, 0, 0),
        section(SECTION.func, 2, 0, 0),
        section(SECTION.code, 2, 2, 0, 0x0b, 2, 0, 0x0b),
        section(SECTION.custom, ...string('name'), ...subsections.flat()),
      ),
      { name: 'test' },
    )

  test('the first name of a function counts', () => {
    const functions = [3, 0, ...string('a'), 0, ...string('b'), 1, ...string('a')]
    expect(named([1, functions.length, ...functions]).funcs.map(({ name }) => name)).toEqual(['a', 'a'])
  })
  test('a malformed name section is no error; what came before the mistake counts', () => {
    expect(named([1, 20, 1, 0]).funcs[0].name).toBeUndefined()
    expect(named([1, 4, 1, 1, ...string('f')], [0xff]).funcs[1].name).toBe('f')
  })
  test('names of functions that are not there are ignored', () => {
    expect(named([1, 4, 1, 9, ...string('f')]).funcs).toHaveLength(2)
  })
})

describe('malformed modules', () => {
  test.each([
    ['no bytes', [], 'unexpected end: the file is empty', 0],
    ['half a header', HEADER.slice(0, 5), 'unexpected end', 5],
    ['another magic number', [1, 2, 3, 4, 5, 6, 7, 8], 'magic header not detected', 0],
    ['another version', [...HEADER.slice(0, 4), 2, 0, 0, 0], 'unknown binary version', 4],
    ['an unknown section', [...HEADER, 15, 0], 'malformed section id 15', 8],
    ['a section beyond the end', [...HEADER, 1, 5, 0], 'length out of bounds', 10],
    ['sections in disorder', [...HEADER, 3, 1, 0, 1, 1, 0], /^unexpected content after last section/, 11],
    ['a section with more than its contents', [...HEADER, 1, 2, 0, 0], /^section size mismatch/, 11],
    ['a section that ends early', [...HEADER, 1, 2, 1, 0x60], 'unexpected end of section or function', 12],
    ['functions without code', [...HEADER, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0], /inconsistent lengths$/, 18],
    ['an import of nothing known', [...HEADER, 2, 5, 1, 0, 0, 9, 0], 'malformed import kind', 13],
    ['a table of numbers', [...HEADER, 4, 4, 1, 0x7f, 0, 0], 'malformed reference type', 11],
    ['a memory with unknown flags', [...HEADER, 5, 3, 1, 0x10, 0], 'malformed limits flags', 11],
  ])('%s', (_, bytes, reason, offset) => {
    const error = errorOf(() => load(Uint8Array.from(bytes)))
    expect(error).toMatchObject({ code: 'malformed', offset, file: 'dir/test.wasm' })
    expect(error.reason).toMatch(reason)
  })

  test.each([
    ['an unknown instruction', [0x27, 0x0b], 'illegal opcode 27'],
    ['an unknown instruction behind a prefix', [0xfc, 0x7f, 0x0b], 'illegal opcode fc 7f'],
    ['a number behind a prefix that no instruction has', [0xfb, 0x80, 0x80, 0x04, 0x0b], 'illegal opcode fb 10000'],
    ['no end', [0x01], 'unexpected end of section or function'],
    ['code after the end', [0x0b, 0x01], /^END opcode expected/],
    ['memory.init without a data count', [0xfc, 0x08, 0, 0, 0x0b], 'data count section required'],
    ['an alignment of 2^64', [0x41, 0, 0x28, 0x80, 0x01, 0, 0x1a, 0x0b], 'malformed memop flags'],
    ['else without if', [0x05, 0x0b], 'else without if'],
  ])('a function with %s', (_, code, reason) => {
    const error = errorOf(() => load(withBody(...code)))
    expect(error).toMatchObject({ code: 'malformed', functionIndex: 0 })
    expect(error.reason).toMatch(reason)
  })

  test('four thousand million locals in eleven bytes are refused at once', () => {
    const locals = (count: number[]): Uint8Array =>
      wasm(
        section(SECTION.type, 1, 0x60, 0, 0),
        section(SECTION.func, 1, 0),
        section(SECTION.code, 1, count.length + 3, 1, ...count, I32, 0x0b),
      )
    const error = errorOf(() => load(locals([0xff, 0xff, 0xff, 0xff, 0x0f])))
    expect(error).toMatchObject({ code: 'unsupported', functionIndex: 0 })
    expect(error.reason).toBe('4,294,967,295 locals of a function, where 50,000 are the limit')
    expect(load(locals([0xd0, 0x86, 0x03])).funcs).toHaveLength(1)
  })
})
