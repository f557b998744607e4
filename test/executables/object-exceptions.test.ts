/** An exception passes through a module that knows of none, where both are objects of one C program. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createObject } from '../../compiler/index.ts'
import { toBytes } from '../spec/convert.ts'
import { which } from '../support/tools.ts'
import { temporaryDirectory } from './program.ts'

const THROWER = `(module (tag $tag (param i32))
  (import "between" "twice" (func $twice (param i32) (result i32)))
  (func (export "odd") (param i32) (result i32)
    (if (i32.and (local.get 0) (i32.const 1)) (then (throw $tag (local.get 0))))
    (local.get 0))
  (func (export "caught") (param i32) (result i32)
    (block $handler (result i32)
      (try_table (catch $tag $handler) (return (call $twice (local.get 0))))
      (unreachable))
    (i32.mul (i32.const -1))))`
/** Counts the calls that came back. */
const BETWEEN = `(module (import "thrower" "odd" (func $odd (param i32) (result i32)))
  (global $calls (mut i32) (i32.const 0))
  (func (export "twice") (param i32) (result i32) (local $got i32)
    (local.set $got (call $odd (local.get 0)))
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.mul (local.get $got) (i32.const 2)))
  (func (export "calls") (result i32) (global.get $calls)))`

const MAIN = `#include <stdio.h>
void thrower_instantiate(void), between_instantiate(void);
int thrower__caught(int), between__twice(int), between__calls(void);
unsigned thrower_exception(void);
int main(void) {
  between_instantiate();
  thrower_instantiate();
  printf("%d", thrower__caught(4));
  printf(" %d", thrower__caught(5));
  between__twice(7);
  printf(" %u", thrower_exception());
  printf(" %d", between__twice(8));
  printf(" %d\\n", between__calls());
  return 0;
}
`

test.each([
  ['thrower.o', 'between.o'],
  ['between.o', 'thrower.o'],
])('linked as %s %s', async (...objects) => {
  if (which('cc') === undefined) return void console.warn('skipped: needs cc')
  const dir = temporaryDirectory('object-exceptions')
  for (const [name, text] of Object.entries({ thrower: THROWER, between: BETWEEN }))
    await createObject(await toBytes({ kind: 'text', text }), {
      file: `${name}.wat`,
      cacheDir: join(dir, 'cache'),
      outFile: join(dir, `${name}.o`),
    })
  writeFileSync(join(dir, 'main.c'), MAIN)
  execFileSync('cc', ['main.c', ...objects, '-o', 'main'], { cwd: dir })
  expect(execFileSync(join(dir, 'main'), { encoding: 'utf8' })).toBe('8 -5 1 16 2\n')
})

/** How a module comes to a function of another one, which throws: what that has for it, what it has itself, and what calls it. */
const WAYS: Record<string, { imports?: string; thrower?: string; between: string; run: string }> = {
  'a table that it imports': {
    thrower: '(table (export "table") funcref (elem $throws))',
    between: '(import "thrower" "table" (table 1 funcref))',
    run: '(call_indirect (type $f) (i32.const 0))',
  },
  'a table that it exports': {
    imports: '(import "between" "table" (table 1 funcref))',
    thrower: '(elem (i32.const 0) func $throws)',
    between: '(table (export "table") 1 funcref)',
    run: '(call_indirect (type $f) (i32.const 0))',
  },
  'a global that it imports': {
    thrower: '(global (export "function") (ref null $f) (ref.func $throws))',
    between: '(import "thrower" "function" (global $function (ref null $f)))',
    run: '(call_ref $f (global.get $function))',
  },
  'an argument': { between: '', run: '(call_ref $f (local.get $function))' },
  // So many bytes of code are compiled in several parts, which are one again in an object file.
  'its name, in a large module': {
    thrower: '(export "throws" (func $throws))',
    between: `(import "thrower" "throws" (func $throws (type $f)))
      (func ${'nop '.repeat(100_000)})`,
    run: '(call $throws)',
  },
}

describe.skipIf(which('cc') === undefined)(
  'a module without exceptions does not go on where a function has thrown that it has by',
  () => {
    test.each(Object.entries(WAYS))('%s', async (_, { imports = '', thrower = '', between, run }) => {
      const type = '(type $f (func (result i32)))'
      const modules = {
        thrower: `(module ${type} (tag $tag) ${imports}
        (import "between" "run" (func $run (param (ref null $f)) (result i32)))
        ${thrower}
        (elem declare func $throws)
        (func $throws (type $f) (throw $tag))
        (func (export "go") (result i32)
          (block $caught (try_table (catch_all $caught) (return (call $run (ref.func $throws)))) (unreachable))
          (i32.const 42)))`,
        between: `(module ${type} ${between}
        (global $calls (mut i32) (i32.const 0))
        (func (export "run") (param $function (ref null $f)) (result i32)
          ${run} (global.set $calls (i32.const 1)))
        (func (export "calls") (result i32) (global.get $calls)))`,
      }
      const dir = temporaryDirectory('object-exceptions')
      for (const [name, text] of Object.entries(modules))
        await createObject(await toBytes({ kind: 'text', text }), {
          file: `${name}.wat`,
          cacheDir: join(dir, 'cache'),
          outFile: join(dir, `${name}.o`),
        })
      const order = between.includes('import') ? ['thrower', 'between'] : ['between', 'thrower']
      const main = `#include <stdio.h>
      void thrower_instantiate(void), between_instantiate(void);
      int thrower__go(void), between__calls(void);
      int main(void) {
        ${order.map((name) => `${name}_instantiate();`).join(' ')}
        printf("%d", thrower__go());
        printf(" %d\\n", between__calls());
        return 0;
      }`
      writeFileSync(join(dir, 'main.c'), main)
      execFileSync('cc', ['main.c', 'thrower.o', 'between.o', '-o', 'main'], { cwd: dir })
      expect(execFileSync(join(dir, 'main'), { encoding: 'utf8' })).toBe('42 0\n')
    })
  },
)
