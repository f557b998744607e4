/** Programs with garbage collection. */
import { expect, test } from 'vitest'
import { createObject } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { describeObjectPrograms } from './object-programs.ts'

describeObjectPrograms('linux-x64')
describeObjectPrograms('linux-arm64', [1])

test('object files for C programs refuse it by name', async () => {
  const text = '(module (type $s (struct (field i32))) (func (export "f") (drop (struct.new_default $s))))'
  const error = await createObject(await toBytes({ kind: 'text', text }), { file: 's.wasm' }).catch(
    (caught: Error) => caught,
  )
  expect(error).toMatchObject({ code: 'unsupported' })
  expect((error as Error).message).toContain(
    "uses garbage collection (proposal 'gc'), which an object file for C programs",
  )
})
