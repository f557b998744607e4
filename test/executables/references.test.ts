import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createObject, hostTarget } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'
import { COUNT, COUNT_DOWN, fine, testWays } from './passed-references.ts'
import { temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('references')

// All others are in references.slow.test.ts, and in c-call-graph.test.ts without being run.
testWays(['a typed parameter', 'the field of an object', 'an exported global', 'the imported function itself'])

test('tail calls between objects through second names take no stack', async (context) => {
  if (which('cc') === undefined) return context.skip('needs cc')
  const type = '(type $t (func (param i32) (result i32)))'
  const texts = {
    ping: `(module ${type} (import "facade" "pong" (func $pong (type $t)))
      (func (export "first") (export "second") (type $t) ${COUNT_DOWN('(return_call $pong (local.get 0))')}))`,
    facade: `(module ${type} (import "pong" "second" (func $pong (type $t))) (export "pong" (func $pong)))`,
    pong: `(module ${type} (import "ping" "second" (func $ping (type $t)))
      (func (export "first") (export "second") (type $t) (return_call $ping (i32.sub (local.get 0) (i32.const 1)))))`,
  }
  for (const [name, text] of Object.entries(texts)) {
    await createObject(await toBytes({ kind: 'text', text }), {
      file: `${name}.wasm`,
      cacheDir: join(dir, 'cache'),
      outFile: join(dir, `${name}.o`),
    })
  }
  const declarations = Object.keys(texts).map((name) => `void ${name}_instantiate(void);`)
  const calls = Object.keys(texts).map((name) => `${name}_instantiate();`)
  const main = `${declarations.join(' ')} unsigned ping__second(unsigned); int main(void) { ${calls.join(' ')} return ping__second(${COUNT}); }`
  writeFileSync(join(dir, 'main.c'), main)
  execFileSync('cc', ['main.c', 'ping.o', 'facade.o', 'pong.o', '-o', 'main'], { cwd: dir })
  expect(await runExecutable(hostTarget()!.name, join(dir, 'main'))).toMatchObject(fine)
})
