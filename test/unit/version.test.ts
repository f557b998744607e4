import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { version } from '../../compiler/version.ts'

test('the version is that of the package, which browsers cannot read', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  expect(version).toBe((JSON.parse(text) as { version: string }).version)
})
