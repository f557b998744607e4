import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { reportFile, writeReport } from '../../../src/report-file.ts'
import type { Report } from '../../../src/manifest.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'wasm-exe-report-')))
afterAll(() => rmSync(root, { recursive: true }))
writeFileSync(join(root, 'package.json'), '{"name":"x"}')
mkdirSync(join(root, 'node_modules'))

const usual = join(root, 'node_modules/.cache/unplugin-wasm-exe/reports')

test.each([
  ['dist', undefined, usual],
  ['dist', '.cache', join(root, '.cache/reports')],
  ['dist', 'dist/.cache', usual],
  ['dist', 'dist', usual],
  // Nobody serves a project with its node_modules, and there is no better place.
  ['.', undefined, usual],
])('a report on %j with the cache %j lies in %s', (output, cache, directory) => {
  const cacheDir = cache && join(root, cache)
  const file = reportFile({ report: true, cacheDir }, root, join(root, output))!
  expect(file.startsWith(directory)).toBe(true)
})

test('a place in the output is refused', () => {
  expect(() => reportFile({ report: 'dist/meta', cacheDir: undefined }, root, join(root, 'dist'))).toThrow(
    'report "dist/meta" is in the output directory',
  )
})

test('the output is also what a link to it leads to', () => {
  mkdirSync(join(root, 'site'))
  symlinkSync(join(root, 'site'), join(root, 'linked'), 'junction')
  const place = (report: string | true, cache: string) => () =>
    reportFile({ report, cacheDir: join(root, cache) }, root, join(root, 'linked'))
  expect(place('site/meta', '.cache')).toThrow('report "site/meta" is in the output directory')
  expect(place(true, 'site/.cache')()!.startsWith(usual)).toBe(true)
})

test('what another build has left in the output stays in its report while it is there', async () => {
  const output = join(root, 'several')
  const file = join(root, 'several.json')
  mkdirSync(output)
  const reportOf = (name: string, ...contents: string[]): Report => {
    const executables = contents.map((text, index) => {
      writeFileSync(join(output, `${name}-${index}`), text)
      const integrity = `sha256-${createHash('sha256').update(text).digest('base64')}`
      return [
        ['linux-x64', 'linux-arm64'][index],
        { file: `${name}-${index}`, bytes: text.length, integrity, triple: '' },
      ]
    })
    const builds = [{ grants: name, executables: Object.fromEntries(executables) as object }]
    return { version: 2, generator: '', output: 'several', programs: { [`${name}.wasm`]: { name, builds } } } as never
  }
  const left = async () => {
    const { programs } = JSON.parse(await readFile(file, 'utf8')) as Report
    return Object.values(programs).flatMap(({ builds }) =>
      builds.flatMap(({ executables }) => Object.values(executables).map((entry) => entry.file)),
    )
  }
  await writeReport(file, reportOf('b', 'one', 'two'), output)
  await Promise.all([writeReport(file, reportOf('a', 'three'), output), writeReport(file, undefined, output)])
  expect(await left()).toEqual(['a-0', 'b-0', 'b-1'])
  writeFileSync(join(output, 'b-0'), 'other')
  await writeReport(file, reportOf('a', 'four'), output)
  expect(await left()).toEqual(['a-0', 'b-1'])
  rmSync(output, { recursive: true })
  await writeReport(file, undefined, output)
  expect(existsSync(file)).toBe(false)
  for (const odd of [
    '{',
    'null',
    '{"version":2}',
    '{"version":2,"programs":{"x":1}}',
    '{"version":2,"programs":{"x":{"builds":[{"executables":null}]}}}',
  ]) {
    writeFileSync(file, odd)
    await writeReport(file, undefined, output)
    expect(existsSync(file), odd).toBe(false)
  }
})
