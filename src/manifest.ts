import { basename, relative } from 'node:path'
import {
  normalizeGrants,
  type Backend,
  type Cpu,
  type EmbeddedInfo,
  type LibraryInfo,
  type NormalGrants,
  type Optimize,
  type TargetName,
} from '../compiler/index.ts'
import { version } from '../compiler/version.ts'
import type { BuiltFile, BuiltProgram } from './pipeline.ts'

/** The format's version; it changes when a reader of the old format would misread the new one. */
export const MANIFEST_VERSION = 2

/** `exe-manifest.json`, for everyone; its JSON Schema is `unplugin-wasm-exe/manifest.schema.json`. */
export interface Manifest {
  version: typeof MANIFEST_VERSION
  /** 'unplugin-wasm-exe 0.1.0'. */
  generator: string
  /** By source file, relative to the project's root, with slashes; of files outside of it, the name alone. */
  programs: Record<string, ManifestProgram>
}

/** `exe-report.json`, for the project: the manifest with what is nobody else's. The same schema holds for it. */
export interface Report extends Manifest {
  /** The directory that the files are in, relative to the project's root. */
  output: string
  programs: Record<string, ManifestProgram<ReportBuild>>
}

export interface ManifestProgram<Build = ManifestBuild> {
  name: string
  wasm: { bytes: number; integrity: string }
  /** What the module imports, 'wasi_snapshot_preview1.fd_write'; sorted. */
  imports: string[]
  /** One entry for each set of options that the file was imported with, and each level. */
  builds: Build[]
}

export interface ManifestBuild {
  optimize: Optimize
  /** What x64 executables ask of the processor. */
  cpu: Cpu
  debug: boolean
  /** Bytes that the heap of objects may have, where that was said. */
  heapMax?: number
  /** Directories inside the executables. */
  embedded: readonly EmbeddedInfo[]
  /** Modules that the program was linked with. */
  libraries: readonly LibraryInfo[]
  /** What wrote the code: our own generator of machine code, or a C compiler. */
  backend: Backend
  /** The C compiler, or this package. */
  toolchain: { name: string; version: string; sha256: string | null }
  executables: Partial<Record<TargetName, ManifestFile>>
}

export interface ReportBuild extends ManifestBuild {
  /** What the program may use; holds paths and values of this machine's. */
  grants: NormalGrants
}

export interface ManifestFile {
  /** Relative to the manifest's directory, and in a report to the output directory, with slashes. */
  file: string
  bytes: number
  integrity: string
  triple: string
}

/**
 * All about what a bundle holds. Order does not depend on the order of imports, so equal builds give equal bytes.
 * @param output the directory of the bundle
 * @param fileName the path of a file in it, undefined if it did not get into the bundle
 */
export function createReport(
  root: string,
  output: string,
  programs: Iterable<BuiltProgram>,
  fileName: (file: BuiltFile) => string | undefined,
): Report {
  const entries = new Map<string, ManifestProgram<ReportBuild>>()
  for (const program of programs) {
    const source = sourceKey(root, program.request.file)
    for (const file of program.files) {
      const emitted = fileName(file)
      if (emitted === undefined) continue
      const entry = entries.get(source) ?? manifestProgram(program)
      entries.set(source, entry)
      buildOf(entry, program, file).executables[file.target] = manifestFile(file, emitted)
    }
  }
  for (const { builds } of entries.values()) {
    for (const build of builds) build.executables = sorted(build.executables)
    builds.sort((a, b) => compare(options(a), options(b)))
  }
  return {
    version: MANIFEST_VERSION,
    generator: `unplugin-wasm-exe ${version}`,
    output: sourceKey(root, output),
    programs: sorted(Object.fromEntries(entries)),
  }
}

/**
 * What everyone may know of a report.
 * @param file the manifest's own place in the output directory
 */
export function createManifest({ version, generator, programs }: Report, file: string): Manifest {
  const up = '../'.repeat(file.split('/').length - 1)
  const open = new Map<string, ManifestProgram>()
  for (const [source, program] of Object.entries(programs)) {
    const builds = program.builds.map(
      ({ optimize, cpu, debug, heapMax, embedded, libraries, backend, toolchain, executables }) => {
        const files = Object.entries(executables).map(([target, entry]) => [
          target,
          { ...entry, file: up + entry.file },
        ])
        const build = { optimize, cpu, debug, heapMax, embedded, libraries, backend, toolchain }
        return { ...build, executables: Object.fromEntries(files) as ManifestBuild['executables'] }
      },
    )
    open.set(openKey(source, open), { ...program, builds })
  }
  return { version, generator, programs: sorted(Object.fromEntries(open)) }
}

/** A source as everyone may know it: the way to a file outside of the project is that of this machine. */
function openKey(source: string, taken: ReadonlyMap<string, unknown>): string {
  if (!/^(?:\.\.\/|\/|[a-z]:)/i.test(source)) return source
  const name = `../${basename(source)}`
  for (let number = 2, key = name; ; number++) {
    if (!taken.has(key)) return key
    key = `${name}#${number}`
  }
}

/** Whether a program of a report got more than its arguments. */
export function hasGrants({ programs }: Report): boolean {
  const usual = JSON.stringify(normalizeGrants())
  const builds = Object.values(programs).flatMap((program) => program.builds)
  return builds.some(({ grants, embedded }) => JSON.stringify(grants) !== usual || embedded.length > 0)
}

/** A manifest or report as it is written. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function manifestProgram({ name, module }: BuiltProgram): ManifestProgram<ReportBuild> {
  return {
    name,
    wasm: { bytes: module.size, integrity: module.integrity },
    imports: [...new Set(module.imports.map(({ module, name }) => `${module}.${name}`))].sort(compare),
    builds: [],
  }
}

/** The entry for a program's options and what made a file; imports with other target lists share it. */
function buildOf(
  entry: ManifestProgram<ReportBuild>,
  { debug, heapMax, grants, embedded, libraries }: BuiltProgram,
  { optimize, cpu, backend, toolchain }: BuiltFile,
): ReportBuild {
  const { name, version, sha256 } = toolchain
  const build: ReportBuild = {
    optimize,
    cpu,
    debug,
    heapMax,
    grants,
    embedded,
    libraries,
    backend,
    toolchain: { name, version, sha256 },
    executables: {},
  }
  const known = entry.builds.find((other) => options(other) === options(build))
  if (known === undefined) entry.builds.push(build)
  return known ?? build
}

function options(build: ReportBuild): string {
  const { optimize, cpu, debug, heapMax, grants, embedded, libraries, backend, toolchain } = build
  return JSON.stringify([String(optimize), cpu, debug, heapMax, grants, embedded, libraries, backend, toolchain])
}

function manifestFile({ size, integrity, triple }: BuiltFile, file: string): ManifestFile {
  return { file, bytes: size, integrity, triple }
}

function sourceKey(root: string, file: string): string {
  return relative(root, file).replaceAll('\\', '/')
}

function sorted<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b))) as T
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
