import { describe, expect, test } from 'vitest'
import { mangle, mangleModule, symbol } from '../../compiler/c/symbols.ts'

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
