/** Programs that count what they run, and what the counts are good for. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExecutable, createObject, hostTarget, parseProfile, type Profile } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { profiledFunctions } from '../../compiler/c/profile/blocks.ts'
import { countBlocks, samplesOf } from '../../compiler/c/profile/counters.ts'
import { root } from '../support/tools.ts'
import { canRun, runExecutable } from '../support/run-target.ts'
import { temporaryDirectory } from './program.ts'

const directory = temporaryDirectory('profile')
const options = { name: 'rare', file: 'rare.wasm', cacheDir: join(directory, 'cache') }
const bytes = await assemble(readFileSync(join(root, 'test/executables/modules/rare.wat'), 'utf8'))

/** Runs a program that counts, and reads what it wrote. */
async function count(
  target: string,
  args: string[],
): Promise<{ profile: Profile; code: number | null; stderr: string }> {
  const { path } = await createExecutable(bytes, { ...options, target, profileGenerate: true })
  const cwd = join(directory, [target, ...args].join('-'))
  mkdirSync(cwd)
  const { code, stderr } = await runExecutable(target, path, args, { cwd })
  return { profile: parseProfile(readFileSync(join(cwd, 'rare.profile')), 'rare.profile'), code, stderr }
}
const allCounts = ({ functions }: Profile): number[][] => [...functions.values()].flat().map((counts) => [...counts])

describe.each(['linux-x64', 'linux-arm64', 'linux-riscv64', 'win32-x64', 'darwin-x64', 'darwin-arm64'])(
  'on %s',
  (target) => {
    const missing = canRun(target)
    const skipped = missing ? ` (skipped: needs ${missing})` : ''
    test.skipIf(missing !== undefined)(
      `each block is counted, whether the program returns, exits or traps${skipped}`,
      async () => {
        const returned = await count(target, [])
        expect(returned).toMatchObject({ code: 0, stderr: '' })
        expect(returned.profile.program).toBe('rare')
        // The loop, the branch that is taken each seventh time, and the function that each turn calls.
        for (const times of [1000, 143, 857]) expect(allCounts(returned.profile).flat()).toContain(times)
        expect(await count(target, ['exit'])).toMatchObject({ code: 7, stderr: '' })
        const trapped = await count(target, ['trap', 'trap'])
        expect(trapped).toMatchObject({ code: 134, stderr: expect.stringContaining('wasm trap: unreachable') })
        expect(allCounts(trapped.profile)).toEqual(
          expect.arrayContaining([expect.arrayContaining([1000]), expect.arrayContaining([143])]),
        )
      },
    )
  },
)

const missing = canRun('linux-arm64')
test.skipIf(missing !== undefined)(
  `a profile of one target is one of all${missing ? ` (skipped: needs ${missing})` : ''}`,
  async () => {
    const host = hostTarget()!.name
    const { profile } = await count('linux-arm64', ['all'])
    const plain = await createExecutable(bytes, { ...options, target: host, optimize: 2 })
    const used = await createExecutable(bytes, { ...options, target: host, profileUse: [profile] })
    expect(used).toMatchObject({ optimize: 2, backend: 'c' })
    expect(readFileSync(used.path).equals(readFileSync(plain.path))).toBe(false)
    expect(await runExecutable(host, used.path)).toEqual(await runExecutable(host, plain.path))
    const again = await createExecutable(bytes, { ...options, target: host, profileUse: [profile] })
    expect(again).toMatchObject({ cached: true, integrity: used.integrity })
  },
)

test('a profile need not know something of each file of C', async () => {
  const host = hostTarget()!.name
  const { profile } = await count(host, ['every', 'file'])
  const strange = await assemble('(module (func (export "f") (result i32) i32.const 7))')
  const library = { name: 'strange', file: 'strange.wasm', bytes: strange }
  const build = (more: object) => createExecutable(bytes, { ...options, target: host, modules: [library], ...more })
  const { path } = await build({ profileUse: [profile] })
  expect(await runExecutable(host, path)).toEqual(await runExecutable(host, (await build({ optimize: 2 })).path))
})

