/** What components import of the system: each function by its interface, name and type. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { planComponent } from '../../compiler/component/program.ts'
import { readHost } from '../../compiler/component/stages.ts'
import { validateComponent } from '../../compiler/component/validate.ts'
import { isWasiModule } from '../../compiler/wasi.ts'
import { parseComponent } from '../support/component.ts'

const file = 'program.wasm'

/** A command that calls one function of an interface. */
async function plan(interfaceName: string, type: string, lowered: string): Promise<string[]> {
  const bytes = await parseComponent(
    `(component
    (import "${interfaceName}" (instance $i ${type}))
    (core func $f (canon lower (func $i "f")))
    (core module $M
      (import "" "f" (func $f ${lowered}))
      (func (export "run") (result i32) (i32.const 0)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func $run (result (result)) (canon lift (core func $m "run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run)))`.replaceAll('"f"))', `"${functionOf(type)}"))`),
  )
  const component = decodeComponent(bytes, { file })
  validateComponent(component, { file })
  const { imports } = planComponent(component, { name: 'program', file, host: await readHost('plain') })
  return imports.flatMap(({ module, name }) => (isWasiModule(module) ? [name] : []))
}

const functionOf = (type: string): string => /\(export "([^"]*)" \(func/.exec(type)![1]

test('a function of any version of 0.2 is answered by calls of preview 1, and by no others', async () => {
  const now = '(export "now" (func (result u64)))'
  expect(await plan('wasi:clocks/monotonic-clock@0.2.0', now, '(result i64)')).toEqual(['clock_time_get', 'proc_exit'])
  expect(await plan('wasi:clocks/monotonic-clock@0.2.99', now, '(result i64)')).toEqual(['clock_time_get', 'proc_exit'])
})

test('one that nothing answers is named with its interface and version', async () => {
  await expect(plan('wasi:sockets/tcp@0.2.3', '(export "connect" (func))', '')).rejects.toThrow(
    'imports connect of wasi:sockets/tcp@0.2.3, which no host function answers',
  )
  await expect(
    plan('wasi:clocks/monotonic-clock@0.4.0', '(export "now" (func (result u64)))', '(result i64)'),
  ).rejects.toThrow('imports now of wasi:clocks/monotonic-clock@0.4.0, which no host function answers')
})

test('functions of wasi:http are linked, whatever they are, and ask nothing of the system', async () => {
  const handle = '(export "handle" (func (result u64)))'
  expect(await plan('wasi:http/outgoing-handler@0.2.3', handle, '(result i64)')).toEqual(['proc_exit'])
})

test('one declared with another type is refused, be its core type the same: a number is no handle', async () => {
  await expect(
    plan('wasi:cli/stdout@0.2.3', '(export "get-stdout" (func (result u32)))', '(result i32)'),
  ).rejects.toThrow(
    'imports get-stdout of wasi:cli/stdout@0.2.3 as func() -> u32, but it is func() -> own<wasi:io/streams@0.2#output-stream>',
  )
})

test('what a core module imports by the name of private calls is what its component gives it', async () => {
  const bytes = await parseComponent(
    `(component
    (core module $own (func (export "socket") (param i32 i32 i32) (result i32) (i32.const 0)))
    (core instance $own (instantiate $own))
    (core module $M
      (import "wasi_net" "socket" (func (param i32 i32 i32) (result i32)))
      (func (export "run") (result i32) (call 0 (i32.const 0) (i32.const 0) (i32.const 0))))
    (core instance $m (instantiate $M (with "wasi_net" (instance $own))))
    (func $run (result (result)) (canon lift (core func $m "run")))
    (instance $run (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $run)))`,
  )
  const component = decodeComponent(bytes, { file })
  validateComponent(component, { file })
  const { imports } = planComponent(component, { name: 'program', file, host: await readHost('net') })
  expect(imports.filter(({ module }) => isWasiModule(module)).map(({ name }) => name)).toEqual(['proc_exit'])
})

test.each(['wasi.host', 'wasm:tasks', 'wasi_net', 'wasm:component', 'wasi_snapshot_preview1'])(
  'a component may be called %s, as what it is linked with',
  async (name) => {
    const text = readFileSync(new URL('tasks.wat', import.meta.url), 'utf8')
    const component = decodeComponent(await parseComponent(text), { file })
    validateComponent(component, { file })
    const { modules } = planComponent(component, { name, file, host: await readHost('async') })
    const names = modules.map(({ module }) => module.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.at(-1)).toBe(`${name}.component`)
  },
)
