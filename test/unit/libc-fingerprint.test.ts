import { describe, expect, test } from 'vitest'
import { Fingerprints } from '../../compiler/libc/fingerprint.ts'
import { Routines } from '../../compiler/libc/routines.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { assemble } from '../../compiler/wat.ts'

async function moduleOf(wat: string): Promise<Module> {
  return decode(await assemble(wat, { file: 'test.wat' }), { name: 'test' })
}

/** Of the last function of a module of these functions. */
async function fingerprint(functions: string): Promise<string | undefined> {
  const module = await moduleOf(`(module (memory 1) (global $g (mut i32) (i32.const 0)) ${functions})`)
  return new Fingerprints(module).of(module.funcs.at(-1)!)
}

const STRLEN = (locals: string, end: string, count: string): string => `(func (param $p i32) (result i32) ${locals}
  (loop $next
    (local.set ${end} (i32.add (local.get $p) (local.get ${count})))
    (local.set ${count} (i32.add (local.get ${count}) (i32.const 1)))
    (br_if $next (i32.load8_u (local.get ${end}))))
  (i32.sub (local.get ${count}) (i32.const 1)))`
const PLAIN = STRLEN('(local $end i32) (local $n i32)', '$end', '$n')

test('callees are not looked into where something else decides: of chains of calls each would be, again and again', async () => {
  const chain = Array.from({ length: 40 }, (_, i) => `(func (call ${i + 1}) (drop (global.get $g)))`)
  const module = await moduleOf(`(module (global $g (mut i32) (i32.const 0)) ${chain.join('')} (func))`)
  const looked: PropertyKey[] = []
  const funcs = new Proxy(module.funcs, { get: (list, key) => (looked.push(key), Reflect.get(list, key)) })
  const [first] = module.funcs
  expect(new Fingerprints({ ...module, funcs }).of(first)).toBeUndefined()
  expect(looked).toEqual([])
})

describe('functions have one fingerprint', () => {
  test('whatever the numbers of their locals are, used or not', async () => {
    const other = STRLEN('(local i64) (local $n i32) (local f64) (local $end i32)', '$end', '$n')
    expect(await fingerprint(other)).toBe(await fingerprint(PLAIN))
  })

  test('whether a value is set and read or teed', async () => {
    const set = '(func (param i32) (result i32) (local i32) (local.set 1 (local.get 0)) (local.get 1))'
    const tee = '(func (param i32) (result i32) (local i32) (local.tee 1 (local.get 0)))'
    expect(await fingerprint(set)).toBe(await fingerprint(tee))
  })

  test('with other hints about alignment', async () => {
    const load = (hint: string): string => `(func (param i32) (result i32) (i32.load ${hint} (local.get 0)))`
    expect(await fingerprint(load('align=1'))).toBe(await fingerprint(load('')))
  })

  test('if what they call has one', async () => {
    const caller = '(func (param i32) (result i32) (call $callee (local.get 0)))'
    const callee = PLAIN.replace('(func', '(func $callee')
    expect(await fingerprint(`${callee} ${caller}`)).toBe(await fingerprint(`(func) ${callee} ${caller}`))
  })
})

describe('functions have different fingerprints', () => {
  test.each([
    ['constants', 'i32.const 1', 'i32.const 2'],
    ['instructions', 'i32.load8_u', 'i32.load8_s'],
    ['offsets', 'i32.load8_u', 'i32.load8_u offset=1'],
    ['uses of locals', '(local.get $p) (local.get $n)', '(local.get $p) (local.get $end)'],
  ])('with other %s', async (_, from, to) => {
    expect(PLAIN).toContain(from)
    expect(await fingerprint(PLAIN.replace(from, to))).not.toBe(await fingerprint(PLAIN))
  })

  test('with locals of other types', async () => {
    const drop = (type: string): string => `(func (local ${type}) (drop (local.get 0)))`
    expect(await fingerprint(drop('i32'))).not.toBe(await fingerprint(drop('i64')))
  })

  test('if what they call has', async () => {
    const caller = (constant: number): string =>
      `(func $callee (result i32) (i32.const ${constant})) (func (result i32) (call $callee))`
    expect(await fingerprint(caller(1))).not.toBe(await fingerprint(caller(2)))
  })
})

describe('functions have no fingerprint', () => {
  test.each([
    ['that use a global', '(func (result i32) (global.get $g))'],
    ['that call an import', '(func (call $import))', '(import "a" "b" (func $import))'],
    ['that call themselves', '(func $self (call $self))'],
    ['that call through a table', '(table 1 funcref) (func (call_indirect (i32.const 0)))'],
  ])('%s', async (_, functions, imports = '') => {
    const module = await moduleOf(`(module ${imports} (memory 1) (global $g (mut i32) (i32.const 0)) ${functions})`)
    expect(new Fingerprints(module).of(module.funcs.at(-1)!)).toBeUndefined()
  })
})

describe('a function is replaced', () => {
  /** strlen as Zig's library has it. */
  const KNOWN = `(func $known (param $p i32) (result i32) (local $n i32) (local $at i32) (local $next i32)
    (local.set $n (i32.const 0))
    (loop $again
      (local.set $at (i32.add (local.get $p) (local.get $n)))
      (local.set $n (local.tee $next (i32.add (local.get $n) (i32.const 1))))
      (br_if $again (i32.load8_u (local.get $at))))
    (i32.add (local.get $next) (i32.const -1)))`

  async function routine(memory: string, func = KNOWN): Promise<string | undefined> {
    const module = await moduleOf(`(module ${memory} ${func})`)
    return new Routines(module).find(module.funcs[0], decodeBody(module, module.funcs[0]))
  }

  test('whatever its name is', async () => {
    expect(await routine('(memory 1)')).toBe('strlen')
    expect(await routine('(memory 1)', KNOWN.replace('$known', '$strchr'))).toBe('strlen')
  })

  test('but not for its name', async () => {
    expect(await routine('(memory 1)', KNOWN.replace('$known', '$strlen').replace('const -1', 'const -2'))).toBe(
      undefined,
    )
  })

  test('but not where another thread may make the memory as large as addresses reach', async () => {
    expect(await routine('(memory 1 65535 shared)')).toBe('strlen')
    expect(await routine('(memory 1 65536 shared)')).toBe(undefined)
  })

  test('but not where accesses are checked', async () => {
    expect(await routine('(memory 1) (memory 1)')).toBe('strlen')
    const wide = KNOWN.replace('(i32.load8_u (local.get $at))', '(i32.load8_u (i64.extend_i32_u (local.get $at)))')
    expect(await routine('(memory i64 1)', wide)).toBe(undefined)
  })
})
