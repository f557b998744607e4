import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { which } from '../support/tools.ts'
import { freePort } from './ports.ts'
import { helloWorld, temporaryDirectory } from './program.ts'

const sccache = which('sccache')
const dir = temporaryDirectory('sccache')
const run = promisify(execFile)
afterEach(() => {
  if (sccache !== undefined) execFileSync(sccache, ['--stop-server'], { stdio: 'ignore' })
  vi.unstubAllEnvs()
})

test.skipIf(process.platform === 'win32' || sccache === undefined)(
  'modules that differ in their data alone have objects of their own (skipped: needs sccache)',
  async () => {
    vi.stubEnv('SCCACHE_DIR', join(dir, 'objects'))
    vi.stubEnv('SCCACHE_SERVER_PORT', String(await freePort()))
    for (const letter of ['a', 'b']) {
      // Longer than what stands in the C itself.
      const text = `${letter.repeat(100_000)}\n`
      const options = { file: 'letters.wasm', cacheDir: join(dir, letter), launcher: sccache }
      const { path } = await createExecutable(await helloWorld(text), options)
      expect((await run(path)).stdout === text).toBe(true)
    }
    const statistics = execFileSync(sccache!, ['--show-stats'], { encoding: 'utf8' })
    expect(statistics).toMatch(/^Cache hits +[1-9]/m)
  },
)
