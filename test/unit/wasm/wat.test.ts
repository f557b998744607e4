import { describe, expect, test } from 'vitest'
import { decode } from '../../../compiler/wasm/decode.ts'
import { validateModule } from '../../../compiler/wasm/validate.ts'
import { CompileError } from '../../../compiler/errors.ts'
import { assemble } from '../../../compiler/wat.ts'

const refused = async (text: string | Uint8Array): Promise<CompileError> => {
  const error: unknown = await assemble(text, { file: 'src/hello.wat' }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(CompileError)
  return error as CompileError
}

test('text becomes a module that keeps its names', async () => {
  const module = decode(await assemble('(module (func $main (export "_start")))'), { name: 'hello' })
  expect(module.funcs[0].name).toBe('main')
  expect(module.exports[0].name).toBe('_start')
})

test('a mistake has file, line and column, and shows the place', async () => {
  const error = await refused('(module\n  (func (i32.addd)))')
  expect(error.code).toBe('text')
  expect(error.message).toMatch(/^src\/hello\.wat:2:\d+: /)
  expect(error.message).toContain('i32.addd')
})

test('instructions of later proposals are read, so that the compiler can refuse them by name', async () => {
  const text = '(module (func $f (drop (v128.const i64x2 0 0)) (return_call $f)))'
  expect((await assemble(text)).length).toBeGreaterThan(8)
})

describe('text beyond ASCII', () => {
  const text = ';; héllo\n(module (memory 1) (data (i32.const 0) "naïve 日本 🎉\\n") (func (export "größe")))'

  test('strings and names are their UTF-8, as for every other assembler', async () => {
    for (const form of [text, Buffer.from(text), Buffer.from(`\ufeff${text}`), Buffer.from(`..${text}`).subarray(2)]) {
      const { bytes, data, exports } = decode(await assemble(form), { name: 'hello' })
      expect(Buffer.from(bytes.subarray(data[0].start, data[0].end)).toString()).toBe('naïve 日本 🎉\n')
      expect(exports[0].name).toBe('größe')
    }
  })

  test('a mistake behind it has its column in characters, and the marks are below it', async () => {
    const { message } = await refused('(module\n  (func (export "日本é") (i32.addd)))')
    expect(message).toMatch(/^src\/hello\.wat:2:25: /)
    const [, line, marks] = message.split('\n')
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('i32.addd')
  })

  test('what is not UTF-8 is refused with its place', async () => {
    const error = await refused(
      Buffer.concat([Buffer.from('(module\n (data "é\ufffd'), Buffer.of(0xff), Buffer.from('"))')]),
    )
    expect(error.message).toMatch(/^src\/hello\.wat:2:11: malformed UTF-8/)
  })

  test('a name that is not ASCII stands in the message as it is', async () => {
    const error = await assemble('(module (fnuc))', { file: 'größe 日本.wat' }).catch((caught: Error) => caught)
    expect((error as Error).message).toMatch(/^größe 日本\.wat:1:10: /)
  })
})

test.each([
  [
    'typed references and garbage collection',
    '(type $t (func)) (type $s (struct (field i32))) (func (param (ref $t)) (call_ref $t (local.get 0)) (drop (struct.new $s (i32.const 1))))',
  ],
  ['wide arithmetic', '(func (result i64 i64) (i64.mul_wide_u (i64.const 1) (i64.const 2)))'],
  [
    'several memories',
    '(memory $a 1) (memory $b 1) (func (drop (i32.load $b (i32.const 0))) (memory.copy $b $a (i32.const 0) (i32.const 0) (i32.const 0)))',
  ],
  ['64-bit memories and tables', '(memory i64 1) (table i64 1 funcref)'],
  ['exceptions', '(tag $t) (func (try_table (catch_all 0) (throw $t)))'],
  ['the older form of exceptions', '(tag $t) (func (try (do (throw $t)) (catch_all)))'],
  ['threads', '(memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0))))'],
  ['tail calls', '(func $f (return_call $f))'],
  ['relaxed SIMD', '(func (param v128) (drop (f32x4.relaxed_min (local.get 0) (local.get 0))))'],
  ['extended constant expressions', '(global i32 (i32.add (i32.const 1) (i32.const 2)))'],
  [
    'annotations and hints',
    '(@name "x") (func (param i32) (@metadata.code.branch_hint "\\00") (if (local.get 0) (then)))',
  ],
])('text may use %s', async (_, fields) => {
  const module = decode(await assemble(`(module ${fields})`), { name: 'hello' })
  validateModule(module)
})

test.each([['(module (func (suspend 0)))', /^src\/hello\.wat:1:16: .*proposal 'stack-switching'/]])(
  '%s is refused by the name of its proposal',
  async (text, says) => {
    const error = await assemble(text, { file: 'src/hello.wat' })
      .then((bytes) => decode(bytes, { name: 'hello' }))
      .catch((caught: Error) => caught)
    expect(error).toMatchObject({ code: 'unsupported' })
    expect((error as Error).message).toMatch(says)
  },
)

test('a mistake that validation finds has its line and column too', async () => {
  const text = '(module\n  (memory 1)\n  (func $f (result i32)\n    (nop)\n    (i64.add (i64.const 1) (f32.const 2))))'
  const bytes = await assemble(text, { file: 'src/hello.wat' })
  const read = () => validateModule(decode(bytes, { name: 'hello', file: 'src/hello.wat' }))
  expect(read).toThrow(
    /^src\/hello\.wat:5:6: invalid module at 0x\w+ in func\[0\] \$f: type mismatch.*\n {2}correct the text$/,
  )
})

test('comments and strings may speak of typed references', async () => {
  const text = '(module (; (; (ref 0) ;) (ref 1) ;) (memory 1) ;; (ref 2)\n (data "\\"(ref 3)"))'
  expect((await assemble(text)).length).toBeGreaterThan(8)
})

test('a string may be as long as it likes', async () => {
  const { data } = decode(await assemble(`(module (memory 500) (data (i32.const 0) "${'a\\n'.repeat(1e7)}"))`), {
    name: 'hello',
  })
  expect(data[0].end - data[0].start).toBe(2e7)
})
