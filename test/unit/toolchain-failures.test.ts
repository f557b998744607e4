import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { withBuild } from '../../compiler/c-build.ts'
import { link, undefinedSymbols } from '../../compiler/link.ts'
import type { BuildOptions, Progress } from '../../compiler/options.ts'
import { findTarget } from '../../compiler/targets.ts'
import { compileUnits, stripComments, type Unit } from '../../compiler/unit.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-failures-'))
afterAll(() => rmSync(root, { recursive: true }))
let cacheDir: string
let count = 0
beforeEach(() => {
  cacheDir = join(root, `cache-${count++}`)
})

const target = findTarget('linux-x64')!
const unit = (code: string, name = 'hello'): Unit => ({
  kind: 'module',
  module: 'hello',
  name,
  code,
  data: [],
  contents: '2 functions of hello.wasm',
  weight: 1,
})
const build = (code: string, options: BuildOptions = {}) =>
  withBuild({ cacheDir, ...options }, (context) =>
    compileUnits(context, [target], 'executable', [unit(code)]).get(target)!,
  )

/** What is left of a build but zig's own cache and what is kept of failures. */
const leftovers = () =>
  readdirSync(cacheDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(cacheDir.length + 1))
    .filter((path) => !/^v2\/(zig|toolchains|tmp\/failed)\/|^v2\/pruned$/.test(path))

/** A zig that answers for its version and does as told for everything else. */
function fakeZig(script: string): string {
  const path = join(root, `zig-${count}`)
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = version ]; then echo 0.16.0; exit; fi\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

describe.skipIf(process.platform === 'win32')('a compiler that fails', () => {
  test.each([
    ['says why', 'echo "error: no luck" >&2; echo late > "${@: -1}"; exit 1', /error: no luck/],
    ['says nothing', 'exit 7', /printed nothing and ended with 7/],
    ['crashes', 'kill -SEGV $$', /killed by SIGSEGV/],
    ['is killed for want of memory', 'kill -KILL $$', /lower the jobs option/],
    ['writes nothing', 'exit 0', /printed nothing and ended with 0/],
    [
      'meets a full disk',
      'echo "unable to write: No space left on device" >&2; exit 1',
      /the disk is full\n.*cacheDir/,
    ],
  ])('and %s', async (_, script, message) => {
    const error = await build('int x;', { toolchain: fakeZig(script) }).catch((thrown) => thrown)
    expect(error.name).toBe('CompileError')
    expect(error.message).toMatch(message)
    expect(leftovers()).toEqual([])
  })

  test('the error names target, file and contents, and keeps the C', async () => {
    const error = await build('int broken = ;').catch((thrown) => thrown)
    expect(error.code).toBe('toolchain')
    expect(error.message).toMatch(/the C compiler failed for linux-x64 on hello\.c \(2 functions of hello\.wasm\)/)
    expect(error.message).toMatch(/expected expression/)
    const [, kept] = /the C is kept in (\S+);/.exec(error.message)!
    expect(readFileSync(kept, 'utf8')).toBe('int broken = ;')
    expect(leftovers()).toEqual([])
  })

  test('one failure stops the others', async () => {
    const zig = fakeZig('case "$*" in *bad.c*) exit 1;; *) sleep 20;; esac')
    const started = performance.now()
    const units = [unit('int a;', 'slow'), unit('int b;', 'bad')]
    const failed = withBuild({ cacheDir, toolchain: zig, jobs: 2 }, (context) =>
      compileUnits(context, [target], 'executable', units).get(target)!,
    )
    await expect(failed).rejects.toThrow(/bad\.c/)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(leftovers()).toEqual([])
  })

  test('a cancelled build stops at once, with the reason, and leaves nothing', async () => {
    const abort = new AbortController()
    const reason = new Error('changed his mind')
    const started = performance.now()
    setTimeout(() => abort.abort(reason), 200)
    const zig = fakeZig('echo half > half.o; sleep 20')
    await expect(build('int x;', { toolchain: zig, signal: abort.signal })).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(3000)
    expect(leftovers()).toEqual([])
  })

  test('a cancelled link leaves nothing', async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 200)
    const work = withBuild({ cacheDir, toolchain: fakeZig('sleep 20'), signal: abort.signal }, (context) =>
      context.store.get('executables', 'ab12', '.bin', (to) => link(context, target, ['x.o'], 'x', to), context.signal),
    )
    await expect(work).rejects.toMatchObject({ name: 'AbortError' })
    expect(leftovers()).toEqual([])
  })

  test('a giant function is compiled at level 1', async () => {
    const calls = join(root, `calls-${count}`)
    const zig = fakeZig(`for output; do :; done; echo x > "$output"; echo "$*" >> ${calls}`)
    const units = [unit('int a;', 'plain'), { ...unit('int b;', 'huge'), giant: true }]
    const levels: Progress['level'][] = []
    const onProgress = ({ level }: Progress) => levels.push(level)
    await withBuild({ cacheDir, toolchain: zig, optimize: 2, onProgress }, (context) =>
      compileUnits(context, [target], 'executable', units).get(target)!,
    )
    expect(levels.toSorted()).toEqual([1, undefined])
    const lines = readFileSync(calls, 'utf8').split('\n')
    expect(lines.find((line) => line.includes('plain.c'))).toMatch(/ -O2 /)
    expect(lines.find((line) => line.includes('huge.c'))).toMatch(/ -O1 /)
  })

  test('the launcher is not there', async () => {
    await expect(build('int x;', { launcher: 'no-such-launcher' })).rejects.toThrow(
      /the launcher no-such-launcher cannot be run: .*ENOENT\n.*install it/,
    )
  })
})

