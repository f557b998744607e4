import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { memoryAt, TARGETS } from '../../compiler/targets.ts'
import { root, testCache, which, zigPath } from '../support/tools.ts'

const run = promisify(execFile)
const runtime = join(root, 'runtime', 'runtime.c')
const scratch = mkdtempSync(join(tmpdir(), 'wasm-exe-runtime-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const cache = process.env.ZIG_GLOBAL_CACHE_DIR ?? join(testCache, 'zig')
const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }

/** What a compiler or analyzer has to say about the runtime; nothing if it is content. */
async function complaints(command: string, args: string[]): Promise<string> {
  const { stdout, stderr } = await run(command, args, { env, timeout: 100_000 }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr || error.message,
    }),
  )
  return stdout + stderr
}

const warnings = ['-std=gnu11', '-Wall', '-Wextra', '-fno-builtin', '-fwrapv', '-fno-strict-aliasing', '-O1']
const net = ['-DWASM_NET', '-DWASM_LISTEN', '-DWASM_EMBED']
const library = ['-DWASM_LIBRARY', memoryAt(0x20000000000)]

describe('the runtime compiles without a warning', () => {
  test.each(TARGETS)('$name', async (target) => {
    const cpu = target.arch === 'x64' ? [['-DWASM_CPU_LEVEL=3']] : []
    const parts = [[], ['-DWASM_LISTEN'], net, ['-DWASM_THREADED'], ...cpu]
    for (const form of [library, ...parts.map((part) => [...target.executable, ...part])]) {
      const flags = [...warnings, '-ffreestanding', ...target.compile, ...form]
      const object = join(scratch, `${target.name}.o`)
      expect(await complaints(zigPath(), ['cc', '-target', target.zig, ...flags, '-c', runtime, '-o', object])).toBe('')
    }
  })

  const gcc = process.platform === 'linux' ? which('gcc') : undefined
  test.skipIf(gcc === undefined)(`gcc${gcc ? '' : ' (skipped: needs gcc)'}`, async () => {
    // Of headers that declare more than a form defines gcc complains, clang does not.
    const flags = [...warnings, '-Wno-unused-function', '-ffreestanding']
    for (const form of [[memoryAt(0x20000000000)], [memoryAt(0x20000000000), ...net], library])
      expect(await complaints(gcc!, [...flags, ...form, '-fsyntax-only', runtime])).toBe('')
  })
})

describe('static analysis of the runtime finds nothing', () => {
  const clang = process.platform === 'linux' ? ['clang', 'clang-19', 'clang-14'].find((name) => which(name)) : undefined
  const skipped = clang === undefined ? ' (skipped: needs clang)' : ''

  /** `source` through clang's analyzer, text on standard error. */
  const analyze = (source: string, flags: string[] = []): Promise<string> =>
    complaints(clang!, [
      '--analyze',
      '--analyzer-output',
      'text',
      '-std=gnu11',
      '-ffreestanding',
      memoryAt(0x20000000000),
      ...flags,
      source,
    ])

  test.skipIf(clang === undefined)(`clang${skipped}`, async () => {
    expect(await analyze(runtime)).toBe('')
    expect(await analyze(runtime, net)).toBe('')
  })

  test.skipIf(clang === undefined)(`clang finds a planted mistake${skipped}`, async () => {
    const source = join(scratch, 'mistake.c')
    writeFileSync(source, `#include "${runtime}"\nint mistake(int *p) { return p ? 0 : *p; }\n`)
    expect(await analyze(source)).toMatch(/null pointer/)
  })

  const gcc = process.platform === 'linux' ? which('gcc') : undefined
  test.skipIf(gcc === undefined)(`gcc -fanalyzer${gcc ? '' : ' (skipped: needs gcc)'}`, async () => {
    const flags = ['-std=gnu11', '-ffreestanding', '-O1', '-fanalyzer', memoryAt(0x20000000000)]
    expect(await complaints(gcc!, [...flags, '-c', runtime, '-o', join(scratch, 'analyzed.o')])).toBe('')
  })
})
