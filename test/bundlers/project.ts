import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject } from 'vitest'
import { DEFAULT_TARGETS, hostTarget } from '../../compiler/index.ts'
import { root } from '../support/tools.ts'
import type { Manifest } from '../../src/manifest.ts'
import type { Program } from '../../src/program.ts'

export const host = hostTarget()!.name
export const targets = [...DEFAULT_TARGETS]
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

/** The variable that names a directory with other versions of bundlers, which test/matrix installs. */
export const MATRIX = 'WASM_EXE_TEST_MATRIX'

/** The version of a bundler that is tested. */
export function versionOf(bundler: string): string {
  const places = [process.env[MATRIX], root].filter((place) => place !== undefined)
  const manifests = places.map((place) => join(place, 'node_modules', bundler, 'package.json'))
  return (JSON.parse(readFileSync(manifests.find(existsSync)!, 'utf8')) as { version: string }).version
}

/** Whether the tested rolldown, Vite's own included, tells of files that come into a watched directory. */
export function rolldownSeesNewFiles(): boolean {
  return versionOf('rolldown').localeCompare('1.2.10', 'en', { numeric: true }) >= 0
}

/** What a test's name says where it leaves that out. */
export const NEW_FILES_UNSEEN = ' (skipped: comes needs rolldown 1.2.10)'

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** What src/server.js prints. */
export interface ServerReport {
  hello: Program
  small: Program<'linux-x64' | 'win32-x64'>
  href: string
  url: string
  runs: { path: string; output: string; code: number }[]
}

/** A fresh project with the package installed. Its compiled things are shared with other projects and runs. */
export class Project {
  readonly directory: string
  /** For the plugin's cacheDir option. */
  readonly cache = join(inject('installed'), 'cache')

