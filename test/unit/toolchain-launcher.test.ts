import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { withBuild } from '../../compiler/c-build.ts'
import { findTarget } from '../../compiler/targets.ts'
import { compileUnits } from '../../compiler/unit.ts'
import { which } from '../support/tools.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-launcher-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

/** Compiles one unit with an empty cache of our own. */
async function build(cache: string, launcher: string): Promise<Buffer> {
  const target = findTarget('linux-arm64')!
  const unit = {
    kind: 'module',
    module: 'hello',
    name: 'hello',
    code: 'int x;',
    data: [],
    contents: '',
    weight: 1,
  } as const
  const objects = await withBuild({ cacheDir: join(root, cache), launcher }, (context) =>
    compileUnits(context, [target], 'executable', [unit]).get(target)!,
  )
  return readFileSync(objects[0])
}

test.skipIf(process.platform === 'win32')('a launcher is given a compiler of one word, named clang', async () => {
  const launcher = join(root, 'launcher')
  const log = join(root, 'log')
  writeFileSync(launcher, `#!/bin/sh\necho "$1 $2 $3" >> ${log}\nexec "$@"\n`)
  chmodSync(launcher, 0o755)
  expect((await build('first', launcher)).length).toBeGreaterThan(0)
  expect(readFileSync(log, 'utf8')).toMatch(/^\S+\/clang -target aarch64-linux-none\n$/)
})

const ccache = which('ccache')
test.skipIf(ccache === undefined)('ccache finds the object again for another cache directory', async () => {
  vi.stubEnv('CCACHE_DIR', join(root, 'ccache'))
  const first = await build('one', ccache!)
  const second = await build('two', ccache!)
  expect(second).toEqual(first)
  const statistics = execFileSync(ccache!, ['--print-stats'], { encoding: 'utf8' })
  expect(statistics).toMatch(/^(direct|preprocessed)_cache_hit\t1$/m)
  expect(statistics).toMatch(/^cache_miss\t1$/m)
})
