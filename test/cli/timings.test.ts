import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cli, fixture } from './cli.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wasm-exe-timings-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const ARGS = [
  'build',
  fixture('hello.wat'),
  '-O',
  '2',
  '-o',
  'out/',
  '-t',
  'linux-x64,win32-x64',
  '--timings',
  '--json',
]

interface TraceEvent {
  name: string
  cat: string
  ph: string
  ts: number
  dur: number
  pid: number
  tid: number
}

const traceEvents = (): TraceEvent[] =>
  JSON.parse(readFileSync(join(cwd, 'out/hello.timings.json'), 'utf8')).traceEvents

test('--timings shows a row per stage on standard error and leaves the result alone', async () => {
  const { code, stdout, stderr } = await cli([...ARGS, '--cache-dir', 'cache'], { cwd })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).executables).toHaveLength(2)
  const table = stderr.slice(stderr.indexOf('stage ')).split('\n')
  expect(table.map((row) => row.split(/ +/).slice(0, 3).join(' '))).toEqual([
    'stage steps cached',
    'decode 1 0',
    'validate 1 0',
    'generate 1 0',
    'compile 4 0',
    'link 2 0',
    'all 9 0',
    expect.stringContaining('hello.timings.json:'),
    '',
  ])
})

test('at level 1 a row per stage, of which none is compiling', async () => {
  const { stderr } = await cli([...ARGS, '-O', '1', '--cache-dir', 'cache'], { cwd })
  const table = stderr.slice(stderr.indexOf('stage ')).split('\n')
  expect(table.map((row) => row.split(/ +/).slice(0, 3).join(' ')).slice(0, -2)).toEqual([
    'stage steps cached',
    'decode 1 0',
    'validate 1 0',
    'generate 2 0',
    'link 2 0',
    'all 6 0',
  ])
})

test('the trace has every step in a lane of its own time, and none that came from the cache', async () => {
  await cli([...ARGS, '--cache-dir', 'cache'], { cwd })
  const events = traceEvents()
  expect(new Set(events.map(({ cat }) => cat))).toEqual(new Set(['decode', 'validate', 'generate', 'compile', 'link']))
  expect(events.filter(({ cat }) => cat === 'link').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['hello for linux-x64', 'hello for win32-x64']),
  )
  for (const { ph, ts, dur, pid, tid } of events) {
    expect({ ph, pid }).toEqual({ ph: 'X', pid: 1 })
    const others = events.filter((other) => other.tid === tid && other.ts > ts)
    for (const other of others) expect(other.ts).toBeGreaterThanOrEqual(ts + dur)
  }
  await cli([...ARGS, '--cache-dir', 'cache', '--arg', 'x'], { cwd })
  expect(traceEvents().some(({ name }) => name.startsWith('runtime'))).toBe(false)
  expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual([
    'hello-linux-x64',
    'hello-win32-x64.exe',
    'hello.timings.json',
  ])
})
