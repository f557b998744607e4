/** What every executable promises to the system, and what a fault in the runtime would find there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExecutable, createExecutables, TARGETS } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'
import { root, testCache } from '../support/tools.ts'

const host = `${process.platform}-${process.arch}`
/** With all that has function pointers: a table that changes, tail calls, an exception. */
const fields = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2) (data (i32.const 1000) "${'constants, which no one changes '.repeat(300)}")
  (table (export "table") 2 10 funcref) (elem (i32.const 0) func $a) (type $f (func (param i32) (result i32)))
  (func $a (type $f) (local.get 0))
  (func (export "_start") (drop (call_indirect (type $f) (i32.const 5) (i32.const 0)))))`

interface Part {
  name: string
  writable: boolean
  executable: boolean
}

function elfParts(bytes: Buffer): Part[] {
  const start = Number(bytes.readBigUInt64LE(32))
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, i) => {
    const at = start + 56 * i
    const flags = bytes.readUInt32LE(at + 4)
    return { name: `0x${bytes.readUInt32LE(at).toString(16)}`, writable: !!(flags & 2), executable: !!(flags & 1) }
  })
}

function peParts(bytes: Buffer): Part[] {
  const pe = bytes.readUInt32LE(0x3c)
  const start = pe + 24 + bytes.readUInt16LE(pe + 20)
  return Array.from({ length: bytes.readUInt16LE(pe + 6) }, (_, i) => {
    const at = start + 40 * i
    const flags = bytes.readUInt32LE(at + 36)
    const name = bytes.toString('latin1', at, at + 8).replace(/\0+$/, '')
    return { name, writable: !!(flags & 0x80000000), executable: !!(flags & 0x20000000) }
  })
}

function machoParts(bytes: Buffer): Part[] {
  const parts: Part[] = []
  for (let i = 0, at = 32; i < bytes.readUInt32LE(16); i++, at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== 0x19) continue
    const protection = bytes.readUInt32LE(at + 56) | bytes.readUInt32LE(at + 60)
    const name = bytes.toString('latin1', at + 8, at + 24).replace(/\0+$/, '')
    parts.push({ name, writable: !!(protection & 2), executable: !!(protection & 4) })
  }
  return parts
}

describe.each([undefined, 2] as const)('executables, level %s', (optimize) => {
  const files = new Map<string, Buffer>()
  beforeAll(async () => {
    const targets = TARGETS.map(({ name }) => name)
    const options = { file: 'hard.wasm', targets, optimize, cacheDir: join(testCache, 'cache') }
    const { executables } = await createExecutables(await assemble(fields, { file: 'hard.wat' }), options)
    for (const { target, path } of executables) files.set(target, readFileSync(path))
  })

  for (const { name: target, platform } of TARGETS)
    test(`${target}: nothing is both writable and executable`, () => {
      const bytes = files.get(target)!
      const parts = { linux: elfParts, win32: peParts, darwin: machoParts }[platform](bytes)
      expect(parts.some(({ executable }) => executable)).toBe(true)
      expect(parts.filter(({ writable, executable }) => writable && executable)).toEqual([])
    })

  for (const target of TARGETS.filter(({ platform }) => platform === 'linux'))
    test(`${target.name}: the stack that the system gives is not executable`, () => {
      const stack = elfParts(files.get(target.name)!).find(({ name }) => name === '0x6474e551')
      expect(stack).toMatchObject({ executable: false })
    })

  for (const target of TARGETS.filter(({ platform }) => platform === 'win32'))
    test(`${target.name}: lies at random, in all of the address space, with data that is not executed`, () => {
      const bytes = files.get(target.name)!
      const flags = bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 24 + 70)
      // HIGH_ENTROPY_VA, DYNAMIC_BASE, NX_COMPAT
      expect(flags & 0x160).toBe(0x160)
      // What a loader needs to move it: the directory of base relocations is there.
      const header = bytes.readUInt32LE(0x3c)
      expect(bytes.readUInt32LE(header + 24 + 112 + 8 * 5)).toBeGreaterThan(0)
      expect(bytes.readUInt32LE(header + 24 + 112 + 8 * 5 + 4)).toBeGreaterThan(8)
    })

  for (const target of TARGETS.filter(({ platform }) => platform === 'darwin'))
    test(`${target.name}: lies at random`, () => {
      // MH_PIE
      expect(files.get(target.name)!.readUInt32LE(24) & 0x200000).toBe(0x200000)
    })
})

describe('system calls of the runtime on Linux', () => {
  test('have numbers that no register brings: a constant stands right before each', () => {
    const text = readFileSync(join(root, 'runtime/platform/linux/syscall.h'), 'utf8')
    const traps = [...text.matchAll(/syscall"|svc #0|ecall"/g)]
    expect(traps).toHaveLength(3)
    expect([...text.matchAll(/\[number\] "i"\(n\)/g)]).toHaveLength(1)
  })

  test.skipIf(host !== 'linux-x64').each(levelsOf(host))(
    `in machine code too, level %s${host === 'linux-x64' ? '' : ' (skipped: needs Linux on x64)'}`,
    async (optimize) => {
      const calls = [
        'fd_read',
        'fd_write',
        'fd_pread',
        'fd_sync',
        'path_open',
        'fd_readdir',
        'poll_oneoff',
        'random_get',
        'clock_time_get',
      ]
      const types: Record<string, string> = {
        fd_pread: 'i32 i32 i32 i64 i32',
        fd_sync: 'i32',
        path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
        fd_readdir: 'i32 i32 i32 i64 i32',
        random_get: 'i32 i32',
        clock_time_get: 'i32 i64 i32',
      }
      const imports = calls.map(
        (name) =>
          `(import "wasi_snapshot_preview1" "${name}" (func (param ${types[name] ?? 'i32 i32 i32 i32'}) (result i32)))`,
      )
      const bytes = await assemble(
        `(module ${imports.join(' ')} (memory (export "memory") 1)
      (table (export "t") 9 9 funcref) (elem (i32.const 0) func 0 1 2 3 4 5 6 7 8) (func (export "_start")))`,
        { file: 'calls.wat' },
      )
      const { path } = await createExecutable(bytes, {
        file: 'calls.wasm',
        target: host,
        optimize,
        cacheDir: join(testCache, 'cache'),
      })
      expect(await runExecutable(host, path)).toMatchObject({ code: 0 })
      const code = readFileSync(path).toString('latin1')
      // But for what only looks like one: the address 0x0100050f that an instruction moves to a register.
      const sites = [...code.matchAll(/\x0f\x05(?!(?<=[\xb8-\xbf]..)\0\x01)/gs)].map(({ index }) =>
        code.slice(index - 5, index),
      )
      expect(sites.length).toBeGreaterThan(15)
      // mov $number,%eax; xor %eax,%eax and mov $number,%al
      expect(sites.filter((before) => !/^\xb8..\0\0$|^.\x31\xc0\xb0.$/s.test(before))).toEqual([])
    },
  )
})

describe('names in traps', () => {
  test.each(levelsOf(host))('do not speak to the terminal, level %s', async (optimize) => {
    const name = '\\1b]0;title\\07\\0d\\0a\\c2\\9b31m\\e2\\80\\aeltr\\00end\\7f \\c3\\a4'
    const wat = `(module (memory (export "memory") 1) (func unreachable) (func (export "_start") (call 0)))`
    const bytes = await assemble(wat, { file: 'x.wat' })
    // A name section with that name.
    const text = Buffer.from(
      name.replace(/\\([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
      'latin1',
    )
    const names = Buffer.concat([Buffer.from([1, 0, text.length]), text])
    const section = Buffer.concat([Buffer.from([4]), Buffer.from('name'), Buffer.from([1, names.length]), names])
    const module = Buffer.concat([bytes, Buffer.from([0, section.length]), section])
    const { path } = await createExecutable(module, {
      file: 'a\u001b[2J.wasm',
      target: host,
      optimize,
      cacheDir: join(testCache, 'cache'),
    })
    const { code, stderr } = await runExecutable(host, path)
    expect(code).toBe(134)
    expect(stderr.replaceAll('\r', '')).toBe(
      'wasm trap: unreachable\n  in $\\u{1b}]0;title\\u{7}\\u{d}\\u{a}\\u{9b}31m\\u{202e}ltr\\u{0}end\\u{7f} ä ' +
        `(a\\u{1b}[2J.wasm+0x${stderr.match(/\+0x([0-9a-f]+)/)![1]})\n`,
    )
  })
})
