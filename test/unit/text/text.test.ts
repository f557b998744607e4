import { describe, expect, test } from 'vitest'
import { CompileError } from '../../../compiler/errors.ts'
import { assembleText } from '../../../compiler/text/assemble.ts'
import { branchHints } from '../../../compiler/wasm/branch-hints.ts'
import { decodeBody } from '../../../compiler/wasm/body.ts'
import { decode } from '../../../compiler/wasm/decode.ts'
import type { Module } from '../../../compiler/wasm/module.ts'
import { Reader } from '../../../compiler/wasm/reader.ts'
import { validateModule } from '../../../compiler/wasm/validate.ts'

function valid(text: string): Module {
  const module = decode(assembleText(text, 'x.wat').bytes, { name: 'x' })
  validateModule(module)
  return module
}

const bodies = (text: string): string[] => {
  const module = valid(text)
  return module.funcs
    .filter(({ body }) => body)
    .map((func) =>
      decodeBody(module, func)
        .instructions.map(({ op, index, value }) =>
          [op.name, index ?? value].filter((part) => part !== undefined).join(' '),
        )
        .join(', '),
    )
}

function refused(text: string): CompileError {
  try {
    assembleText(text, 'x.wat')
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
  throw new Error('accepted')
}

describe('folded instructions', () => {
  test('come in the order in which they are executed', () => {
    expect(
      bodies(`(func (param i32) (result i32)
        (if $a (result i32) (i32.eqz (local.get 0)) (then (i32.const 1)) (else (br $a (i32.sub (i32.const 2) (i32.const 3))))))`),
    ).toEqual(['local.get 0, i32.eqz, if, i32.const 1, else, i32.const 2, i32.const 3, i32.sub, br 0, end, end'])
  })

  test('mix with plain ones', () => {
    expect(
      bodies(
        `(func (result i32) i32.const 1 (if (result i32) (then block $x (br $x) end i32.const 2) (else i32.const 3)))`,
      ),
    ).toEqual(['i32.const 1, if, block, br 0, end, i32.const 2, else, i32.const 3, end, end'])
  })

  test('of both forms of exceptions', () => {
    expect(
      bodies(`(tag $t) (func (try $l (do (throw $t)) (catch $t (rethrow $l)) (catch_all)))
        (func try try throw $t delegate 0 catch $t end)
        (func block $out try_table (catch_all $out) throw $t end end)`),
    ).toEqual([
      'try, throw 0, catch 0, rethrow 0, catch_all, end, end',
      'try, try, throw 0, delegate 0, catch 0, end, end',
      'block, try_table, throw 0, end, end, end',
    ])
  })
})

describe('types', () => {
  test('that nothing declares stand behind the others, in the order in which they are met', () => {
    const { types, funcs } =
      valid(`(func (param i32) (block (param) (result i64 i64) unreachable) drop drop) (func (param i32))
      (type $last (func (result i32))) (func (result i32) (i32.const 1))`)
    expect(funcs.map(({ typeIndex }) => typeIndex)).toEqual([1, 1, 0])
    expect(types.map(({ params, results }) => [params.length, results.length])).toEqual([
      [0, 1],
      [1, 0],
      [0, 2],
    ])
  })

  test('of garbage collection, with names of fields', () => {
    const module =
      valid(`(rec (type $node (sub (struct (field $next (mut (ref null $node))) (field $value i8)))) (type $list (array (mut eqref))))
      (func (param (ref $node)) (result i32) (struct.set $node $next (local.get 0) (ref.null $node)) (struct.get_u $node $value (local.get 0))
        (drop (ref.cast (ref null $node) (local.get 0))) (drop (ref.test (ref i31) (local.get 0))))`)
    expect(module.types[0].group).toEqual({ start: 0, count: 2 })
    expect(decodeBody(module, module.funcs[0]).instructions.map(({ op }) => op.code)).toContain(0xfb0014)
  })
})

describe('abbreviations', () => {
  test('imports, exports and segments of their own', () => {
    const module =
      valid(`(func $f (export "a") (export "b") (import "m" "f") (param i32)) (memory (export "mem") (import "m" "m") 1)
      (table $t i64 funcref (elem $f $f)) (memory (data "abc" "\\00\\u{1F389}")) (elem (table $t) (i64.const 0) func $f) (elem declare func $f)`)
    expect(module.exports.map(({ name, kind, index }) => [name, kind, index])).toEqual([
      ['a', 'func', 0],
      ['b', 'func', 0],
      ['mem', 'memory', 0],
    ])
    expect(module.tables[0].type).toMatchObject({ min: 2, max: 2, is64: true })
    expect(module.data[0]).toMatchObject({ memory: 1, mode: 'active' })
    expect(Buffer.from(module.bytes.subarray(module.data[0].start, module.data[0].end)).toString()).toBe('abc\0🎉')
    expect(module.elements.map(({ mode }) => mode)).toEqual(['active', 'active', 'declarative'])
  })

  test('several imports of one module', () => {
    const { funcs, globals } =
      valid(`(import "m" (item "f" (func $f)) (item "g" (global i32))) (import "n" (item "a") (item "b") (func (param i32)))
      (func (call $f) (call 2 (global.get 0)))`)
    expect(funcs.map((func) => func.import?.name)).toEqual(['f', 'a', 'b', undefined])
    expect(globals).toHaveLength(1)
  })

  test('a lane or a memory: what has something behind it is the memory', () => {
    const { funcs, ...module } = valid(`(memory 1) (memory $m 1) (func (param v128) (result v128)
      (v128.load8_lane 1 (i32.const 0) (local.get 0)) (drop (v128.load8_lane 1 offset=3 align=1 15 (i32.const 0) (local.get 0)))
      (drop (v128.load8_lane $m 7 (i32.const 0) (local.get 0))))`)
    const lanes = decodeBody({ funcs, ...module }, funcs[0]).instructions.filter(({ memarg }) => memarg)
    expect(lanes.map(({ memarg, index }) => [memarg!.memory, memarg!.offset, index])).toEqual([
      [0, 0, 1],
      [1, 3, 15],
      [1, 0, 7],
    ])
  })

  test('numbers in data', () => {
    const { bytes, data } = valid('(memory 1) (data (i32.const 0) "a" (i16 -1 0x102) (f32 1.5) (v128 i64x2 1 2))')
    expect([...bytes.subarray(data[0].start, data[0].end)].join(' ')).toBe(
      '97 255 255 2 1 0 0 192 63 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0',
    )
  })

  test('pages of a size of their own', () => {
    expect(
      valid('(memory 0 65536 (pagesize 1)) (memory (pagesize 1) (data "abc"))').memories.map(({ type }) => type),
    ).toEqual([
      expect.objectContaining({ max: 65536, pageSizeLog2: 0 }),
      expect.objectContaining({ min: 3, pageSizeLog2: 0 }),
    ])
  })
})

describe('a module in other forms', () => {
  test('as bytes', () => expect(valid('(module $m binary "\\00asm" "\\01\\00\\00\\00")').bytes).toHaveLength(8))
  test('as text in strings', () =>
    expect(valid('(module quote "(func" "(export \\"f\\"))")').exports[0].name).toBe('f'))
})

test('a name section has what identifiers say, and annotations instead', () => {
  const { bytes, customs } = valid(`(module $mod (type $t (struct (field $field i32))) (global $g i32 (i32.const 1))
    (func $"a b" (@name "über") (param $p i32) (local $l i64) (block $out)))`)
  const { start, end } = customs.find(({ name }) => name === 'name')!
  const r = new Reader(bytes, start, end)
  const found: Record<number, string> = {}
  while (!r.done) {
    const id = r.byte()
    found[id] = Buffer.from(r.vecBytes()).toString()
  }
  expect(found[0]).toContain('mod')
  expect(found[1]).toContain('über')
  expect(found[2]).toMatch(/p.*l/s)
  expect(found[3]).toContain('out')
  expect(found[4]).toContain('t')
  expect(found[7]).toContain('g')
  expect(found[10]).toContain('field')
})

test('annotations make custom sections and hints; others are comments', () => {
  const module = valid(`(module (@unknown ) (@custom "x" (before type) "abc") (@custom "y")
    (func (param i32) (@metadata.code.branch_hint "\\01") (if (local.get 0) (then)) (br_if 0 (local.get 0))))`)
  expect(module.customs.map(({ name }) => name)).toEqual(['x', 'metadata.code.branch_hint', 'y'])
  const body = decodeBody(module, module.funcs[0])
  const offset = body.instructions.find(({ op }) => op.name === 'if')!.offset - module.funcs[0].body!.start
  expect([...branchHints(module, 0)]).toEqual([[offset, true]])
})

test.each([
  ['(module (fnuc))', '1:10: unexpected (fnuc, expected a field of a module'],
  ['(module\n  (func $f\n\t(i32.addd)))', '3:3: unknown instruction i32.addd; did you mean "i32.add"?'],
  ['(func (i32.const 4294967296))', '1:18: constant out of range: expected an integer of 32 bits'],
  ['(func (i32.const $x))', '1:18: unexpected $x, expected an integer of 32 bits'],
  ['(func (local.get $x))', '1:18: unknown local $x'],
  ['(func $f) (func $f)', '1:17: duplicate function $f'],
  ['(func block (nop) nop)', '1:7: block without end'],
  ['(func block $a end $b)', '1:20: mismatching label $b: block has another one'],
  ['(func (nop nop))', '1:12: unexpected nop, expected ( or ): what nop takes stands in parentheses of its own'],
  ['(func (if (i32.const 1)))', '1:24: unexpected ), expected (then'],
  ['(func (if (i32.const 1) (then) (then)))', '1:33: unexpected (then, expected (else or )'],
  ['(func end)', '1:7: unexpected end: it belongs to nothing here'],
  ['(func (result i32) (param i32))', '1:21: unexpected (param'],
  [
    '(type $t (func)) (func (type $t) (param i32))',
    '1:24: inline function type: it differs from the one that (type says',
  ],
  ['(func) (import "a" "b" (func))', '1:9: import after func: imports must stand before'],
  ['(func) (start 0) (start 0)', '1:19: multiple start sections'],
  ['(memory 1) (func (drop (i32.load align=3 (i32.const 0))))', '1:34: alignment must be a power of two'],
  ['(func', '1:1: is not closed: a ) is missing'],
  ['(func))', '1:7: unexpected ): none is open'],
  ['(data "abc', '1:7: unclosed string: " is missing'],
  ['(data "\\u{d800}")', '1:8: malformed escape in a string: no such Unicode character'],
  ['(; (; ;)', '1:1: unclosed comment: ;) is missing'],
  ['(func) é', '1:8: illegal character "é"'],
  ['(export "\\ff" (func 0))', '1:9: malformed UTF-8 encoding in a name'],
  ['(data "a""b")', '1:7: unexpected token "\\"a\\"\\"b\\""'],
  ['(func (@metadata.code.x 1) nop)', '1:25: unexpected 1, expected a string'],
  ['(module) (module)', '1:11: unexpected (module, expected the end of the text: a file holds one module'],
  ['(module) (assert_return (invoke "f"))', '1:11: a script for tests (assert_return), not a module'],
])('%s', (text, says) => {
  const { message, code } = refused(text)
  expect(message.startsWith(`x.wat:${says}`), message).toBe(true)
  expect(code).toBe('text')
})

test('a component is refused by name, and what reads it is named', () => {
  const { reason, hint } = refused('(component)')
  expect(reason).toMatch(/^a component in text format/)
  expect(hint).toMatch(/wasm-tools parse/)
})

test.each([
  ['(func (suspend 0))', 'stack-switching'],
  ['(type (cont 0))', 'stack-switching'],
  ['(func (param stringref))', 'stringref'],
  ['(global (shared i32) (i32.const 0))', 'shared-everything-threads'],
])('%s is refused by the name of its proposal', (text, proposal) => {
  expect(refused(text)).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining(`proposal '${proposal}'`),
  })
})

