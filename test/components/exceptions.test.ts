/** Exceptions of core modules end at the component's calls: what keeps account of handles there is never passed by. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutables, type Optimize } from '../../compiler/index.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { parseComponent } from '../support/component.ts'

const dir = temporaryDirectory('component-exceptions')
const levels: Optimize[] = [1, 2]

/** A command that catches all that it can of a call, and says so by its exit code. */
const command = (throwing: string): string => `(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit-with-code" (func (param "status-code" u8)))))
  (component $A ${throwing})
  (component $B
    (import "resource" (type $t (sub resource)))
    (import "boom" (func $boom (result (own $t))))
    (import "done" (func $done (param "status-code" u8)))
    (core func $boom (canon lower (func $boom)))
    (core func $drop (canon resource.drop $t))
    (core func $done (canon lower (func $done)))
    (core module $m
      (import "" "boom" (func $boom (result i32)))
      (import "" "drop" (func $drop (param i32)))
      (import "" "done" (func $done (param i32)))
      (func (export "run") (result i32)
        (block $l
          (try_table (catch_all $l) (call $drop (call $boom)))
          (call $done (i32.const 3)))
        (call $done (i32.const 7))
        (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance
      (export "boom" (func $boom)) (export "drop" (func $drop)) (export "done" (func $done))))))
    (func (export "run") (result (result)) (canon lift (core func $i "run"))))
  (instance $a (instantiate $A))
  (alias export $a "resource" (type $t))
  (instance $b (instantiate $B
    (with "resource" (type $t)) (with "boom" (func $a "boom")) (with "done" (func $exit "exit-with-code"))))
  (instance $run (export "run" (func $b "run")))
  (export "wasi:cli/run@0.2.0" (instance $run)))`

/** Which of its functions throws: 0 none, 1 the lifted one, 2 the destructor. */
const thrower = (which: number): string => `
  (core module $d
    (tag $t)
    (func (export "drop") (param i32) (if (i32.eq (i32.const ${which}) (i32.const 2)) (then (throw $t)))))
  (core instance $d (instantiate $d))
  (type $r (resource (rep i32) (dtor (core func $d "drop"))))
  (core func $new (canon resource.new $r))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (tag $t)
    (func (export "boom") (result i32)
      (if (i32.eq (i32.const ${which}) (i32.const 1)) (then (throw $t)))
      (call $new (i32.const 5))))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new))))))
  (export $e "resource" (type $r))
  (func (export "boom") (result (own $e)) (canon lift (core func $m "boom")))`

describe.each(levels)('level %s', (optimize) => {
  test.each([
    ['nothing', 0, ''],
    ['a function', 1, 'wasm trap: an exception left a component'],
    ['a destructor', 2, 'wasm trap: an exception left a component'],
  ])('where %s throws', async (name, which, message) => {
    const bytes = await parseComponent(command(thrower(which)))
    const path = join(dir, `${name.replaceAll(' ', '-')}-${optimize}`)
    await createExecutables(bytes, { name: 'program', optimize, targets: ['host'], outFile: () => path })
    const { status, stderr } = spawnSync(path, { encoding: 'utf8' })
    expect(stderr).toContain(message)
    if (which === 0) expect(status).toBe(3)
    else expect([3, 7]).not.toContain(status)
  })
})
