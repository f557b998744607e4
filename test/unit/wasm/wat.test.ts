import { expect, test } from 'vitest'
import { decode } from '../../../compiler/wasm/decode.ts'
import { CompileError } from '../../../compiler/errors.ts'
import { assemble } from '../../../compiler/wat.ts'

const refused = async (text: string): Promise<CompileError> => {
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
  expect(error.cause).toBeInstanceOf(Error)
})

test('instructions of later proposals are read, so that the compiler can refuse them by name', async () => {
  const text = '(module (func $f (drop (v128.const i64x2 0 0)) (return_call $f)))'
  expect((await assemble(text)).length).toBeGreaterThan(8)
})
