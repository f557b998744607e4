import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutables, findTarget } from '../../compiler/index.ts'
import { root, zig } from '../support/tools.ts'
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

test.each([undefined, 2] as const)(
  'a segment without bytes in the file begins with a page, as Linux before 6.7 asks (level %s)',
  async (optimize) => {
    const targets = ['linux-x64', 'linux-arm64', 'linux-riscv64']
    const { executables } = await createExecutables(await helloWorld(), { targets, cacheDir, optimize })
    for (const { path } of executables) {
      const [code, zeros, ...others] = segments(readFileSync(path))
      expect(code.filesz).toBeGreaterThan(0n)
      expect(zeros.filesz).toBe(0n)
      expect(zeros.vaddr % zeros.align).toBe(0n)
      expect(others).toEqual([])
    }
  },
)

test('on x64 the linker refuses an image that reaches into the guard of the stack', async () => {
  const { platform, arch, linkScript, link, executable, zig: triple } = findTarget('linux-x64')!
  expect([platform, arch]).toEqual(['linux', 'x64'])
  const file = join(cacheDir, 'large.c')
  const build = (size: string): Promise<void> => {
    // The symbol that runtime/memory.c defines.
    const anchor = '.globl wasm_memory_anchor\\n.set wasm_memory_anchor,0x7f000000'
    writeFileSync(file, `__asm__("${anchor}"); char large[${size}]; void _start(void) { large[1] = 1; for (;;); }\n`)
    const script = `-Wl,-T,${join(root, 'runtime', linkScript!)}`
    return zig([
      'cc',
      '-target',
      triple,
      '-mcmodel=large',
      '-O1',
      ...executable,
      ...link,
      script,
      file,
      '-o',
      join(cacheDir, 'large'),
    ])
  }
  await build('0x39c00000')
  await expect(build('0x39d00000')).rejects.toThrow('the program takes more than 924 MiB without its memory')
})
