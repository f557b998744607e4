/** A clone on any platform installs what package-lock.json names. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Entry {
  resolved?: string
  [field: string]: unknown
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'))
const { packages } = read('package-lock.json') as { packages: Record<string, Entry> }
const locked = Object.keys(packages)

test('has every package of every platform, those of Zig too', () => {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies as object),
  )
  expect(wanted.length).toBeGreaterThan(100)
  expect(wanted.filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([])
  for (const platform of ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']) {
    const [os, cpu] = platform.split('-')
    expect(packages[`node_modules/@zigc/${platform}`]).toMatchObject({ os: [os], cpu: [cpu], optional: true })
  }
})

test('is of package.json', () => {
  const manifest = read('package.json') as Entry
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'])
    expect(packages[''][kind]).toEqual(manifest[kind])
})

test('names no registry', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})
