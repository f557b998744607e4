import { describe, expect, test } from 'vitest'
import { checkTemplate, emittedName, formatFileName, placeOf } from '../../../src/file-name.ts'
import { builtFile } from './built.ts'

describe('templates', () => {
  test.each([
    '/etc/[target]',
    '\\\\server\\[target]',
    'C:[target]',
    'c:\\x\\[target]',
    '../[target]',
    'x/../../[target]',
    'x\\..\\..\\[target]',
    'x/.. /../[target]',
    'x/.. ./[target]',
  ])('%j leads out of the output directory', (template) => {
    expect(() => checkTemplate(template)).toThrow(/leads out of the output directory|a colon/)
  })

  test.each([
    ['x/[pa[ext]th]/[target]', /a bracket or a colon that belongs to no placeholder/],
    ['[target]:stream', /a bracket or a colon that belongs to no placeholder/],
    ['a\0[target]', /"a\\u\{0\}\[target\]" has control characters/],
    ['a\n[target]', /control characters/],
    ['[target]/', /is a directory’s/],
    ['#[target]', /has a \? or #, which ends a path in a URL/],
    ['[target]?x', /has a \? or #/],
  ])('%j is explained', (template, message) => {
    expect(() => checkTemplate(template)).toThrow(message)
  })

  test('are relative, with slashes', () => {
    expect(checkTemplate('.\\bin\\[name]-[target][ext]')).toBe('bin/[name]-[target][ext]')
  })
})

describe('what comes out of a template counts', () => {
  test.each([
    ['x/[ext].[ext]./[ext].[ext]./evil-[target]', 'linux-x64', 'hello'],
    ['[name]/[target]', 'linux-x64', '..'],
    ['[name][ext]./[target]', 'linux-x64', '.'],
  ] as const)('%s for %s, %s', (template, target, name) => {
    checkTemplate(template)
    expect(() => formatFileName(template, builtFile(name, target))).toThrow(/leads out of the output directory/)
  })

  test.each([
    ['[target]/[name][ext]', 'aux'],
    ['[target]/[name].[triple]', 'COM1'],
    ['bin/[name] .[target]', 'nul'],
    ['[name]/[target]', 'CONOUT$'],
  ])('%s for a module called %s is no device of Windows', (template, name) => {
    checkTemplate(template)
    expect(() => formatFileName(template, builtFile(name, 'win32-x64'))).toThrow(/is a device on Windows/)
    expect(formatFileName('[name]-[target]', builtFile(name, 'win32-x64'))).toBe(`${name}-win32-x64`)
  })

  test('with what ends a path in a URL taken out of names', () => {
    expect(formatFileName('[name]-[target]', builtFile('a#b?c', 'linux-x64'))).toBe('a_b_c-linux-x64')
  })

  test('and line ends, which bundlers write into their tables and JSON', () => {
    expect(formatFileName('[name]-[target]', builtFile('a\n✓\x1bb', 'linux-x64'))).toBe('a_✓_b-linux-x64')
  })

  test('and not what looks like it', () => {
    expect(formatFileName('x/[ext].[ext]./[target]', builtFile('hello', 'win32-x64'))).toBe('x/.exe..exe./win32-x64')
    expect(emittedName('a/..b/c..')).toBe('a/..b/c..')
    expect(emittedName('./a//b')).toBe('a/b')
  })
})

describe('names that some file system takes for one', () => {
  test.each([
    ['hello', 'Hello'],
    ['pl\u00e0ce', 'pla\u0300ce'],
    ['log\u03c3x', 'log\u03c2x'],
    ['stra\u00dfe', 'STRASSE'],
    ['\u0432', '\u1c80'],
    ['hello', 'hel\u200dlo'],
    ['hello/linux-x64', 'hello. ./linux-x64'],
    ['bin\\hello', 'bin.\\hello .'],
  ])('%j and %j', (name, other) => {
    expect(placeOf(other)).toBe(placeOf(name))
  })
  test.each([
    ['hello', 'hell'],
    ['a.b/c', 'a/b/c'],
    ['.a', 'a'],
    ['a b', 'ab'],
  ])('but not %j and %j', (name, other) => {
    expect(placeOf(other)).not.toBe(placeOf(name))
  })
})
