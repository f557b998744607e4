import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createExecutables } from '../../compiler/index.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const PT_LOAD = 1
const cacheDir = temporaryDirectory('elf')

/** The segments that are loaded: System V ABI, Program Header. */
function segments(file: Buffer): { vaddr: bigint; filesz: bigint; align: bigint }[] {
  const table = Number(file.readBigUInt64LE(0x20))
  const headers = Array.from({ length: file.readUInt16LE(0x38) }, (_, i) => file.subarray(table + i * 56))
  return headers
    .filter((header) => header.readUInt32LE(0) === PT_LOAD)
    .map((header) => ({
      vaddr: header.readBigUInt64LE(16),
      filesz: header.readBigUInt64LE(32),
      align: header.readBigUInt64LE(48),
    }))
}

test('a segment without bytes in the file begins with a page, as Linux before 6.7 asks', async () => {
  const targets = ['linux-x64', 'linux-arm64', 'linux-riscv64']
  const { executables } = await createExecutables(await helloWorld(), { targets, cacheDir })
  for (const { path } of executables) {
    const [code, zeros, ...others] = segments(readFileSync(path))
    expect(code.filesz).toBeGreaterThan(0n)
    expect(zeros.filesz).toBe(0n)
    expect(zeros.vaddr % zeros.align).toBe(0n)
    expect(others).toEqual([])
  }
})
