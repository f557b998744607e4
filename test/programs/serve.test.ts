import { execFile } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { connectTo, freePort } from '../support/network.ts'
import { levelsOf } from '../support/levels.ts'
import { runExecutable } from '../support/run-target.ts'
import { buildServer, load, withServer } from './serving.ts'

const host = `${process.platform}-${process.arch}`

describe.each(levelsOf(host))('level %s', (optimize) => {
  test.each([
    ['a connection each', false],
    ['connections that are kept', true],
  ])('an HTTP server on a granted address answers 10,000 requests over %s, none lost', async (_, keepAlive) => {
    const result = await withServer(host, optimize, async (port) =>
      expect(await load(port, 10_000, keepAlive)).toEqual([]),
    )
    expect(result).toMatchObject({ stdout: 'answered 10002\n', stderr: '', code: 0 })
  })

  test('an address that another program has is an error that names it', async () => {
    await withServer(host, optimize, async (port) => {
      await expect(promisify(execFile)(await buildServer(host, port, optimize))).rejects.toMatchObject({
        code: 1,
        stderr: `wasm-exe: cannot listen at the granted address tcp://127.0.0.1:${port}: another program has it\n`,
      })
    })
  })

  test('a connection is read and written by recv and send, with their flags, and each side ends alone', async () => {
    const port = await freePort()
    const result = runExecutable(host, await buildServer(host, port, optimize, 'reverse'), [])
    const answer = await converse(port, ['01234', '56789'])
    expect(answer).toBe('9876543210')
    expect(await result).toMatchObject({ stdout: 'first 1\nall 10\nsent 10\nshutdown 0\nend 0\n', stderr: '', code: 0 })
  })
})

/** What a server answers to parts sent one after the other. */
async function converse(port: number, parts: string[]): Promise<string> {
  const socket = await connectTo(port)
  for (const part of parts) {
    socket.write(part)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const answer = await text(socket)
  socket.end()
  return answer
}
