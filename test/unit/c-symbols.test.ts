import { describe, expect, test } from 'vitest'
import { mangle, mangleModule, own, symbol, unmangle } from '../../compiler/c/symbols.ts'

describe('mangle', () => {
  test.each([
    ['fib', 'fib'],
    ['_start', '_start'],
    ['Zoo', 'ZZoo'],
    ['log message', 'logZ20message'],
    ['ü', 'Zc3Zbc'],
    ['', ''],
  ])('%j is %s', (name, expected) => {
    expect(mangle(name)).toBe(expected)
  })
})

describe('mangleModule', () => {
  test.each([
    ['hello', 'hello'],
    ['wasi_snapshot_preview1', 'wasi_snapshot_preview1'],
    ['a__b', 'aZ5f_b'],
    ['trailing_', 'trailingZ5f'],
    ['7zip', 'Z37zip'],
    ['my-module', 'myZ2dmodule'],
    ['wasm', 'Z77asm'],
    ['wasm_x', 'Z77asm_x'],
    ['wasmtime', 'wasmtime'],
    ['_', 'Z5f'],
    ['', 'Znameless'],
  ])('%j is %s', (name, expected) => {
    expect(mangleModule(name)).toBe(expected)
  })
})

describe('symbol', () => {
  test('the first __ separates module and name', () => {
    expect(symbol('hello', '_start')).toBe('hello___start')
    expect(symbol('a', '_b')).not.toBe(symbol('a_', 'b'))
    expect(symbol('a__b', 'c')).not.toBe(symbol('a', 'b__c'))
  })
})

describe('own', () => {
  test('is no symbol, whatever follows', () => {
    for (const rest of ['f0', 'f0_a__b', '__x', 'Z41']) expect(unmangle(own('hello', rest))).toBeUndefined()
  })
  test('belongs to one module', () => {
    expect(own('a', 'f1_x')).not.toBe(own(mangleModule('a_f1'), 'x'))
    expect(own('a', 'Z_x')).not.toBe(own(mangleModule('aZ_'), 'x'))
  })
})

test.each([
  ['hello', '_start'],
  ['', 'f'],
  ['a__b', 'Zü'],
  ['wasm', 'x'],
  ['_', ''],
])('unmangle finds %j and %j', (module, name) => {
  expect(unmangle(symbol(module, name))).toEqual([module, name])
})
