import { resolve } from 'node:path'
import type { Embed } from '../../compiler/embed.ts'
import { grantWarnings } from '../../compiler/grant-warnings.ts'
import { parseHeapMax } from '../../compiler/heap.ts'
import { checkMacos, type MacosOptions } from '../../compiler/macos.ts'
import {
  normalizeGrants,
  parseCpu,
  parseOptimize,
  type ArgsGrant,
  type BuildOptions,
  type DirGrant,
  type Grants,
} from '../../compiler/options.ts'
import { checkWindows, type WindowsOptions } from '../../compiler/windows.ts'
import { printable } from '../../compiler/printable.ts'
import { ARGS_MODES, parseArgsGrant, parseDirGrant, parseEmbed } from '../grants.ts'
import { lastValue, listValue } from './args.ts'
import { UsageError, type Arguments, type OptionSpecs } from './command.ts'

/** What every command takes that makes files with code in them. */
export const COMPILE_OPTIONS: OptionSpecs = {
  optimize: {
    short: 'O',
    value: 'LEVEL',
    description: '1 (default): at once, without a C compiler; 2, 3 or s: through C',
  },
  cpu: { value: 'NAME', description: 'For x64: baseline (default), x86-64-v2 or x86-64-v3: through C' },
  debug: { short: 'g', description: 'Keep symbols and line information: through C' },
  'cache-dir': { value: 'DIR', description: 'Where compiled things are kept' },
  toolchain: {
    value: 'NAME',
    description: 'The C compiler: zig (default), the path of a Zig binary, or cc: the system’s',
  },
  launcher: { value: 'COMMAND', description: 'Run compilers through ccache or sccache' },
  jobs: {
    short: 'j',
    value: 'N',
    description: 'Compilers side by side; default: the number of processors',
  },
}

/** For programs whose runs are counted. */
export const PROFILE_OPTIONS: OptionSpecs = {
  'profile-generate': { description: 'Count what is run often: the program writes NAME.profile when it ends' },
  'profile-use': { value: 'FILE', multiple: true, description: 'Make what was counted there run faster: through C' },
}

/** @throws CompileError for files that are no profiles */
export async function profileOptions(args: Arguments): Promise<Pick<BuildOptions, 'profileGenerate' | 'profileUse'>> {
  const files = args.options.get('profile-use') ?? []
  return {
    ...(args.options.has('profile-generate') && { profileGenerate: true }),
    ...(files.length > 0 && { profileUse: await (await import('../profiles.ts')).readProfiles(files) }),
  }
}

/** The same for commands that always run a C compiler. */
export const C_OPTIONS: OptionSpecs = {
  ...COMPILE_OPTIONS,
  optimize: { short: 'O', value: 'LEVEL', description: '2 (default), 3 or s' },
}

/** What the program may use, for commands that make executables. */
export const GRANT_OPTIONS: OptionSpecs = {
  dir: {
    value: 'GUEST=HOST',
    multiple: true,
    description: 'Grant a directory; behind it :ro only for reading, :optional or :create if it may be absent',
  },
  env: { value: 'NAME[=VALUE]', multiple: true, description: 'Pass a variable on, or fix its value' },
  arg: { value: 'WORD', multiple: true, description: 'An argument that comes before those of the command line' },
  args: { value: 'MODE', description: 'fixed: pass none of the command line’s arguments on; default: pass' },
  listen: { value: 'ADDRESS', multiple: true, description: 'Take connections at 127.0.0.1:8080, as open file 3, 4, …' },
  connect: {
    value: 'HOST:PORT',
    multiple: true,
    description: 'Let a component connect there: api.example.com:443, 10.0.0.0/8:*, [::1]:80, *:5432',
  },
  resolve: { value: 'NAME', multiple: true, description: 'Let a component look up a name, *.example.com or *' },
  embed: { value: 'GUEST=HOST', multiple: true, description: 'Put the files of a directory into the executable' },
  'heap-max': { value: 'SIZE', description: 'With garbage collection: what the heap may have, 64M or 2G; default: 4G' },
}

/** What systems show of an executable. */
export const SYSTEM_OPTIONS: OptionSpecs = {
  icon: { value: 'FILE', description: 'Windows: an .ico file, or a PNG image of at most 256 × 256 pixels' },
  'product-name': { value: 'TEXT', description: 'Windows: what the file’s properties show' },
  'company-name': { value: 'TEXT', description: 'Windows: the same' },
  'product-version': { value: 'VERSION', description: 'Windows: the same; 1.2.3, 1.2.3.4 or 1.2.3-beta.1' },
  manifest: { value: 'FILE', description: 'Windows: in the place of the usual manifest; none leaves it out' },
  'no-console': { description: 'Windows: open no console for the program' },
  identifier: { value: 'NAME', description: 'macOS: what the signature calls the program: com.example.hello' },
  'minimum-macos': { value: 'VERSION', description: 'macOS: the least version, 13 if left out' },
}

