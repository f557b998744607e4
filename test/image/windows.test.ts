/** Resources of executables for Windows, read back by npm's resedit, at both levels: each has another linker. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutable, createExecutables, type WindowsOptions } from '../../compiler/index.ts'
import { withResources } from '../../compiler/image/pe-resources.ts'
import { readExecutableInfo } from '../../src/executable-info.ts'
import { helloWorld, temporaryDirectory } from '../executables/program.ts'
import { bitmap, ico, png } from '../support/images.ts'
import { canRun, runExecutable } from '../support/run-target.ts'

const dir = temporaryDirectory('windows')
const cacheDir = join(dir, 'cache')
const targets = ['win32-x64', 'win32-arm64'] as const
const MANIFEST = 24

const icon = ico([
  [16, bitmap(16)],
  [256, png(256)],
])
const windows: WindowsOptions = { icon, version: '1.2.3-beta.4', productName: 'Größe ☃', companyName: 'Me & Co' }

describe.each([1, 2] as const)('level %i', (optimize) => {
  const read = new Map<string, { file: Buffer; pe: NtExecutable; resources: NtExecutableResource }>()
  beforeAll(async () => {
    const { executables } = await createExecutables(await helloWorld(), {
      name: 'hello',
      cacheDir,
      optimize,
      targets,
      windows,
    })
    for (const { target, path } of executables) {
      const file = readFileSync(path)
      const pe = NtExecutable.from(file)
      read.set(target, { file, pe, resources: NtExecutableResource.from(pe) })
    }
  })

  test.each(targets)('%s: the icon’s images are those of the file', (target) => {
    const { entries } = read.get(target)!.resources
    const [group, ...others] = Resource.IconGroupEntry.fromEntries(entries)
    expect(others).toEqual([])
    expect(group.icons.map(({ width, height, planes, bitCount }) => [width, height, planes, bitCount])).toEqual([
      [16, 16, 1, 32],
      [0, 0, 1, 32],
    ])
    const [small, large] = group.getIconItemsFromEntries(entries)
    expect(small.isIcon()).toBe(true)
    expect(Buffer.from((large as { bin: ArrayBuffer }).bin)).toEqual(png(256))
  })

  test.each(targets)('%s: the version says what was given', (target) => {
    const [version, ...others] = Resource.VersionInfo.fromEntries(read.get(target)!.resources.entries)
    expect(others).toEqual([])
    const { fileVersionMS, fileVersionLS, productVersionMS, productVersionLS, fileOS, fileType } = version.fixedInfo
    expect([fileVersionMS, fileVersionLS, productVersionMS, productVersionLS]).toEqual([
      0x10002, 0x30000, 0x10002, 0x30000,
    ])
    expect([fileOS, fileType]).toEqual([0x40004, 1])
    expect(version.getAvailableLanguages()).toEqual([{ lang: 0x409, codepage: 1200 }])
    expect(version.getStringValues({ lang: 0x409, codepage: 1200 })).toEqual({
      CompanyName: 'Me & Co',
      FileDescription: 'Größe ☃',
      FileVersion: '1.2.3-beta.4',
      InternalName: 'hello',
      OriginalFilename: 'hello.exe',
      ProductName: 'Größe ☃',
      ProductVersion: '1.2.3-beta.4',
    })
  })

  test.each(targets)('%s: the manifest asks for no more rights, UTF-8 and long paths', (target) => {
    const { entries } = read.get(target)!.resources
    const manifests = entries.filter(({ type }) => type === MANIFEST)
    expect(manifests.map(({ id }) => id)).toEqual([1])
    const text = Buffer.from(manifests[0].bin).toString('utf8')
    for (const words of ['level="asInvoker"', '>UTF-8</activeCodePage>', '>true</longPathAware>'])
      expect(text).toContain(words)
  })

  test.each(targets)('%s: the file is whole, and says what it is', (target) => {
    const { file, pe } = read.get(target)!
    const header = pe.newHeader.optionalHeader
    const sections = pe.getAllSections().map(({ info }) => info)
    expect(sections.at(-1)!.name).toBe('.rsrc')
    let address = 0
    for (const { virtualAddress, virtualSize, sizeOfRawData, pointerToRawData } of sections) {
      expect(virtualAddress).toBeGreaterThanOrEqual(address)
      address = virtualAddress + virtualSize
      expect(pointerToRawData % header.fileAlignment).toBe(0)
      expect(pointerToRawData + sizeOfRawData).toBeLessThanOrEqual(file.length)
    }
    expect(header.sizeOfImage).toBe(Math.ceil(address / header.sectionAlignment) * header.sectionAlignment)
    expect(readExecutableInfo('hello.exe', file)).toMatchObject({ name: 'hello' })
  })

  for (const target of targets) {
    const missing = canRun(target)
    test.skipIf(missing)(
      `${target}: it runs, without a console too${missing ? ` (skipped: needs ${missing})` : ''}`,
      async () => {
        for (const hasConsole of [true, false]) {
          const options = { name: 'hello', cacheDir, optimize, target, windows: { ...windows, console: hasConsole } }
          const { path } = await createExecutable(await helloWorld(), options)
          expect(NtExecutable.from(readFileSync(path)).newHeader.optionalHeader.subsystem).toBe(hasConsole ? 3 : 2)
          expect(await runExecutable(target, path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 0 })
        }
      },
    )
  }
})

test('where the headers are full, all behind them moves', async () => {
  const { path } = await createExecutable(await helloWorld(), { cacheDir, target: 'win32-x64' })
  let file: Uint8Array = readFileSync(path)
  const before = NtExecutable.from(file).newHeader.optionalHeader.sizeOfHeaders
  // Each call takes room for the header of a section.
  for (let i = 0; i < 15; i++) file = withResources(file, [{ type: MANIFEST, id: 1, bytes: Buffer.from('x') }], true)
  const header = NtExecutable.from(file).newHeader.optionalHeader
  expect(header.sizeOfHeaders).toBe(before + 2 * header.fileAlignment)
  const moved = join(dir, 'moved.exe')
  writeFileSync(moved, file)
  expect(readExecutableInfo(moved, readFileSync(moved))).toMatchObject({ wasm: expect.anything() as object })
  if (canRun('win32-x64') !== undefined) return
  expect(await runExecutable('win32-x64', moved)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 0 })
})

/** The resources of a program for x64. */
async function resourcesOf(options: WindowsOptions): Promise<NtExecutableResource['entries']> {
  const { path } = await createExecutable(await helloWorld(), { cacheDir, target: 'win32-x64', windows: options })
  return NtExecutableResource.from(NtExecutable.from(readFileSync(path))).entries
}

