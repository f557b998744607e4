import { describe, expect, test } from 'vitest'
import { grantWarnings } from '../../compiler/grant-warnings.ts'
import { parseHeapMax } from '../../compiler/heap.ts'
import { normalizeGrants, parseCpu, parseOptimize, type DirGrant } from '../../compiler/options.ts'
import { hostTarget, selectTarget, selectTargets } from '../../compiler/target-selection.ts'
import { DEFAULT_TARGETS, TARGET_NAMES } from '../../compiler/targets.ts'

const names = (list: readonly string[]) => selectTargets(list).map((target) => target.name)

describe('targets', () => {
  test('come in the order of the table, once each', () => {
    expect(names(['win32-x64', 'linux-x64', 'win32-x64'])).toEqual(['linux-x64', 'win32-x64'])
    expect(names(['all'])).toEqual(TARGET_NAMES)
    expect(names(['all', 'linux-x64'])).toHaveLength(7)
    // What is in others twice is built for whoever names it.
    expect(names(['darwin-universal', 'darwin-x64'])).toEqual(['darwin-x64', 'darwin-universal'])
    expect(names(['host'])).toEqual([hostTarget()!.name])
  })
  test('default to the six that most people run', () => {
    expect(DEFAULT_TARGETS).toHaveLength(6)
    expect(DEFAULT_TARGETS).not.toContain('linux-riscv64')
  })
  test.each([
    ['linux-x46', /unknown target "linux-x46"; did you mean "linux-x64"\?/],
    ['windows', /choose from linux-x64, .*, host, all/],
    ['Darwin-ARM64', /did you mean "darwin-arm64"\?/],
    ['', /unknown target ""/],
  ])('%j is explained', (name, message) => {
    expect(() => selectTarget(name)).toThrow(message)
  })
  test('an empty list is an error', () => {
    expect(() => selectTargets([])).toThrow(/no target was given/)
  })
})

describe('optimize', () => {
  test.each([
    [0, 0],
    ['3', 3],
    ['s', 's'],
  ])('%j', (given, level) => {
    expect(parseOptimize(given)).toBe(level)
  })
  test.each([4, 'z', null, true, ''])('%j is an error', (given) => {
    expect(() => parseOptimize(given)).toThrow(/optimize is one of 0, 1, 2, 3, s/)
  })
})

describe('cpu', () => {
  test('is a level of the x86-64 psABI', () => {
    expect(['baseline', 'x86-64-v2', 'x86-64-v3'].map(parseCpu)).toEqual(['baseline', 'x86-64-v2', 'x86-64-v3'])
    expect(() => parseCpu('x86-64-v8')).toThrow(/unknown cpu "x86-64-v8"; did you mean "x86-64-v2"\?/)
    expect(() => parseCpu(3)).toThrow(/cpu is one of baseline, x86-64-v2, x86-64-v3/)
  })
})

describe('heapMax', () => {
  test.each([
    [2 ** 20, 2 ** 20],
    ['1048576', 2 ** 20],
    ['64M', 2 ** 26],
    ['3g', 3 * 2 ** 30],
    ['2048K', 2 ** 21],
  ])('%j', (given, bytes) => {
    expect(parseHeapMax(given)).toBe(bytes)
  })
  test.each([0, 2 ** 20 - 1, '65G', '9'.repeat(400), '1T', '64 M', '', '-1', 1.5, NaN, null, true])(
    '%j is an error',
    (given) => {
      expect(() => parseHeapMax(given)).toThrow(/^heapMax: .*\n? *.*from 1M to 64G/s)
    },
  )
})

describe('grants', () => {
  test('get their defaults', () => {
    expect(normalizeGrants()).toEqual({
      dirs: [],
      env: [],
      args: { fixed: [], pass: true },
      listen: [],
      connect: [],
      resolve: [],
    })
    expect(
      normalizeGrants({
        dirs: { '/': '.', '/etc': { host: '$HOME/etc', readOnly: true } },
        env: ['HOME', 'A=', 'B=x=y'],
      }),
    ).toEqual({
      dirs: [
        { guest: '/', host: '.', readOnly: false },
        { guest: '/etc', host: '$HOME/etc', readOnly: true },
      ],
      env: [
        { name: 'HOME', value: null },
        { name: 'A', value: '' },
        { name: 'B', value: 'x=y' },
      ],
      args: { fixed: [], pass: true },
      listen: [],
      connect: [],
      resolve: [],
    })
  })
  test.each([
    [{ dir: {} }, /unknown option "dir" in grants; did you mean "dirs"\?/],
    [{ dirs: { '/': '$EXEDIR/x' } }, /cannot start with \$EXEDIR; did you mean "EXE_DIR"\?/],
    [{ dirs: { '/': '' } }, /names no host directory/],
    [{ dirs: { '': '.' } }, /empty guest path/],
    [{ dirs: { '/': { host: '.', readonly: true } } }, /did you mean "readOnly"\?/],
    [{ env: ['=x'] }, /"=x" is no variable/],
    [{ env: 'HOME' }, /not a list/],
  ])('%j is explained', (grants, message) => {
    expect(() => normalizeGrants(grants as never)).toThrow(message)
  })
})

test.each<[string, Record<string, string>, number]>([
  ['names that have nothing to do with each other', { '/data': 'a', '/data2': 'b', '/data/x': 'c', '.x': 'd' }, 0],
  ['the root and the current directory', { '/': '/', '.': '.' }, 1],
  ['slashes around a name', { '/data': 'a', 'data/': 'b', './data': 'c' }, 2],
])('warnings: %s', (_, dirs, count) => {
  const warnings = grantWarnings(normalizeGrants({ dirs }))
  expect(warnings).toHaveLength(count)
  for (const text of warnings) expect(text).toContain('are one name to the program')
})

test.each([
  ['$EXE_DIR', 1],
  ['$EXE_DIR/./', 1],
  ['$EXE_DIR\\..', 1],
  ['$EXE_DIR/data/../..', 1],
  ['$EXE_DIR/data', 0],
  ['$EXE_DIR/../data', 0],
  ['$CWD', 0],
])('warnings: a program that may replace itself in %s: %i', (host, count) => {
  const warnings = grantWarnings(normalizeGrants({ dirs: { '/own': host } }))
  expect(warnings.filter((text) => text.includes('in its own place, as /own is granted'))).toHaveLength(count)
  expect(grantWarnings(normalizeGrants({ dirs: { '/own': { host, readOnly: true } } }))).toEqual([])
})

test('warnings: a variable that is granted twice', () => {
  expect(grantWarnings(normalizeGrants({ env: ['LANG', 'LANG=C'] }))).toEqual([
    'the variable LANG is granted twice, and the program sees one of them',
  ])
})

test.each<[DirGrant, object | RegExp]>([
  [
    { host: 'a', optional: true },
    { readOnly: false, whenAbsent: 'optional' },
  ],
  [
    { host: 'a', create: true, readOnly: true },
    { readOnly: true, whenAbsent: 'create' },
  ],
  [{ host: 'a', create: false }, { readOnly: false }],
  [{ host: 'a', create: true, optional: true }, /is optional and created/],
  [{ host: 'a', create: 'yes' } as unknown as DirGrant, /create is not true or false/],
])('directories that may be absent: %j', (grant, expected) => {
  const normalize = () => normalizeGrants({ dirs: { '/x': grant } }).dirs
  if (expected instanceof RegExp) expect(normalize).toThrow(expected)
  else expect(normalize()).toEqual([{ guest: '/x', host: 'a', ...expected }])
})