/** For commands that take the libraries of a program beside it. */
export const MODULE_OPTIONS: OptionSpecs = {
  module: { value: 'NAME=FILE', multiple: true, description: 'Link a module that others import from as NAME' },
}

/** @throws UsageError, CompileError */
export function compileOptions(args: Arguments): BuildOptions {
  const optimize = lastValue(args, 'optimize')
  const cpu = lastValue(args, 'cpu')
  const cacheDir = lastValue(args, 'cache-dir')
  const toolchain = lastValue(args, 'toolchain')
  const launcher = lastValue(args, 'launcher')
  const jobs = lastValue(args, 'jobs')
  return {
    debug: args.options.has('debug'),
    ...(optimize !== undefined && { optimize: parseOptimize(optimize) }),
    ...(cpu !== undefined && { cpu: parseCpu(cpu) }),
    ...(cacheDir !== undefined && { cacheDir: resolve(cacheDir) }),
    ...(toolchain !== undefined && { toolchain }),
    ...(launcher !== undefined && { launcher }),
    ...(jobs !== undefined && { jobs: parseJobs(jobs) }),
  }
}

function parseJobs(text: string): number {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs > 0) return jobs
  throw new UsageError(`--jobs ${text} is no number of processes; write --jobs 4`)
}

/** @param warn is told what is odd about grants that are each valid. @throws UsageError, CompileError */
export function grantOptions(args: Arguments, warn: (text: string) => void): Grants {
  const dirs = (args.options.get('dir') ?? []).map(parseDir)
  const grants: Grants = {
    dirs: Object.fromEntries(dirs),
    env: args.options.get('env') ?? [],
    args: argsGrant(args),
    listen: args.options.get('listen') ?? [],
    connect: args.options.get('connect') ?? [],
    resolve: args.options.get('resolve') ?? [],
  }
  const names = dirs.map(([guest]) => guest)
  const twice = new Set(names.filter((guest, index) => names.indexOf(guest) !== index))
  for (const guest of twice) warn(`the directory ${printable(guest)} is granted twice, and the last grant counts`)
  for (const text of grantWarnings(normalizeGrants(grants))) warn(text)
  return grants
}

function argsGrant(args: Arguments): ArgsGrant {
  const mode = lastValue(args, 'args') ?? 'pass'
  const grant = parseArgsGrant(args.options.get('arg') ?? [], mode)
  if (grant) return grant
  throw new UsageError(`--args ${mode} is not one of ${ARGS_MODES.join(', ')}; an argument itself is --arg ${mode}`)
}

/** @throws CompileError */
export function limitOptions(args: Arguments): { heapMax?: number } {
  const heapMax = lastValue(args, 'heap-max')
  return heapMax === undefined ? {} : { heapMax: parseHeapMax(heapMax) }
}

/** The directories to be put into the executable. @throws UsageError */
export function embedOptions(args: Arguments): Embed {
  const pairs = (args.options.get('embed') ?? []).map((text) => {
    const pair = parseEmbed(text)
    if (pair) return pair
    throw new UsageError(`--embed ${text} lacks a path; write --embed GUEST=HOST, as in --embed /share=./assets`)
  })
  return Object.fromEntries(pairs)
}

function parseDir(text: string): [string, DirGrant] {
  const grant = parseDirGrant(text)
  if (grant) return grant
  throw new UsageError(`--dir ${text} lacks a path; write --dir GUEST=HOST, as in --dir /data=./data`)
}

/** @throws CompileError */
export function systemOptions(args: Arguments): { windows?: WindowsOptions; macos?: MacosOptions } {
  const manifest = lastValue(args, 'manifest')
  const windows: WindowsOptions = given({
    icon: lastValue(args, 'icon'),
    version: lastValue(args, 'product-version'),
    productName: lastValue(args, 'product-name'),
    companyName: lastValue(args, 'company-name'),
    manifest: manifest === 'none' ? false : manifest,
    console: args.options.has('no-console') ? false : undefined,
  })
  const macos: MacosOptions = given({
    identifier: lastValue(args, 'identifier'),
    minimumVersion: lastValue(args, 'minimum-macos'),
  })
  checkWindows(windows)
  checkMacos(macos)
  return {
    ...(Object.keys(windows).length > 0 && { windows }),
    ...(Object.keys(macos).length > 0 && { macos }),
  }
}

function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

/** The targets that were named, lists and repetitions joined. */
export function targetNames(args: Arguments): string[] {
  return listValue(args, 'target')
}
