import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { allTargets, canRun, runExecutable } from '../support/run-target.ts'
import { which } from '../support/tools.ts'

const run = promisify(execFile)

// Debian's: it finds the standard library that the package libstd-rust-dev-wasm32 installs.
const rustc = '/usr/bin/rustc'
const missing =
  [rustc, '/usr/lib/rustlib/wasm32-wasi'].find((file) => !existsSync(file)) ??
  (which('wasm-ld-14') ? undefined : 'lld-14')

const profiles = {
  debug: ['-g'],
  release: ['-C', 'opt-level=s', '-C', 'lto', '-C', 'strip=symbols'],
}

async function build(name: string, profile: keyof typeof profiles): Promise<string> {
  const source = fileURLToPath(new URL(`${name}.rs`, import.meta.url))
  const args = ['--edition', '2021', '--target', 'wasm32-wasi', '-C', 'linker=wasm-ld-14', ...profiles[profile]]
  return buildOnce(`rust-${await hashOf([source], ...args)}`, `${name}.wasm`, async (draft) => {
    await run(rustc, [...args, source, '-o', join(draft, `${name}.wasm`)])
  })
}

describe.skipIf(missing !== undefined)(`Rust${missing ? ` (skipped: needs ${missing})` : ''}`, () => {
  const host = `${process.platform}-${process.arch}`

  for (const [profile, optimize] of (['debug', 'release'] as const).flatMap((name) =>
    levelsOf(host).map((level) => [name, level] as const),
  )) {
    test(`hello and fib, ${profile}, level ${optimize}`, async () => {
      const file = await executableOf(await build('fib', profile), host, { optimize })
      const { code, stdout, stderr } = await runExecutable(host, file, ['27'])
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'Hello, Wasm!\nfib(27) = 196418\n', stderr: '' })
      if (profile === 'release') expect((await readFile(file)).length).toBeLessThan(120_000)
    })

    test(`the standard library, ${profile}, level ${optimize}`, async () => {
      const wasm = await build('library', profile)
      const file = await executableOf(wasm, host, { optimize, grants: { dirs: { '/': '.' } } })
      const cwd = mkdtempSync(join(tmpdir(), 'rust-'))
      try {
        const stdin = 'The quick brown fox\njumps over the lazy dog — the end\n'
        const { code, stdout, stderr } = await runExecutable(host, file, [], { stdin, cwd })
        expect({ code, stderr }).toEqual({ code: 10, stderr: '' })
        expect(stdout).toContain('       the 003\n')
        expect(stdout).toMatch(/\["report\.txt"\] Err\(NotPresent\) 3\.142 1\.2345e3\n$/)
        const panicked = await runExecutable(host, file, [], { stdin: 'panic', cwd })
        expect(panicked.code).toBe(134)
        expect(panicked.stderr).toMatch(/panicked at 'as asked'[^]*wasm trap: unreachable\n {2}in /)
      } finally {
        rmSync(cwd, { recursive: true, force: true })
      }
    })
  }

  for (const target of allTargets.filter((name) => name !== host)) {
    const absent = canRun(target)
    test.skipIf(absent !== undefined).each(levelsOf(target))(
      `hello and fib on ${target}, level %s${absent ? ` (skipped: needs ${absent})` : ''}`,
      async (optimize) => {
        const file = await executableOf(await build('fib', 'release'), target, { optimize })
        const { code, stdout } = await runExecutable(target, file, ['20'])
        expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello, Wasm!\nfib(20) = 6765\n' })
      },
    )
  }
})