describe('text that means no good', () => {
  const many = 200_000
  const blocks = `${'(block '.repeat(many)}${')'.repeat(many)}`

  test.each([
    ['blocks in each other', `(func ${blocks})`],
    ['operands in each other', `(func (result i32) ${'(i32.eqz '.repeat(many)}(i32.const 0)${')'.repeat(many)})`],
    ['one label everywhere', `(func ${'block $a br $a '.repeat(many)}${'end '.repeat(many)})`],
    ['comments in each other', `${'(;'.repeat(many)}${';)'.repeat(many)}`],
    ['annotations in each other', `${'(@a '.repeat(many)}${')'.repeat(many)}`],
    ['annotations in front of one token', `${'(@name "x")'.repeat(many)}(func)`],
    ['custom sections', `(module ${'(@custom "x")'.repeat(many)})`],
    ['zeros', `(func (drop (i32.const ${'0'.repeat(many)})) (drop (f32.const 0.${'0'.repeat(many)}1)))`],
  ])('%s are read', (_, text) => {
    expect(decode(assembleText(text, 'x.wat').bytes, { name: 'x' }).funcs.length).toBeLessThan(2)
  })

  test.each([
    ['parentheses', '('.repeat(many)],
    ['comments', '(;'.repeat(many)],
    ['annotations', '(@a '.repeat(many)],
    ['digits', `(func (i32.const ${'9'.repeat(many)}))`],
    ['a word', `(func (${'x'.repeat(many)}))`],
    ['quotes in quotes', '(module quote "(module quote \\"(module)\\")")'],
  ])('%s are refused', (_, text) => {
    expect(refused(text).message.length).toBeLessThan(400)
  })
})
