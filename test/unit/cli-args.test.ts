import { describe, expect, test } from 'vitest'
import type { Target } from '../../compiler/targets.ts'
import { selectTargets } from '../../compiler/target-selection.ts'
import { lastValue, listValue, parseArguments } from '../../src/cli/args.ts'
import { findCommand } from '../../src/cli/commands.ts'
import { destinations } from '../../src/cli/destination.ts'
import { reportModule } from '../../src/cli/module-report.ts'
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

test('a row is not filled up to a name of any length', () => {
  const rows = [['x'.repeat(100_000), '1'], ...Array.from({ length: 20_000 }, () => ['a', '2'])]
  const lines = formatTable(rows).split('\n')
  expect(lines.slice(0, 2)).toEqual([`${'x'.repeat(100_000)}  1`, `${'a'.padEnd(80)}  2`])
})

test('a report of a module is as long as the module', () => {
  const count = 20_000
  const exports = Array.from({ length: count }, (_, i) => [
    5,
    ...new TextEncoder().encode(String(i).padStart(5, '0')),
    0,
    0,
  ])
  const type = [1, 0x60, 0xe8, 7, ...Array<number>(1000).fill(0x7f), 0]
  const sections = [
    [1, ...type],
    [3, 1, 0],
    [7, ...leb(count), ...exports.flat()],
    [10, 1, 2, 0, 0x0b],
  ]
  const bytes = sections.flatMap(([id, ...content]) => [id, ...leb(content.length), ...content])
  const wasm = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes])
  const report = JSON.stringify(reportModule({ file: 'x.wasm', name: 'x', bytes: wasm }))
  expect(report).toContain(', i32, … 970 more) -> ()')
  expect(report.length).toBeLessThan(30 * wasm.length)
})

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]
}

test('a table may have more rows than a call takes arguments', () => {
  expect(formatTable(Array.from({ length: 200_000 }, () => ['a'])).length).toBe(399_999)
})
