/**
 * What decides where a program goes, or how far, is read once from a memory that threads share, whatever compiles it: the
 * machine code is looked at, and a thread races.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { generate } from '../../compiler/c/index.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { findTarget } from '../../compiler/targets.ts'
import { assemble } from '../../compiler/wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { root, which, zigPath } from '../support/tools.ts'
import { executable } from './programs.ts'

await loadVectors()

const run = promisify(execFile)
const scratch = mkdtempSync(join(tmpdir(), 'double-fetch-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const isHost = process.platform === 'linux' && process.arch === 'x64'
const skipped = isHost ? '' : ' (skipped: needs Linux on x64)'
const hasCc = which('cc') !== undefined

/** How the linker's symbol for the memory lies to its beginning: see LINUX_X64_MEMORY. */
const BEFORE_SYMBOL = 0x7f000000 - 0x3c080000

describe.skipIf(!isHost)(`loads that decide stand once in machine code${skipped}`, () => {
  const source = new URL('programs/one-load.wat', import.meta.url)
  const compilers: [string, string | undefined, string[]][] = [
    ['gcc', which('gcc'), []],
    ['clang', ['clang', 'clang-19', 'clang-14'].map(which).find(Boolean), []],
    ['zig', zigPath(), ['cc', '-target', 'x86_64-linux-none']],
  ]

  for (const [name, command, first] of compilers)
    test.skipIf(!command)(`${name}${command ? '' : ` (skipped: needs ${name})`}`, async () => {
      const bytes = await assemble(readFileSync(source, 'utf8'), { file: 'one-load.wat' })
      const module = decode(bytes, { name: 'one-load' })
      validateModule(module)
      const [{ code }] = generate(module, { file: 'one-load.wasm' }).chunks
      const addresses = [...code.matchAll(/load\w*\((0x50\w\w|\d{5})u?\)/g)].map(([, address]) => Number(address))
      expect(addresses).toHaveLength(18)
      const file = join(scratch, `${name}.c`)
      const output = join(scratch, `${name}.s`)
      await writeFile(file, code)
      // Level 0 keeps each value in a place of its own, and addresses too.
      for (const level of ['1', '2', '3', 's']) {
        const { compile, executable: forms } = findTarget('linux-x64')!
        const flags = ['-std=gnu11', '-w', '-fno-strict-aliasing', '-fno-builtin', `-O${level}`, ...compile, ...forms]
        const args = [...first, ...flags, '-I', join(root, 'runtime'), '-S', file, '-o', output]
        const cache = join(scratch, 'zig')
        const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
        await run(command!, args, { env })
        const text = readFileSync(output, 'utf8')
        const places = [...text.matchAll(/wasm_memory_anchor([-+]\d+)/g)].map(([, at]) => Number(at) + BEFORE_SYMBOL)
        const counts = Object.fromEntries(addresses.map((at) => [at, places.filter((place) => place === at).length]))
        expect(counts, `level ${level}`).toEqual(Object.fromEntries(addresses.map((at) => [at, 1])))
      }
    })
})

describe('machine code of our own loads each value that decides once', () => {
  const addresses = Array.from({ length: 18 }, (_, i) => 0x5010 + 16 * i)
  const words = async (arch: 'x64' | 'arm64', memoryAt: number): Promise<DataView> => {
    const source = new URL('programs/one-load.wat', import.meta.url)
    const module = decode(await assemble(readFileSync(source, 'utf8'), { file: 'one-load.wat' }), { name: 'one-load' })
    validateModule(module)
    const object = generateMachineCode(module, { arch, memoryAt, file: 'one-load.wasm' })
    const { buffer, byteOffset, byteLength } = object.sections.find(({ kind }) => kind === 'text')!.bytes!
    return new DataView(buffer, byteOffset, byteLength)
  }

  test('linux-x64: an address is a displacement', async () => {
    const text = await words('x64', findTarget('linux-x64')!.memory)
    const counts = new Map(addresses.map((at) => [at, 0]))
    for (let i = 0; i + 4 <= text.byteLength; i++) {
      const at = text.getUint32(i, true) - findTarget('linux-x64')!.memory
      if (counts.has(at)) counts.set(at, counts.get(at)! + 1)
    }
    expect([...counts]).toEqual(addresses.map((at) => [at, 1]))
  })

  test('linux-arm64: an address is in the load, or made in x17 for the next one', async () => {
    const text = await words('arm64', findTarget('linux-arm64')!.memory)
    const found: number[] = []
    let made = -1
    for (let i = 0; i < text.byteLength; i += 4) {
      const word = text.getUint32(i, true)
      // movz w17, number
      if ((word & 0x7fe0001f) === 0x52800011) made = (word >>> 5) & 0xffff
      // Loads, of numbers and vectors, from x28: bits 22 and 23 are 0 in stores of numbers alone.
      const isVector = (word & 0x4000000) !== 0
      if (((word >>> 5) & 31) !== 28 || !(word & (isVector ? 0x400000 : 0xc00000))) continue
      if ((word & 0x3b20fc00) === 0x38206800) found.push(((word >>> 16) & 31) === 17 ? made : -1)
      else if ((word & 0x3b000000) === 0x39000000)
        found.push(((word >>> 10) & 0xfff) * (isVector && word & 0x800000 ? 16 : 2 ** (word >>> 30)))
    }
    expect(found.toSorted((a, b) => a - b)).toEqual(addresses)
  })
})

describe.skipIf(!isHost)(`a thread that changes what is decided by changes nothing else${skipped}`, () => {
  const race = async (toolchain: string, optimize: number | string): Promise<void> => {
    const file = await executable('double-fetch.wat', 'linux-x64', { toolchain, optimize })
    expect(await runExecutable('linux-x64', file, [], { cwd: scratch })).toMatchObject({ code: 42, stderr: '' })
  }

  test('machine code', () => race('zig', 1))
  test.each([2, 's'])('zig, level %s', (level) => race('zig', level))
  test.skipIf(!hasCc).each([1, 2, 3, 's'])(`cc, level %s${hasCc ? '' : ' (skipped: needs cc)'}`, (level) =>
    race('cc', level),
  )
})
