import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { reportFile } from '../../../src/report-file.ts'

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
