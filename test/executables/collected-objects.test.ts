/** Programs with garbage collection. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createObject } from '../../compiler/index.ts'
import { executableFrom } from '../support/compile-wat.ts'
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

/** Words of the collector's. */
const COLLECTOR = 'more types than the collector has room for'

test.each([1, 2] as const)('a program without objects has nothing of the collector, optimize %i', async (optimize) => {
  const has = async (fields: string): Promise<boolean> => {
    const bytes = await toBytes({ kind: 'text', text: `(module ${fields})` })
    return (await readFile(await executableFrom(bytes, 'linux-x64', { file: 'p.wasm', optimize }))).includes(COLLECTOR)
  }
  expect(await has('(func (export "_start"))')).toBe(false)
  expect(await has('(type $s (struct (field i32))) (func (export "_start") (drop (struct.new_default $s)))')).toBe(true)
})

test.each([1, 2] as const)('a program that starts threads has no objects, optimize %i', async (optimize) => {
  const text = `(module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "env" "memory" (memory 1 2 shared))
    (type $s (struct (field i32)))
    (func (export "wasi_thread_start") (param i32 i32) (drop (struct.new $s (local.get 0))))
    (func (export "_start") (drop (call $spawn (i32.const 1)))))`
  const built = executableFrom(await toBytes({ kind: 'text', text }), 'linux-x64', { file: 's.wasm', optimize })
  await expect(built).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining("objects in a program that starts threads, proposal 'gc'"),
  })
})
