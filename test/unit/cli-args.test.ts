import { describe, expect, test } from 'vitest'
import type { Target } from '../../compiler/targets.ts'
import { selectTargets } from '../../compiler/target-selection.ts'
import { lastValue, listValue, parseArguments } from '../../src/cli/args.ts'
import { findCommand } from '../../src/cli/commands.ts'
import { destinations } from '../../src/cli/destination.ts'
import { formatBytes, formatTable } from '../../src/cli/output.ts'
import { grantOptions } from '../../src/cli/options.ts'

const [build, run] = await Promise.all(['build', 'run'].map(findCommand))

describe('arguments', () => {
  test('values stay the strings that were typed', () => {
    const args = parseArguments(build, ['007.wasm', '-o', '1e3', '-O2', '--jobs=08'])
    expect(args.positionals).toEqual(['007.wasm'])
    expect(['output', 'optimize', 'jobs'].map((name) => lastValue(args, name))).toEqual(['1e3', '2', '08'])
  })

  test('the last value of an option counts, unless it may be repeated', () => {
    const args = parseArguments(build, ['a.wasm', '-o', 'x', '-o', 'y', '-t', 'linux-x64,all', '--target', 'host'])
    expect(lastValue(args, 'output')).toBe('y')
    expect(listValue(args, 'target')).toEqual(['linux-x64', 'all', 'host'])
  })

  test('what follows -- is passed on unread', () => {
    const args = parseArguments(run, ['a.wasm', '--env', 'X', '--', '--env', '-x', '--', ''])
    expect(args.rest).toEqual(['--env', '-x', '--', ''])
    expect(args.options.get('env')).toEqual(['X'])
  })

  test('an option that only the program knows is none before --', () => {
    expect(() => parseArguments(run, ['a.wasm', '--verbose'])).toThrow('unknown option --verbose')
  })

  test('names of properties are no options', () => {
    expect(() => parseArguments(run, ['a.wasm', '--constructor'])).toThrow('unknown option --constructor')
    expect(() => parseArguments(run, ['a.wasm', '--__proto__'])).toThrow('unknown option')
  })

  test('grants', () => {
    const args = parseArguments(run, [
      'a.wasm',
      '--dir',
      '/=.',
      '--dir',
      '/etc=C:\\etc:ro',
      '--dir',
      'data',
      '--env',
      'A=b=c',
    ])
    expect(grantOptions(args, () => {})).toEqual({
      dirs: {
        '/': { host: '.', readOnly: false },
        '/etc': { host: 'C:\\etc', readOnly: true },
        data: { host: 'data', readOnly: false },
      },
      env: ['A=b=c'],
      args: { fixed: [], pass: true },
      listen: [],
      connect: [],
      resolve: [],
    })
  })
})

describe('destinations', () => {
  const input = { file: 'x/hello.wasm', name: 'hello' }
  const place = (names: string[], out?: string) => {
    return [...destinations(input, selectTargets(names), out, (target: Target) => target.ext).values()]
  }
  test.each([
    [['linux-x64'], 'bin', ['bin']],
    [['win32-x64'], 'bin', ['bin']],
    [['win32-x64'], undefined, ['hello.exe']],
    [['linux-x64'], 'out/', ['out/hello-linux-x64']],
    [['linux-x64', 'win32-x64'], 'out/', ['out/hello-linux-x64', 'out/hello-win32-x64.exe']],
    [['linux-x64', 'win32-x64'], undefined, ['hello-linux-x64', 'hello-win32-x64.exe']],
  ])('%j with -o %s', (names, out, files) => {
    expect(place(names, out).map((file) => file.replaceAll('\\', '/'))).toEqual(files)
  })
  test('several targets do not go into one file', () => {
    expect(() => place(['linux-x64', 'win32-x64'], 'bin')).toThrow('-o bin/')
  })
  test('the module is not overwritten', () => {
    expect(() => place(['linux-x64'], './x/hello.wasm')).toThrow('would overwrite')
  })
})

test('bytes for people', () => {
  expect([0, 999, 1000, 99_940, 123_456, 21_500_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '99.9 KB',
    '123 KB',
    '21.5 MB',
  ])
})

test('columns line up, numbers on the right', () => {
  expect(
    formatTable(
      [
        ['a', '1', ''],
        ['long', '22', 'x'],
      ],
      [1],
    ),
  ).toBe('a      1\nlong  22  x')
})

test('a table may have more rows than a call takes arguments', () => {
  expect(formatTable(Array.from({ length: 200_000 }, () => ['a'])).length).toBe(399_999)
})
