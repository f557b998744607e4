import { readFileSync } from 'node:fs'
import { expect, test, vi, afterEach } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { hashPages, signature } from '../../compiler/image/signature.ts'
import { helloWorld, temporaryDirectory } from '../executables/program.ts'

const cacheDir = temporaryDirectory('signature')
const LC = { SEGMENT_64: 0x19, CODE_SIGNATURE: 0x1d }
afterEach(() => void vi.unstubAllEnvs())

/** How much of the file is signed, how long the signature is, and how much of the file its first segment is. */
function signedParts(file: Buffer): { code: number; size: number; text: number } {
  const parts = { code: 0, size: 0, text: 0 }
  for (let i = 0, at = 32; i < file.readUInt32LE(16); i++, at += file.readUInt32LE(at + 4)) {
    const command = file.readUInt32LE(at)
    const name = file.toString('latin1', at + 8, at + 24)
    if (command === LC.SEGMENT_64 && name.startsWith('__TEXT\0')) parts.text = Number(file.readBigUInt64LE(at + 48))
    if (command === LC.CODE_SIGNATURE) {
      parts.code = file.readUInt32LE(at + 8)
      parts.size = file.readUInt32LE(at + 12)
    }
  }
  return parts
}

test.each([
  ['that Zig signed', 'theirs'],
  ['that we signed', 'own'],
])('an executable %s has the signature that we would give it', async (_, linker) => {
  vi.stubEnv('WASM_EXE_LINKER', linker)
  const { path } = await createExecutable(await helloWorld(), {
    file: 'hello.wasm',
    target: 'darwin-arm64',
    cacheDir,
    optimize: 2,
  })
  const file = readFileSync(path)
  const { code, size, text } = signedParts(file)
  const made = signature(hashPages(file, code), code, text, 'hello')
  expect(size).toBeGreaterThan(200)
  expect(Buffer.from(made).subarray(0, size)).toEqual(file.subarray(code).subarray(0, made.length))
  // Only zeros come behind it.
  expect(file.subarray(code + made.length).every((byte) => byte === 0)).toBe(true)
})
