import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { buildServer, load, withServer } from './serving.ts'

const host = `${process.platform}-${process.arch}`

test.each([
  ['a connection each', false],
  ['connections that are kept', true],
])('an HTTP server on a granted address answers 10,000 requests over %s, none lost', async (_, keepAlive) => {
  const result = await withServer(host, async (port) => expect(await load(port, 10_000, keepAlive)).toEqual([]))
  expect(result).toMatchObject({ stdout: 'answered 10002\n', stderr: '', code: 0 })
})

test('an address that another program has is an error that names it', async () => {
  await withServer(host, async (port) => {
    await expect(promisify(execFile)(await buildServer(host, port))).rejects.toMatchObject({
      code: 1,
      stderr: `wasm-exe: cannot listen at the granted address tcp://127.0.0.1:${port}: another program has it\n`,
    })
  })
})
