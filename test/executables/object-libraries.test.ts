/** Objects in shared libraries, each of which has a runtime of its own: one knows nothing of the other's types and exceptions. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createObject } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { which } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

/** A global of `lib` that becomes a function's address in `app`; a function of another type, and one that throws. */
const LIB = `(module (tag $tag)
  (global (export "address") i64 (i64.const 0x4142434445464748))
  (func (export "number") (param f64) (result i64) (i64.reinterpret_f64 (local.get 0)))
  (func (export "throw") (throw $tag)))`
const APPS = {
  jumps: `(module (type $f (func (result i32)))
    (import "lib" "address" (global $f (ref null $f)))
    (func (export "run") (result i32) (call_ref $f (global.get $f))))`,
  calls: `(module (import "lib" "number" (func $f (param i64) (result i32)))
    (func (export "run") (result i32) (call $f (i64.const 1))))`,
  catches: `(module (import "lib" "throw" (func $f))
    (func (export "run") (result i32)
      (block $caught (try_table (catch_all $caught) (call $f) (return (i32.const 1))) (unreachable))
      (i32.const 42)))`,
}

const cc = which('cc')
const dir = temporaryDirectory('object-libraries')
const object = async (name: string, text: string): Promise<unknown> =>
  createObject(await toBytes({ kind: 'text', text }), {
    file: `${name}.wat`,
    cacheDir: join(dir, 'cache'),
    outFile: join(dir, `${name}.o`),
  })
const link = (...args: string[]) => spawnSync('cc', args, { cwd: dir, encoding: 'utf8' })
const main = (name: string): string =>
  `#include <stdio.h>\nvoid ${name}_instantiate(void); int ${name}__run(void);\n` +
  `int main(void) { ${name}_instantiate(); printf("%d\\n", ${name}__run()); return 0; }\n`

beforeAll(async () => {
  if (cc === undefined) return
  await object('lib', LIB)
  for (const [name, text] of Object.entries(APPS)) {
    await object(name, text)
    writeFileSync(join(dir, `${name}.c`), main(name))
  }
  execFileSync('cc', ['-shared', 'lib.o', '-o', 'liblib.so'], { cwd: dir })
})

test.skipIf(cc === undefined || process.platform !== 'linux').each(Object.keys(APPS))(
  'what a module imports is in the same executable or library: %s is not linked',
  (name) => {
    const { status, stderr } = link(`${name}.c`, `${name}.o`, '-L.', '-llib', '-Wl,-rpath,.', '-o', name)
    expect(stderr).toMatch(/hidden symbol [`'"]?lib__\w+/)
    expect(status).not.toBe(0)
  },
)

test.skipIf(cc === undefined || process.platform !== 'linux')('a library may hold both, and a program call it', () => {
  const built = link('-shared', 'catches.o', 'lib.o', '-o', 'libboth.so')
  expect(built.stderr).toBe('')
  const source = main('catches').replace('catches_instantiate();', 'lib_instantiate(); catches_instantiate();')
  writeFileSync(join(dir, 'both.c'), `void lib_instantiate(void);\n${source}`)
  expect(link('both.c', '-L.', '-lboth', '-Wl,-rpath,.', '-o', 'both').stderr).toBe('')
  expect(execFileSync(join(dir, 'both'), { cwd: dir, encoding: 'utf8' })).toBe('42\n')
})
