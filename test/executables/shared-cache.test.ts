/** Object files on a shared cache: ccache, with a Redis server as its remote storage. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { createExecutables } from '../../compiler/index.ts'
import { freePort } from './ports.ts'
import { helloWorld } from './program.ts'
import { which } from '../support/tools.ts'

const ccache = which('ccache')
const server = which('redis-server')
const root = mkdtempSync(join(tmpdir(), 'wasm-exe-shared-cache-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

async function startRedis(port: number): Promise<() => Promise<unknown>> {
  const process = spawn(server!, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const text of process.stdout) if (String(text).includes('Ready to accept connections')) break
  process.stdout.resume()
  return () => {
    const ended = once(process, 'exit')
    process.kill()
    return ended
  }
}

/** Builds on a machine that has nothing: caches of its own, and what ccache counted there. */
async function buildOn(machine: string, wasm: Uint8Array): Promise<{ built: string[]; counts: Map<string, number> }> {
  vi.stubEnv('CCACHE_DIR', join(root, machine, 'ccache'))
  const options = { cacheDir: join(root, machine, 'cache'), launcher: ccache, targets: ['linux-x64', 'win32-arm64'] }
  const { executables } = await createExecutables(wasm, options)
  const statistics = execFileSync(ccache!, ['--print-stats'], { encoding: 'utf8' })
  const counts = new Map(
    statistics
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name, count]) => [name, Number(count)]),
  )
  return { built: executables.map(({ integrity }) => integrity), counts }
}

test.skipIf(ccache === undefined || server === undefined)(
  'a second machine compiles nothing (skipped: needs ccache and redis-server)',
  async () => {
    const port = await freePort()
    const stop = await startRedis(port)
    try {
      vi.stubEnv('CCACHE_REMOTE_STORAGE', `redis://127.0.0.1:${port}`)
      const wasm = await helloWorld()
      const first = await buildOn('first', wasm)
      // Configuration, runtime and module of the one; of the other, the module.
      expect(first.counts.get('cache_miss')).toBe(4)
      const second = await buildOn('second', wasm)
      expect(second.built).toEqual(first.built)
      expect(second.counts.get('cache_miss')).toBe(0)
      expect(second.counts.get('remote_storage_hit')).toBeGreaterThanOrEqual(4)
    } finally {
      await stop()
    }
  },
  60_000,
)
