import { mkdir } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import type { Optimize } from '../../compiler/index.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { freePort } from '../support/network.ts'
import { runExecutable, type RunResult } from '../support/run-target.ts'
import { root, zig } from '../support/tools.ts'

const flags = ['-target', 'wasm32-wasi', '-Os', '-s', '-g0']

/** A C program of this folder for a target, granted a port of this machine and what it is started in as `/`. */
export async function buildServer(target: string, port: number, optimize: Optimize, name = 'serve'): Promise<string> {
  const source = join(root, 'test/programs', `${name}.c`)
  const key = await hashOf([source, join(root, 'test/wasi/programs/expect.h')], ...flags)
  const wasm = await buildOnce(`${name}-${key}`, `${name}.wasm`, async (draft) => {
    await mkdir(draft, { recursive: true })
    await zig(['cc', ...flags, source, '-o', join(draft, `${name}.wasm`)])
  })
  return executableOf(wasm, target, { optimize, grants: { listen: [`127.0.0.1:${port}`], dirs: { '/': '.' } } })
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

/** Asks for /0, /1, … so many times, 50 at once; answers what came wrong. */
export async function load(port: number, count: number, keepAlive: boolean): Promise<string[]> {
  const agent = new Agent({ keepAlive, maxSockets: 50 })
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
  agent.destroy()
  return wrong
}

/** Runs the server while `work` lasts, and stops it; the server answers two requests more than those of `work`. */
export async function withServer(
  target: string,
  optimize: Optimize,
  work: (port: number) => Promise<void>,
): Promise<RunResult> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const once = new Agent({ keepAlive: false })
  const server = { ended: false }
  const result = runExecutable(target, await buildServer(target, port, optimize)).finally(() => (server.ended = true))
  while ((await ask(`${url}/ready`, once).catch(() => '')) === '' && !server.ended) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  try {
    await work(port)
  } finally {
    await ask(`${url}/stop`, once).catch(() => {})
  }
  return result
}