describe('refused', () => {
  const build = (more: object): Promise<unknown> => createExecutable(bytes, { ...options, ...more })
  const other: Profile = { program: 'other', functions: new Map([['0123456789abcdef', [[1]]]]) }

  test.each([
    [{ profileUse: [other] }, 'the profile of other knows none of the functions of rare'],
    [{ optimize: 1, profileUse: [other] }, 'optimize: 1 has no profileUse'],
    [{ optimize: 1, profileGenerate: true }, 'optimize: 1 has no profileGenerate'],
    [{ profileGenerate: true, profileUse: [other] }, 'profileGenerate and profileUse are one after the other'],
    [{ profileUse: [other], toolchain: 'cc' }, 'profileUse is for clang'],
    [{ profileGenerate: true, debug: true }, 'profiles are counted and used by lines'],
  ])('%j', async (more, message) => {
    await expect(build(more)).rejects.toThrow(message)
  })

  test('in object files for C programs', async () => {
    const { functions } = other
    for (const [option, value] of Object.entries({
      profileGenerate: true,
      profileUse: [{ program: 'rare', functions }],
    }))
      await expect(createObject(bytes, { ...options, [option]: value })).rejects.toThrow(
        `object files for C programs have no ${option}`,
      )
  })

  const header = Buffer.from('wasm-exe profile 1 rare\n')
  const words = (...values: bigint[]): Buffer => Buffer.from(BigUint64Array.from(values).buffer)
  test.each([
    ['what is no profile', Buffer.from('MZ'), 'it does not begin as one'],
    ['one that ends early', Buffer.concat([header, Buffer.alloc(7)]), 'it ends within a number'],
    ['more blocks than there are', Buffer.concat([header, words(1n, 3n, 0n)]), 'function 1 has more blocks'],
    ['a giant number of blocks', Buffer.concat([header, words(1n, 2n ** 64n - 1n)]), 'function 1 has more blocks'],
    ['a key alone', Buffer.concat([header, words(1n)]), 'function 1 has more blocks'],
  ])('%s', (_, file, message) => {
    expect(() => parseProfile(file, 'rare.profile')).toThrow(`rare.profile is no profile: ${message}`)
  })
})

test('a program may have a long name', () => {
  const name = String.raw`\u{1b}`.repeat(250)
  expect(parseProfile(Buffer.from(`wasm-exe profile 1 ${name}\n`), 'long.profile').program).toBe(name)
})

const CODE = `u32 m_f1(u32 l0)
{
    u32 l1 = 0,
        l2 = 0;
    l1 = l0;
L0:;
    if (l1 == 7u) goto L1;
    l1 = l1 + 1u;
    switch (l1) {
    case 0:
        goto L0;
    default:
        goto L1;
    }
    if (l1) {
        l1 = 3u;
    } else {
        l1 = 4u;
    }
L1:;
    return l1;
}`

test('blocks begin with functions, labels, branches and what follows them', () => {
  const [{ name, starts }] = profiledFunctions(CODE.split('\n'))
  expect(name).toBe('m_f1')
  expect(starts.map(({ first }) => first)).toEqual([2, 5, 7, 10, 12, 14, 15, 17, 19])
})

