/** wasi:http, which is imported by what comes with an engine of JavaScript: linked, and a trap when it is called. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createExecutable, hostTarget } from '../../compiler/index.ts'
import { parseComponent } from '../support/component.ts'
import { runExecutable } from '../support/run-target.ts'

const { name: target } = hostTarget()!

/** A command that makes a list of fields, or does not. */
const program = (calls: boolean): string => `(component
  (import "wasi:http/types@0.2.3" (instance $http
    (export "fields" (type $fields (sub resource)))
    (export "[constructor]fields" (func (result (own $fields))))))
  (alias export $http "fields" (type $fields))
  (core func $new (canon lower (func $http "[constructor]fields")))
  (core func $drop (canon resource.drop $fields))
  (core module $M
    (import "" "new" (func $new (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "run") (result i32)
      (if (i32.const ${Number(calls)}) (then (call $drop (call $new))))
      (i32.const 0)))
  (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func $run (result (result)) (canon lift (core func $m "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $run)))`

test.each([
  [false, { code: 0, stderr: '' }],
  [
    true,
    {
      code: 134,
      stderr: expect.stringContaining('wasm trap: a function of wasi:http was called, which executables do not have\n'),
    },
  ],
])('called: %s', async (calls, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'component-http-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const outFile = join(folder, 'program.exe')
  await createExecutable(await parseComponent(program(calls)), { file: 'program.wasm', target, outFile })
  expect(await runExecutable(target, outFile, [])).toMatchObject(expected)
})

test('a server of wasi:http is no command, and is told what would be', async () => {
  const text = `(component
    (core module $M (func (export "handle")))
    (core instance $m (instantiate $M))
    (func $handle (canon lift (core func $m "handle")))
    (instance $handler (export "handle" (func $handle)))
    (export "wasi:http/incoming-handler@0.2.3" (instance $handler)))`
  const built = createExecutable(await parseComponent(text), { file: 'program.wasm', target, outFile: 'never' })
  await expect(built).rejects.toMatchObject({
    message: expect.stringContaining('it exports wasi:http/incoming-handler@0.2.3'),
    hint: 'servers of wasi:http are not compiled: build a command, which may listen through wasi:sockets',
  })
})
