/** Who wrote a file: packages lie where `node_modules` leads, whatever the directory is called. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { cacheStarts, isTrusted, MODULE, OPTIMIZED, placesSaid, strangerOf, wordsNotIn } from '../../../src/origin.ts'

const folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'origin-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const root = join(folder, 'project')

function file(...parts: string[]): string {
  const path = join(folder, ...parts)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
  return path
}

test('a node_modules that is a link makes packages of what it leads to', () => {
  const own = file('project/src/main.js')
  const inside = file('project/packages/a/vendor/dep/index.js')
  const outside = file('shared/@scope/dep/lib/index.js')
  symlinkSync('vendor', join(root, 'packages/a/node_modules'), 'junction')
  symlinkSync(join(folder, 'shared'), join(root, 'node_modules'), 'junction')
  expect(strangerOf(own, { root })).toBeUndefined()
  expect(strangerOf(inside, { root })).toEqual({ name: 'dep', directory: dirname(inside) })
  const stranger = strangerOf(outside, { root })!
  expect(stranger).toEqual({ name: '@scope/dep', directory: dirname(dirname(outside)) })
  expect(isTrusted(stranger, ['@scope/dep'], root)).toBe(true)
  expect(isTrusted(stranger, ['dep'], root)).toBe(false)
  // A package may have brought a cache with an executable of its choice in it.
  for (const path of [inside, outside]) expect(cacheStarts(path, root)).toEqual([root])
  expect(cacheStarts(own, root)).toEqual([own, root])
})

test('a directory that others made things in is known by any of its names', () => {
  const made = file('made/deps/x.js')
  symlinkSync(join(folder, 'made'), join(folder, 'called-otherwise'), 'junction')
  const generated = join(folder, 'called-otherwise')
  expect(strangerOf(made, { root, generated: new Set([generated]) })).toEqual({
    name: OPTIMIZED,
    directory: join(folder, 'made'),
  })
})

test('a WebAssembly module has no author, whatever it is called', () => {
  const paths = ['a.wasm', 'a.bin', 'b.wat', 'a.js'].map((name) => file('project/src', name))
  for (const path of paths.slice(0, 2)) writeFileSync(path, '\0asm\x01\0\0\0')
  for (const path of paths.slice(0, 3))
    for (const id of [path, `${path}?init`])
      expect(strangerOf(id, { root })).toEqual({ name: MODULE, directory: undefined })
  expect(strangerOf(paths[3], { root })).toBeUndefined()
})

test('words stand in the file that is said to have them', () => {
  const path = file('project/src/words.vue')
  writeFileSync(path, "import './x.wat?dir=/=C:\\\\data&arg=it\\'s&embed=/a=../b&exe'")
  const words = ['dir=/=C:\\data', "arg=it's", 'embed=%2Fa=..%2Fb', 'embed=/a=../b']
  const others = ['dir=/=/', 'arg=its', 'embed=/a=..', 'dir=/', 'bed=/a=../b']
  for (const id of [path, `${path}?vue&type=script`]) expect(wordsNotIn(id, [...words, ...others])).toEqual(others)
  for (const [text, found] of Object.entries({
    '?dir=/&amp;exe': 1,
    '"dir=/"': 1,
    '?dir=/x&y&dir=/': 1,
    'env=dir=/': 0,
    '?dir=/.': 0,
  })) {
    writeFileSync(path, text)
    expect(wordsNotIn(path, ['dir=/']), text).toHaveLength(1 - found)
  }
  expect(wordsNotIn('virtual:x', words)).toEqual([])
})

test('an import says by itself where it leads', () => {
  const importer = join(root, 'src/places.js')
  writeFileSync(importer, '')
  const beside = join(root, 'src/x.wasm')
  for (const path of ['./x.wasm', '../src/x.wasm', beside, `/@fs${beside}`, pathToFileURL(beside).href, `-!a!./x.wasm`])
    expect(placesSaid(path, importer, root), path).toContain(beside)
  expect(placesSaid('/src/x.wasm', importer, root)).toContain(beside)
  expect(placesSaid('./x.wasm', `${importer}?vue`, root)).toEqual([beside])
  expect(placesSaid('dep/x.wasm', importer, root)).toContain(join(root, 'node_modules/dep/x.wasm'))
  expect(placesSaid('./x.wasm', undefined, root)).toEqual([join(root, 'x.wasm')])
})

test('a package in Yarn’s store is the one whose directory a name leads to', () => {
  const yarn = join(folder, 'yarn')
  const [dep, other] = ['dep', 'other'].map((name) => {
    const directory = `yarn/node_modules/.store/${name}-npm-1.0.0-0123456789/package`
    writeFileSync(file(directory, 'package.json'), JSON.stringify({ name: 'dep' }))
    // As those are that say what kind of modules a directory has.
    writeFileSync(file(directory, 'lib/package.json'), JSON.stringify({ name: 'lib', type: 'module' }))
    return file(directory, 'lib/index.js')
  })
  symlinkSync('.store/dep-npm-1.0.0-0123456789/package', join(yarn, 'node_modules/dep'), 'junction')
  for (const path of [dep, join(yarn, 'node_modules/dep/lib/index.js')])
    expect(isTrusted(strangerOf(path, { root: yarn })!, ['dep'], yarn)).toBe(true)
  expect(strangerOf(other, { root: yarn })).toMatchObject({ name: 'dep', directory: dirname(dirname(other)) })
  expect(isTrusted(strangerOf(other, { root: yarn })!, ['dep', 'other'], yarn)).toBe(false)
  // What else is kept there is nobody's.
  const cached = file('yarn/node_modules/.cache/some/code.js')
  writeFileSync(file('yarn/node_modules/.cache/some/package.json'), '{"type":"module"}')
  expect(strangerOf(cached, { root: yarn })).toMatchObject({ name: OPTIMIZED })
})
