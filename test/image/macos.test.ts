/** Executables for macOS with a signature of their own, at both levels, and both processors in one file. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutable, createExecutables, type MacosOptions } from '../../compiler/index.ts'
import { readExecutableInfo } from '../../src/executable-info.ts'
import { helloWorld, temporaryDirectory } from '../executables/program.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { verifySignature } from '../support/code-signature.ts'

const dir = temporaryDirectory('macos')
const cacheDir = join(dir, 'cache')
const macos: MacosOptions = { identifier: 'com.example.hello', minimumVersion: '14.2.1' }
const LC_BUILD_VERSION = 0x32
const halves = ['darwin-x64', 'darwin-arm64'] as const

/** The files in a fat one, as lipo takes them apart. */
function thin(file: Buffer): { cpu: number; bytes: Buffer }[] {
  expect(file.readUInt32BE(0)).toBe(0xcafebabe)
  return Array.from({ length: file.readUInt32BE(4) }, (_, index) => {
    const at = 8 + 20 * index
    const [cpu, , offset, size, align] = Array.from({ length: 5 }, (_unused, field) =>
      file.readUInt32BE(at + 4 * field),
    )
    expect(offset % 2 ** align).toBe(0)
    expect(offset + size).toBeLessThanOrEqual(file.length)
    return { cpu, bytes: file.subarray(offset, offset + size) }
  })
}

function minimumOf(file: Buffer): number {
  for (let i = 0, at = 32; i < file.readUInt32LE(16); i++, at += file.readUInt32LE(at + 4))
    if (file.readUInt32LE(at) === LC_BUILD_VERSION) return file.readUInt32LE(at + 12)
  throw new Error('no LC_BUILD_VERSION')
}

describe.each([1, 2] as const)('level %i', (optimize) => {
  const files = new Map<string, Buffer>()
  beforeAll(async () => {
    const targets = [...halves, 'darwin-universal']
    const { executables } = await createExecutables(await helloWorld(), {
      name: 'hello',
      cacheDir,
      optimize,
      targets,
      macos,
    })
    for (const { target, path } of executables) files.set(target, readFileSync(path))
  })

  test.each(halves)('%s is signed: every page, to the last byte, with room for another signature', (target) => {
    const { identifier, flags, pageSize, room } = verifySignature(files.get(target)!)
    expect(identifier).toBe('com.example.hello')
    // Ad hoc, by a linker: codesign replaces it without being forced to.
    expect(flags).toBe(0x20002)
    expect(pageSize).toBe(target === 'darwin-x64' ? 4096 : 16384)
    expect(room).toBeGreaterThanOrEqual(18_000)
  })

  test('the verifier sees a changed byte wherever it is', () => {
    const file = Buffer.from(files.get('darwin-arm64')!)
    expect(() => verifySignature(file)).not.toThrow()
    for (const at of [0x10, 0x30, 0x400, 0x3000]) {
      file[at] ^= 1
      expect(() => verifySignature(file), `byte ${at}`).toThrow()
      file[at] ^= 1
    }
    expect(() => verifySignature(Buffer.concat([file, Buffer.alloc(1)]))).toThrow()
  })

  test.each(halves)('%s starts from the version that was asked for', (target) => {
    expect(minimumOf(files.get(target)!)).toBe(0x0e0201)
  })

  test('the universal file holds both, as they are alone', () => {
    const both = thin(files.get('darwin-universal')!)
    expect(both.map(({ cpu }) => cpu)).toEqual([0x1000007, 0x100000c])
    for (const [index, target] of halves.entries()) expect(both[index].bytes.equals(files.get(target)!)).toBe(true)
    expect(readExecutableInfo('hello', files.get('darwin-universal')!)).toMatchObject({ name: 'hello' })
  })

  for (const [index, target] of halves.entries()) {
    const missing = canRun(target)
    test.skipIf(missing)(`its half for ${target} runs${missing ? ` (skipped: needs ${missing})` : ''}`, async () => {
      const path = join(dir, `half-${optimize}-${target}`)
      writeFileSync(path, thin(files.get('darwin-universal')!)[index].bytes, { mode: 0o755 })
      expect(await runExecutable(target, path)).toMatchObject({ stdout: 'Hello, Wasm!\n', code: 0 })
    })
  }
})

test('halves of a universal file are signed whoever asks for it, with the program’s name; others stay as they were', async () => {
  const wasm = await helloWorld()
  const options = { name: 'my tool', cacheDir, targets: ['darwin-x64', 'darwin-universal'] }
  const { executables } = await createExecutables(wasm, options)
  const [plain, universal] = executables.map(({ path }) => readFileSync(path))
  expect(() => verifySignature(plain)).toThrow('no LC_CODE_SIGNATURE')
  for (const { bytes } of thin(universal)) expect(verifySignature(bytes).identifier).toBe('my_tool')
  const [again] = (await createExecutables(wasm, { ...options, targets: ['darwin-universal'] })).executables
  const hash = createHash('sha256').update(universal).digest('base64')
  expect(again).toMatchObject({ cached: true, integrity: `sha256-${hash}`, triple: 'universal-apple-darwin' })
})

test.each<[unknown, RegExp]>([
  [{ identifier: 'a b' }, /macos\.identifier: "a b" is no identifier/],
  [{ identifier: '../x' }, /is no identifier/],
  [{ identifier: 'x.' }, /is no identifier/],
  [{ minimumVersion: '10.15' }, /macos\.minimumVersion: "10\.15" is no version of macOS from 11 on/],
  [{ minimumVersion: '13.1.2.3' }, /is no version of macOS/],
  [{ minimumVersion: '13.256' }, /is no version of macOS/],
  [{ id: 'x' }, /unknown option "id" in macos/],
])('%j is refused', async (options, message) => {
  const build = createExecutable(await helloWorld(), { cacheDir, target: 'darwin-x64', macos: options as MacosOptions })
  await expect(build).rejects.toThrow(message)
})
