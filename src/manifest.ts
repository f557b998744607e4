import { relative } from 'node:path'
import type { Cpu, EmbeddedInfo, LibraryInfo, NormalGrants, Optimize, TargetName } from '../compiler/index.ts'
import { version } from './version.ts'
import type { BuiltFile, BuiltProgram } from './pipeline.ts'

/** The format's version; it changes when a reader of the old format would misread the new one. */
export const MANIFEST_VERSION = 1

/** `exe-manifest.json`; its JSON Schema is `unplugin-wasm-exe/manifest.schema.json`. */
export interface Manifest {
  version: typeof MANIFEST_VERSION
  /** 'unplugin-wasm-exe 0.1.0'. */
  generator: string
  /** By source file, relative to the project's root, with slashes. */
  programs: Record<string, ManifestProgram>
}

export interface ManifestProgram {
  name: string
  wasm: { bytes: number; integrity: string }
  /** What the module imports, 'wasi_snapshot_preview1.fd_write'; sorted. */
  imports: string[]
  /** One entry for each set of options that the file was imported with. */
  builds: ManifestBuild[]
}

export interface ManifestBuild {
  optimize: Optimize
  /** What x64 executables ask of the processor. */
  cpu: Cpu
  debug: boolean
  grants: NormalGrants
  /** Directories inside the executables. */
  embedded: readonly EmbeddedInfo[]
  /** Modules that the program was linked with. */
  libraries: readonly LibraryInfo[]
  toolchain: { name: string; version: string; sha256: string | null }
  executables: Partial<Record<TargetName, ManifestFile>>
}

export interface ManifestFile {
  /** Relative to the manifest's directory, with slashes. */
  file: string
  bytes: number
  integrity: string
  triple: string
}

/**
 * The manifest of what a bundle holds. Order does not depend on the order of imports, so equal builds give equal bytes.
 * @param fileName the emitted path of a file, undefined if it did not get into the bundle
 */
export function createManifest(
  root: string,
  programs: Iterable<BuiltProgram>,
  fileName: (file: BuiltFile) => string | undefined,
): Manifest {
  const entries = new Map<string, ManifestProgram>()
  for (const program of programs) {
    const executables = program.files.flatMap((file) => {
      const emitted = fileName(file)
      return emitted === undefined ? [] : [[file.target, manifestFile(file, emitted)] as const]
    })
    if (executables.length === 0) continue
    const source = sourceKey(root, program.request.file)
    const entry = entries.get(source) ?? manifestProgram(program)
    entries.set(source, entry)
    Object.assign(buildOf(entry, program).executables, Object.fromEntries(executables))
  }
  for (const { builds } of entries.values()) {
    for (const build of builds) build.executables = sorted(build.executables)
    builds.sort((a, b) => compare(options(a), options(b)))
  }
  return {
    version: MANIFEST_VERSION,
    generator: `unplugin-wasm-exe ${version}`,
    programs: sorted(Object.fromEntries(entries)),
  }
}

/** The manifest as it is written. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function manifestProgram({ name, module }: BuiltProgram): ManifestProgram {
  return {
    name,
    wasm: { bytes: module.size, integrity: module.integrity },
    imports: [...new Set(module.imports.map(({ module, name }) => `${module}.${name}`))].sort(compare),
    builds: [],
  }
}

/** The entry for a program's options; imports with other target lists share it. */
function buildOf(
  entry: ManifestProgram,
  { optimize, cpu, debug, grants, embedded, libraries, toolchain }: BuiltProgram,
): ManifestBuild {
  const { name, version, sha256 } = toolchain
  const build: ManifestBuild = {
    optimize,
    cpu,
    debug,
    grants,
    embedded,
    libraries,
    toolchain: { name, version, sha256 },
    executables: {},
  }
  const known = entry.builds.find((other) => options(other) === options(build))
  if (known === undefined) entry.builds.push(build)
  return known ?? build
}

function options({ optimize, cpu, debug, grants, embedded, libraries, toolchain }: ManifestBuild): string {
  return JSON.stringify([String(optimize), cpu, debug, grants, embedded, libraries, toolchain])
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
