/** Large modules, which several threads work on: what comes of it is the same however many there are. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli } from './cli.ts'

const FUNCTIONS = 400
/** Each function's statements, so often: more than 2 MiB together, which is where threads begin. */
const REPEATED = 110
const TARGETS = ['linux-x64', 'linux-arm64']

const leb = (value: number): number[] => {
  const low = value & 0x7f
  const rest = value >> 7
  return (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40) ? [low] : [low | 0x80, ...leb(rest)]
}
const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
const double = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)]
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes]
const text = (letters: string): number[] => sized([...Buffer.from(letters)])
const [WASI, N, X, Y] = [text('wasi_snapshot_preview1'), 0, 1, 2]

/** (n, x) → x: with constants, vectors and calls that no other has, of imports and through a table; it may throw. */
function body(i: number): number[] {
  const next = unsigned(2 + ((i * 7 + 3) % FUNCTIONS))
  const statements = [
    [0x20, X, 0x41, ...leb(i * 1003), 0x6a, 0x21, X], // x += i * 1003
    [0x20, Y, 0x44, ...double((i % 50) + i / 7), 0xa0, 0x21, Y], // y += …
    [0x41, 0, 0x20, X, 0x36, 2, ...unsigned(1024 + 4 * i)], // a store
    [0x20, X, 0x20, X, 0xfd, 0x11, 0xfd, 0x0c, i % 9, i & 127, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
    [0xfd, 0xae, 1, 0xfd, 0x1b, 1, 0x6a, 0x21, X], // i32x4.add, extract_lane, x += …
  ].flat()
  return [
    [1, 1, 0x7c],
    ...Array.from({ length: REPEATED }, () => statements),
    [0x20, N, 0x45, 0x04, 0x40, 0x20, X, 0x0f, 0x0b], // if (n == 0) return x
    [0x20, X, 0x41, ...leb(-1 - i), 0x46, 0x04, 0x40, 0x20, X, 0x08, 0, 0x0b], // throw x
    [0x20, X, 0x41, ...leb(100 + i), 0x46, 0x04, 0x40, 0x10, 1, 0x1a, 0x0b], // sched_yield
    [0x20, N, 0x41, 1, 0x71, 0x04, 0x40, 0x20, N, 0x41, 1, 0x6b, 0x20, X, 0x12, ...next, 0x0b], // return_call
    [0x20, N, 0x41, 1, 0x6b, 0x20, X, 0x10, ...next],
    [0x41, 0, 0x20, X, 0x41, ...leb((i * 11) % FUNCTIONS), 0x11, 0, 0, 0x6a, 0x0b], // call_indirect
  ].flat()
}

/** @param last the body of a function behind all others */
function largeModule(last: readonly number[]): Uint8Array {
  const section = (id: number, ...contents: (readonly number[])[]): Uint8Array =>
    Uint8Array.from([id, ...sized(contents.flat())])
  const all = Array.from({ length: FUNCTIONS }, (_, i) => i)
  const start = [0, 0x41, 9, 0x41, 1, 0x10, 2, 0x41, ...leb(127), 0x71, 0x10, 0, 0x0b]
  const bodies = [...all.map(body), last, start].map((code) => Uint8Array.from(sized(code)))
  return Buffer.concat([
    Buffer.from('\0asm\x01\0\0\0'),
    section(1, [4, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 0, 1, 0x7f, 0x60, 0, 0]),
    section(2, [2], WASI, text('proc_exit'), [0, 1], WASI, text('sched_yield'), [0, 2]),
    section(
      3,
      unsigned(FUNCTIONS + 2),
      all.map(() => 0),
      [3, 3],
    ),
    section(4, [1, 0x70, 0], unsigned(FUNCTIONS)),
    section(5, [1, 0, 1]),
    section(13, [1, 0, 1]),
    section(7, [2], text('memory'), [2, 0], text('_start'), [0], unsigned(FUNCTIONS + 3)),
    section(
      9,
      [1, 0, 0x41, 0, 0x0b],
      unsigned(FUNCTIONS),
      all.flatMap((i) => unsigned(2 + i)),
    ),
    Uint8Array.from([10, ...unsigned(bodies.reduce((sum, { length }) => sum + length, 2)), ...unsigned(FUNCTIONS + 2)]),
    ...bodies,
  ])
}

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-threads-'))
  writeFileSync(join(cwd, 'large.wasm'), largeModule([0, 0x0b]))
  writeFileSync(join(cwd, 'wrong.wasm'), largeModule([0, 0x1a, 0x0b]))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const build = (module: string, jobs: number, env: NodeJS.ProcessEnv = {}) =>
  cli(
    ['build', module, '-j', String(jobs), '--cache-dir', `cache-${jobs}`, '-t', TARGETS.join(), '-o', `out-${jobs}/`],
    { cwd, env },
  )

const made = (jobs: number): Buffer[] =>
  TARGETS.map((target) => readFileSync(join(cwd, `out-${jobs}`, `large-${target}`)))

test('executables are the same, byte for byte', async () => {
  expect(readFileSync(join(cwd, 'large.wasm')).length).toBeGreaterThan(2 << 20)
  for (const jobs of [1, 3]) expect(await build('large.wasm', jobs)).toMatchObject({ code: 0 })
  expect(made(3)[0].equals(made(1)[0])).toBe(true)
  expect(made(3)[1].equals(made(1)[1])).toBe(true)
})

test('they run as in V8', ({ skip }) => {
  if (process.platform !== 'linux' || process.arch !== 'x64') skip()
  const calls: number[] = []
  const wasi = { proc_exit: (code: number) => calls.push(code), sched_yield: () => 0 }
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(join(cwd, 'large.wasm'))))
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi })
  ;(exports._start as () => void)()
  const run = spawnSync(join(cwd, 'out-3', 'large-linux-x64'))
  expect({ calls: [run.status], stderr: String(run.stderr) }).toEqual({ calls, stderr: '' })
})

test('where a process may have no threads, it does without', async () => {
  const env = { NODE_OPTIONS: '--experimental-permission --allow-fs-read=* --allow-fs-write=*' }
  expect(await build('large.wasm', 2, env)).toMatchObject({ code: 0 })
  expect(made(2)[0].equals(made(1)[0])).toBe(true)
})

test('errors are the same', async () => {
  const [alone, together] = [await build('wrong.wasm', 1), await build('wrong.wasm', 3)]
  expect(alone.stderr).toMatch(/type mismatch in drop/)
  expect(together).toEqual(alone)
})
