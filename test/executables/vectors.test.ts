import { expect, test } from 'vitest'
import { opcodes } from '../../compiler/wasm/opcodes.ts'
import { assemble } from '../../compiler/wat.ts'
import { F32, F64, I32, I64, V128 } from '../../compiler/wasm/types.ts'
import { which } from '../support/tools.ts'
import { runWithCompiler, SYSTEM_COMPILERS } from '../support/with-compiler.ts'

const NAMES = new Map<unknown, string>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [V128, 'v128'],
])

/** A function for each instruction on vectors that has no immediate. */
const functions = opcodes
  .filter(({ feature, imm, params, results }) => feature.endsWith('simd') && imm === '' && params && results)
  .map(({ name, params, results }) => {
    const types = (kind: string, list: typeof params) => `(${kind} ${list!.map((type) => NAMES.get(type)).join(' ')})`
    const operands = params!.map((_, i) => `(local.get ${i})`).join(' ')
    return `(func (export "${name}") ${types('param', params)} ${types('result', results)} (${name} ${operands}))`
  })

test.each(SYSTEM_COMPILERS)('%s compiles all instructions on vectors', async (compiler) => {
  if (which(compiler) === undefined) return void console.warn(`skipped: needs ${compiler}`)
  expect(functions.length).toBeGreaterThan(200)
  const bytes = await assemble(`(module ${functions.join('\n')} (func (export "_start")))`)
  expect(await runWithCompiler(compiler, bytes)).toMatchObject({ code: 0, stderr: '' })
})
