import { execFile, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { root, zig } from '../support/tools.ts'

const host = `${process.platform}-${process.arch}`
const source = join(root, 'test/programs/serve.c')
const flags = ['-target', 'wasm32-wasi', '-Os', '-s', '-g0']

async function serverModule(): Promise<string> {
  return buildOnce(`serve-${await hashOf([source], ...flags)}`, 'serve.wasm', async (draft) => {
    await mkdir(draft, { recursive: true })
    await zig(['cc', ...flags, source, '-o', join(draft, 'serve.wasm')])
  })
}

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

/** Asks for /0, /1, … so many times, so many at once; answers what came wrong. */
async function load(port: number, count: number, agent: Agent): Promise<string[]> {
  const wrong: string[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const number = next++
      const answer = await ask(`http://127.0.0.1:${port}/${number}`, agent).catch(String)
      if (answer !== `you asked for ${number}\n`) wrong.push(`${number}: ${answer}`)
    }
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  return wrong
}

/** Runs the server, which is ready once it has answered. */
async function withServer(work: (port: number) => Promise<void>): Promise<{ stdout: string; code: number | null }> {
  const port = await freePort()
  const executable = await executableOf(await serverModule(), host, { grants: { listen: [`127.0.0.1:${port}`] } })
  const child = spawn(executable, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  const once = new Agent({ keepAlive: false })
  try {
    while ((await ask(`http://127.0.0.1:${port}/ready`, once).catch(() => '')) === '' && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await work(port)
    await ask(`http://127.0.0.1:${port}/stop`, once)
    const code = await closed
    return { stdout, code }
  } finally {
    child.kill('SIGKILL')
  }
}

test.each([
  ['a connection each', false],
  ['connections that are kept', true],
])('an HTTP server on a granted address answers 10,000 requests over %s, none lost', async (_, keepAlive) => {
  const agent = new Agent({ keepAlive, maxSockets: 50 })
  const result = await withServer(async (port) => {
    expect(await load(port, 10_000, agent)).toEqual([])
  })
  agent.destroy()
  // The first that asks whether it is ready, and the last that stops it.
  expect(result).toEqual({ stdout: 'answered 10002\n', code: 0 })
})

test('an address that another program has is an error that names it', async () => {
  await withServer(async (port) => {
    const grants = { listen: [`localhost:${port}`] }
    const second = await executableOf(await serverModule(), host, { grants })
    await expect(promisify(execFile)(second)).rejects.toMatchObject({
      code: 1,
      stderr: `wasm-exe: cannot listen at the granted address tcp://127.0.0.1:${port}: another program has it\n`,
    })
  })
})