  /** @param bundlers packages that are taken from the repository's node_modules, or from those of the matrix */
  constructor(name: string, bundlers: string[]) {
    this.directory = join(inject('installed'), 'projects', name)
    rmSync(this.directory, { recursive: true, force: true })
    cpSync(fixtures, this.directory, { recursive: true })
    mkdirSync(join(this.directory, 'node_modules'))
    this.write('package.json', JSON.stringify({ name, private: true, type: 'module' }))
    for (const bundler of bundlers) {
      const places = [process.env[MATRIX], root].flatMap((place) =>
        place ? [join(place, 'node_modules', bundler)] : [],
      )
      symlinkSync(places.find(existsSync)!, join(this.directory, 'node_modules', bundler), 'junction')
    }
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts)
  }

  read(...parts: string[]): string {
    return readFileSync(this.path(...parts), 'utf8')
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
  }

  /**
   * Saves a file until a watching bundler has built what it says. Rollup's watcher looks away for a moment after each
   * change, on a busy machine for longer than a build of ours takes, and misses what is saved meanwhile.
   * @param expectBuilt retries until the time it is given, in milliseconds, is over
   */
  async save(name: string, content: string, expectBuilt: (timeout: number) => Promise<unknown>): Promise<void> {
    for (const timeout of [5_000, 10_000, 30_000]) {
      this.write(name, content)
      try {
        await expectBuilt(timeout)
        return
      } catch (error) {
        if (timeout === 30_000) throw error
      }
    }
  }

  /** Runs a script with Node. */
  node(...args: string[]): Promise<Finished> {
    return run(process.execPath, args, this.directory)
  }

  /** Runs a script with Node, which is to succeed. @returns its output */
  async succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.node(...args)
    assert.equal(code, 0, stdout + stderr)
    return stdout
  }

  /** Starts a script that does not end by itself. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, args, { cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  }

  manifest(output: string): Manifest {
    return JSON.parse(this.read(output, 'exe-manifest.json')) as Manifest
  }

  /**
   * Checks what a build put into its output directory: the manifest, every executable that it lists, and that the
   * host's runs.
   */
  async expectExecutables(output: string): Promise<Manifest> {
    const manifest = this.manifest(output)
    assert.deepEqual(Object.keys(manifest.programs), ['src/hello.wat', 'src/lazy.wat'])
    const { builds } = manifest.programs['src/hello.wat']
    const plain = builds.find(({ optimize }) => optimize === 1)!
    assert.deepEqual(Object.keys(plain.executables).toSorted(), targets.toSorted())
    for (const program of Object.values(manifest.programs)) {
      for (const { executables } of program.builds) {
        for (const [target, { file, bytes, integrity }] of Object.entries(executables)) {
          const path = this.path(output, file)
          const content = readFileSync(path)
          assert.equal(content.length, bytes)
          assert.equal(integrity, `sha256-${createHash('sha256').update(content).digest('base64')}`)
          assert.equal(formatOf(content), target)
          if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o755)
        }
      }
    }
    const hello = await run(this.path(output, plain.executables[host]!.file), [], this.directory)
    assert.deepEqual(hello, { code: 0, stdout: 'Hello from hello!\n', stderr: '' })
    return manifest
  }

  /**
   * Checks that a bundler which watches src/show.wat with src/assets embedded follows what happens in there.
   * @param watch starts the bundler
   * @param seesNewFiles of watched directories
   */
  async expectEmbeddedWatched(output: string, watch: () => ChildProcess, seesNewFiles = true): Promise<void> {
    /** What the executable prints; nothing while there is none. */
    const printed = async () => {
      if (!existsSync(this.path(output, 'exe-manifest.json'))) return ''
      const { builds } = this.manifest(output).programs['src/show.wat']
      return (await run(this.path(output, builds[0].executables[host]!.file), [], this.directory)).stdout
    }
    const expectPrinted = async (text: string, timeout = 30_000) => {
      await expect.poll(printed, { timeout }).toBe(text)
    }
    this.write('src/assets/a', 'one')
    const child = watch()
    try {
      await expectPrinted('one')
      await this.save('src/assets/a', 'two', (timeout) => expectPrinted('two', timeout))
      if (!seesNewFiles) return
      await this.save('src/assets/b', ', new', (timeout) => expectPrinted('two, new', timeout))
      rmSync(this.path('src/assets/a'))
      await expectPrinted(', new')
    } finally {
      child.kill()
    }
  }

  /** Runs a bundle of src/throws.js with source maps, and checks that the stack names the line in the source. */
  async expectSourceMap(bundle: string): Promise<void> {
    const { stderr } = await this.node('--enable-source-maps', bundle)
    assert.match(stderr, /thrown from hello, file:/)
    assert.match(stderr, /[\\/]src[\\/]throws\.js:5:/)
  }

  /** Runs a bundle of src/server.js and checks that it found and ran its programs. */
  async expectServer(bundle: string): Promise<ServerReport> {
    const report = JSON.parse(await this.succeed(bundle)) as ServerReport
    assert.deepEqual(Object.keys(report.hello.targets).toSorted(), targets.toSorted())
    const runs = report.runs.map(({ output, code }) => [output, code])
    assert.deepEqual(runs, [
      ['Hello from hello!\n', 0],
      ['Hello from lazy!\n', 3],
    ])
    assert.ok(readFileSync(fileURLToPath(report.url)).equals(readFileSync(report.runs[0].path)))
    return report
  }
}

/** @param variables of the environment, beside this process's */
export function run(
  command: string,
  args: string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...variables }
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd, env, timeout: 120_000 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr })
    })
  })
}

/** The target that an executable is for, by its first bytes. */
function formatOf(content: Buffer): string {
  if (content.readUInt32BE(0) === 0x7f454c46) return `linux-${{ 62: 'x64', 183: 'arm64' }[content.readUInt16LE(18)]}`
  if (content.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${{ 0x01000007: 'x64', 0x0100000c: 'arm64' }[content.readUInt32LE(4)]}`
  }
  const machine = content.readUInt16LE(content.readUInt32LE(60) + 4)
  return `win32-${{ 0x8664: 'x64', 0xaa64: 'arm64' }[machine]}`
}