describe('a compiler that is not there or not right', () => {
  test.each([
    ['/nowhere/zig', /toolchain option names \/nowhere\/zig, and there is no such file/],
    [process.execPath, /does not answer as Zig does/],
  ])('%s', async (toolchain, message) => {
    await expect(build('int x;', { toolchain })).rejects.toThrow(message)
  })
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a file without permission', async () => {
    const zig = fakeZig('')
    chmodSync(zig, 0o644)
    await expect(build('int x;', { toolchain: zig })).rejects.toThrow(/cannot be run/)
  })
  test('jobs must be a number', async () => {
    await expect(build('int x;', { jobs: 0 })).rejects.toThrow(/jobs is 0/)
  })
})

test('an undefined symbol is named in the words of the module', async () => {
  const code = 'void env__foo(void); void _start(void) { env__foo(); }'
  const work = withBuild({ cacheDir }, async (context) => {
    const objects = await compileUnits(context, [target], 'executable', [unit(code)]).get(target)!
    await link(context, target, objects, 'out', join(cacheDir, 'out'))
  })
  await expect(work).rejects.toThrow(/nothing provides env\.foo for linux-x64/)
  const output = ['ld.lld: error: undefined symbol: env__foo', "error: undefined reference to symbol '_env__bar'"].join(
    '\n',
  )
  expect(undefinedSymbols(output, { platform: 'linux' })).toContain('env.foo')
})

test('objects are found again unless code, flags or names change', async () => {
  const cached: boolean[] = []
  const onProgress = (progress: Progress) => cached.push(progress.cached)
  const code = 'int x = 1; /* at 0x10 */'
  await build(code, { onProgress })
  await build(code, { onProgress })
  await build('int x = 1; /* at 0x20 */', { onProgress })
  await build('int x = 2; /* at 0x20 */', { onProgress })
  await build(code, { onProgress, optimize: 0 })
  await build(code, { onProgress, debug: true })
  expect(cached).toEqual([false, true, true, false, false, false])
})

test('comments are stripped, literals are not', () => {
  expect(stripComments(`a = "/* no */ \\" // no"; // yes\nb = '"'; /* yes\n */ c = 1 / 2;`)).toBe(
    `a = "/* no */ \\" // no";  \nb = '"';   c = 1 / 2;`,
  )
})

test('a full disk: a clear error, and nothing half-written', async (context) => {
  const disk = join(root, 'disk')
  mkdirSync(disk, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    context.skip(`needs a small tmpfs, which this user cannot mount: ${String(error).split('\n')[0]}`)
    return
  }
  try {
    cacheDir = join(disk, 'cache')
    const code = `const char data[${1 << 20}] = {1};`
    await expect(build(code)).rejects.toThrow(/cannot write .*: the disk is full\n.*cacheDir/)
    expect(leftovers()).toEqual([])
  } finally {
    execFileSync('umount', [disk])
  }
})
