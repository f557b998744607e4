import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { run } from '../../compiler/toolchain/process.ts'
import { affordableJobs, enqueue } from '../../compiler/toolchain/queue.ts'

const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-process-'))
afterAll(() => rmSync(dir, { recursive: true }))
const node = (code: string, signal?: AbortSignal) => run(process.execPath, ['-e', code], { signal })

test('gives output and exit code', async () => {
  const result = await node('console.log("out"); console.error("err"); process.exitCode = 3')
  expect(result).toMatchObject({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' })
})

test('a program that is not there is an exception', async () => {
  await expect(run(join(dir, 'nothing'), [])).rejects.toMatchObject({ code: 'ENOENT' })
})

test('an abort kills the program and what it started', async () => {
  const late = join(dir, 'late')
  const child = `setTimeout(() => require("fs").writeFileSync(${JSON.stringify(late)}, ""), 700)`
  const parent = `require("child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(child)}])`
  const abort = new AbortController()
  const started = performance.now()
  setTimeout(() => abort.abort(new Error('enough')), 250)
  await expect(node(parent, abort.signal)).rejects.toThrow('enough')
  expect(performance.now() - started).toBeLessThan(650)
  await sleep(1000)
  expect(existsSync(late)).toBe(false)
})

test('an aborted signal starts nothing', async () => {
  await expect(node('', AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})

test('the queue runs no more than it may, in order, and goes on after failures and aborts', async () => {
  let active = 0
  let most = 0
  const order: number[] = []
  const task = (index: number) => async () => {
    most = Math.max(most, ++active)
    order.push(index)
    await sleep(10)
    active--
    if (index === 2) throw new Error('two')
    return index
  }
  const abort = new AbortController()
  const tasks = [0, 1, 2, 3, 4, 5].map((index) => enqueue(2, index === 4 ? abort.signal : undefined, task(index)))
  abort.abort(new Error('four'))
  const results = await Promise.allSettled(tasks)
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 5])
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual([
    0,
    1,
    'two',
    3,
    'four',
    5,
  ])
})

test('as many compilers by default as there are processors, and memory for', () => {
  const GiB = 2 ** 30
  expect(affordableJobs(2, 16 * GiB)).toBe(2)
  expect(affordableJobs(64, 4 * GiB)).toBe(8)
  expect(affordableJobs(4, GiB / 4)).toBe(1)
})