test('clang reads a count for each line, as far from the function’s name', () => {
  const { code, words } = countBlocks(CODE, 'counts')
  expect(code.split('\n').slice(6, 9)).toEqual([
    'L0:; counts[3]++; ',
    '    if (l1 == 7u) goto L1;',
    '     counts[4]++; l1 = l1 + 1u;',
  ])
  const [, key, blocks] = /= \{0x(\w{16})ull, (\d+), 0/.exec(code)!
  expect({ words, blocks: Number(blocks) }).toEqual({ words: 11, blocks: 9 })
  const functions = new Map([[key, [[1, 9, 8, 2, 6, 5, 4, 3, 7]]]])
  const { text, known } = samplesOf(CODE, { program: 'm', functions })
  expect(known).toBe(1)
  const rows = text.split('\n')
  expect(rows.slice(0, 9)).toEqual([
    'm_f1:94:1',
    ' 2: 1',
    ' 3: 1',
    ' 4: 1',
    ' 5: 9',
    ' 6: 9',
    ' 7: 8',
    ' 8: 8',
    ' 9: 8',
  ])
  // The second one of the same words has counts of its own, or none.
  const seen = new Map<string, number>()
  expect([1, 2].map(() => samplesOf(CODE, { program: 'm', functions }, seen).known)).toEqual([1, 0])
  // A function of other numbers is the same one; of other words it is another.
  expect(samplesOf(CODE.replaceAll('7u', '70u').replace('m_f1', 'm_f23'), { program: 'm', functions }).known).toBe(1)
  expect(samplesOf(CODE.replace('+ 1u', '- 1u'), { program: 'm', functions }).known).toBe(0)
})

test.skipIf(process.platform === 'win32')('launchers, which may not look into a profile, are not asked', async () => {
  const log = join(directory, 'launched')
  const launcher = join(directory, 'launcher')
  writeFileSync(launcher, `#!/bin/sh\necho "$@" >> '${log}'\nexec "$@"\n`, { mode: 0o755 })
  const { profile } = await count(hostTarget()!.name, ['for', 'launchers'])
  const own = { ...options, cacheDir: join(directory, 'launched-cache'), launcher }
  await createExecutable(bytes, { ...own, profileUse: [profile] })
  expect(readFileSync(log, 'utf8')).not.toMatch(/rare\.c\b/)
  await createExecutable(bytes, own)
  expect(readFileSync(log, 'utf8')).toMatch(/rare\.c\b/)
})

test.skipIf(process.platform === 'win32').each([
  ['a directory', (file: string) => mkdirSync(file)],
  ['a pipe that nobody reads', (file: string) => execFileSync('mkfifo', [file])],
  ['a link', (file: string) => symlinkSync('elsewhere', file)],
])('%s in the file’s place is told of, and the program ends as it would', async (name, put) => {
  const { path } = await createExecutable(bytes, { ...options, profileGenerate: true })
  const cwd = join(directory, name)
  mkdirSync(cwd)
  put(join(cwd, 'rare.profile'))
  const { code, stderr } = await runExecutable(hostTarget()!.name, path, [], { cwd })
  const message = expect.stringContaining('rare.profile could not be written') as string
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: message })
  expect(readdirSync(cwd)).toEqual(['rare.profile'])
})

/** Four threads that end the program at once. */
const AT_ONCE = `(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1 shared)
  (func $end
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (loop $others (br_if $others (i32.lt_u (i32.atomic.load (i32.const 0)) (i32.const 4))))
    (call $exit (i32.const 3)))
  (func (export "wasi_thread_start") (param i32 i32) (call $end))
  (func (export "_start") (local $left i32)
    (local.set $left (i32.const 3))
    (loop $more
      (drop (call $spawn (i32.const 0)))
      (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $end)))`

test('threads that end the program wait for the one that writes', async () => {
  const module = await assemble(AT_ONCE)
  const { path } = await createExecutable(module, { ...options, name: 'at-once', profileGenerate: true })
  const cwd = join(directory, 'at-once')
  mkdirSync(cwd)
  for (let run = 0; run < 20; run++) {
    expect(await runExecutable(hostTarget()!.name, path, [], { cwd })).toMatchObject({ code: 3, stderr: '' })
    const profile = parseProfile(readFileSync(join(cwd, 'at-once.profile')), 'at-once.profile')
    expect(allCounts(profile).length).toBeGreaterThan(2)
  }
})
