/** Components of few bytes that mean more code than anybody wants: a limit says so, soon. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable, hostTarget } from '../../compiler/index.ts'
import { parseComponent } from '../support/component.ts'

const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

test('a type of many parts, passed many times', async () => {
  const depth = 17
  const bytes = await parseComponent(`(component
    (core module $M
      (memory (export "m") 1)
      (func (export "f") (param i32))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
      (func (export "run") (result i32) i32.const 0))
    (core instance $m (instantiate $M))
    (type $t0 u32)
    ${times(depth, (i) => `(type $t${i + 1} (tuple $t${i} $t${i}))`)}
    (func $f (param "x" $t${depth})
      (canon lift (core func $m "f") (memory (core memory $m "m")) (realloc (core func $m "realloc"))))
    ${times(100, (i) => `(canon lower (func $f) (memory (core memory $m "m")) (core func $g${i}))`)}
    (func $run (result (result)) (canon lift (core func $m "run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run)))`)
  expect(bytes.length).toBeLessThan(3000)
  const options = { file: 'x.wasm', target: hostTarget()!.name, outFile: join(tmpdir(), 'never-made') }
  await expect(createExecutable(bytes, options)).rejects.toThrow(
    /x\.wasm: unsupported .* more than 200,000 values that are moved between components/,
  )
})