test('files are read; of what is not given nothing is there', async () => {
  const files = { icon: join(dir, 'app.png'), manifest: join(dir, 'app.manifest') }
  writeFileSync(files.icon, png(48))
  writeFileSync(files.manifest, '<assembly>mine</assembly>')
  const entries = await resourcesOf(files)
  expect(entries.map(({ type }) => type).toSorted()).toEqual([14, 24, 3])
  expect(Buffer.from(entries.find(({ type }) => type === MANIFEST)!.bin).toString()).toBe('<assembly>mine</assembly>')
  expect(await resourcesOf({ manifest: false })).toEqual([])
})

test('whatever a module is called, its name is one line that shows all of it, and no longer than the resource can hold', async () => {
  const odd = { cacheDir, target: 'win32-x64', windows: { version: '1.0' } } as const
  for (const [name, shown] of [
    ['invoice\u202efdp\n', 'invoice\\u{202e}fdp\\u{a}'],
    ['x'.repeat(40_000), 'x'.repeat(1000)],
  ]) {
    const { path } = await createExecutable(await helloWorld(), { ...odd, name })
    const { entries } = NtExecutableResource.from(NtExecutable.from(readFileSync(path)))
    const [version] = Resource.VersionInfo.fromEntries(entries)
    expect(version.getStringValues({ lang: 0x409, codepage: 1200 })).toMatchObject({
      InternalName: shown,
      OriginalFilename: `${shown}.exe`,
    })
  }
})

test('a program without these options has no resources, and another place in the cache', async () => {
  const plain = await createExecutable(await helloWorld(), { cacheDir, target: 'win32-x64' })
  const other = await createExecutable(await helloWorld(), { cacheDir, target: 'win32-x64', windows: {} })
  expect(other.integrity).not.toBe(plain.integrity)
  const linux = { cacheDir, target: 'linux-x64' }
  const { integrity } = await createExecutable(await helloWorld(), linux)
  expect((await createExecutable(await helloWorld(), { ...linux, windows })).integrity).toBe(integrity)
})

test.each<[string, unknown, RegExp]>([
  ['a version of words', { version: 'latest' }, /windows\.version: "latest" is no version/],
  ['a number of more than 16 bits', { version: '1.65536' }, /windows\.version: "1\.65536" is no version/],
  ['five numbers', { version: '1.2.3.4.5' }, /is no version/],
  ['a name of several lines', { productName: 'a\nb' }, /windows\.productName is no text/],
  ['a name that is too long', { companyName: 'x'.repeat(2000) }, /windows\.companyName is no text/],
  ['a word that does not exist', { ico: 'x' }, /unknown option "ico" in windows; did you mean "icon"\?/],
  [
    'a file that is not there',
    { icon: 'nowhere.ico' },
    /windows\.icon: nowhere\.ico cannot be read: there is no such file/,
  ],
  [
    'an icon of another format',
    { icon: Buffer.from('GIF89a') },
    /windows\.icon cannot be used: it is neither an \.ico/,
  ],
  ['an icon that is too large', { icon: png(512) }, /512 × 512 pixels/],
  ['an icon without images', { icon: ico([]) }, /it has no image/],
  ['an icon that is cut off', { icon: icon.subarray(0, -1) }, /its image 2 is cut off/],
  ['a list of images that is cut off', { icon: icon.subarray(0, 20) }, /its list of images is cut off/],
  ['a manifest of something else', { manifest: '<svg/>' }, /windows\.manifest is no manifest/],
])('%s is refused', async (_, options, message) => {
  const build = createExecutable(await helloWorld(), {
    cacheDir: join(dir, 'refused'),
    target: 'win32-x64',
    windows: options as WindowsOptions,
  })
  await expect(build).rejects.toThrow(message)
})
