/** What is done with the executables of a bundle once they are written: the plugin's options `npm`, `archives`, `sbom` and `tauri`. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { writeFileWhole } from '../../compiler/disk.ts'
import type { MacosOptions, TargetName } from '../../compiler/index.ts'
import type { ManifestFile, Report } from '../manifest.ts'
import { archiveFormat, writeChecksums, type Listed } from './archive.ts'
import type { Archives } from './archives.ts'
import { optionError } from './names.ts'
import { npmPackages, writePackages, type NpmOptions, type ShippedFile } from './npm.ts'
import { checkNames, claim, forgetShipped, shippedPrograms } from './programs.ts'
import { createSbom, type SbomProgram } from './sbom.ts'
import { readModule } from '../input.ts'
import { layForTauri } from './tauri.ts'

export interface ShipOptions {
  npm: (NpmOptions & { program?: string }) | undefined
  /** The directory, relative to the project's root. */
  tauri: string | undefined
  macos: MacosOptions | undefined
  archives: Archives | undefined
  /** A file name, relative to the output directory. */
  sbom: string | undefined
}

/** @throws CompileError */
export async function ship(options: ShipOptions, report: Report, root: string, build: string): Promise<void> {
  forgetShipped(build)
  claimFiles(report, root, build, options.archives !== undefined)
  if (options.npm !== undefined) await shipNpm(options.npm, report, root, build)
  if (options.archives !== undefined) await shipArchives(options.archives, report, root)
  if (options.sbom !== undefined) await shipSbom(options.sbom, report, root)
  if (options.tauri === undefined) return
  const programs = shippedPrograms(report, root, 'tauri')
  checkNames(programs, 'tauri')
  const directory = resolve(root, options.tauri)
  for (const program of programs) {
    if (program.executables.length === 0) continue
    const { name, source, executables } = program
    const module = resolve(root, source)
    const hint = 'give one of the files another name'
    claim(join(directory, name), { module }, build, 'tauri', hint)
    for (const { target, options } of executables)
      claim(join(directory, `${name}-${target}`), { module, options }, build, 'tauri', hint)
    await layForTauri(directory, program, options.macos)
  }
}

/**
 * Names without a hash may be those of another build that writes into the same directory, and those of archives be another
 * program's. @throws CompileError
 */
function claimFiles({ output, programs }: Report, root: string, build: string, hasArchives: boolean): void {
  const hint = 'put [hash] into the fileName option, or give one of the files another name'
  for (const [source, { builds }] of Object.entries(programs)) {
    const module = resolve(root, source)
    for (const { executables } of builds) {
      for (const [target, { file, integrity }] of Object.entries(executables) as [TargetName, ManifestFile][]) {
        const place = resolve(root, output, file)
        claim(place, { module, integrity }, build, 'fileName', hint)
        if (hasArchives) claim(place + archiveFormat(target), { module }, build, 'archives', hint)
      }
    }
  }
}

async function shipNpm(
  { program, ...options }: NonNullable<ShipOptions['npm']>,
  report: Report,
  root: string,
  build: string,
): Promise<void> {
  const found = shippedPrograms(report, root, 'npm', program).filter(({ executables }) => executables.length > 0)
  if (found.length === 0) return
  if (found.length > 1) {
    const names = found.map(({ source }) => source).join(', ')
    throw optionError(`npm: the bundle has several programs: ${names}`, "name one: npm: { program: 'hello', … }")
  }
  const [{ source, executables }] = found
  const hint = "name the file of the one that is meant: npm: { program: 'src/hello.wasm', … }"
  const module = resolve(root, source)
  const own = await npmPackages(options, executables, root)
  const byTarget = new Map<TargetName, ShippedFile>()
  for (const { directory, target } of own) {
    const made = executables.find((each) => each.target === target)
    const content = made === undefined ? { module, executables } : { module, options: made.options }
    // What has environments of other targets is one package all the same.
    for (const other of claim(resolve(root, directory), content, build, 'npm', hint))
      for (const each of other.executables ?? []) if (existsSync(each.path)) byTarget.set(each.target, each)
  }
  for (const each of executables) byTarget.set(each.target, each)
  const all = [...byTarget.values()].toSorted((a, b) => (a.target < b.target ? -1 : 1))
  await writePackages(all.length > executables.length ? await npmPackages(options, all, root) : own, root)
}

/** Each beside its executable, whose URL its own begins with; the checksums of all lie in the output directory. */
async function shipArchives(archives: Archives, { output, programs }: Report, root: string): Promise<void> {
  const directory = resolve(root, output)
  const listed = new Map<string, Listed>()
  for (const { name, builds } of Object.values(programs)) {
    for (const { executables } of builds) {
      for (const [target, { file }] of Object.entries(executables) as [TargetName, { file: string }][]) {
        const path = resolve(directory, file)
        // Development servers write nothing.
        if (listed.has(file) || !existsSync(path)) continue
        const bytes = await readFile(path)
        const archive = await archives.take(name, target, bytes, root)
        await writeFileWhole(path + archiveFormat(target), archive)
        listed.set(file, { path: file, bytes })
        listed.set(file + archiveFormat(target), { path: file + archiveFormat(target), bytes: archive })
      }
    }
  }
  if (listed.size > 0) await writeChecksums(directory, [...listed.values()])
}

async function shipSbom(fileName: string, { output, programs }: Report, root: string): Promise<void> {
  const directory = resolve(root, output)
  const described = Object.entries(programs).map(async ([source, { name, wasm, builds }]): Promise<SbomProgram> => {
    const libraries = new Map(builds.flatMap((build) => build.libraries.map((each) => [each.integrity, each] as const)))
    return {
      name,
      source: source.startsWith('../') || isAbsolute(source) ? basename(source) : source,
      wasm: { bytes: await readModule(resolve(root, source), source), integrity: wasm.integrity },
      libraries: [...libraries.values()],
      executables: builds.flatMap(({ executables, toolchain, optimize }) =>
        (Object.entries(executables) as [TargetName, { file: string; integrity: string }][]).map(
          ([target, { file, integrity }]) => ({ target, path: file, integrity, toolchain, optimize }),
        ),
      ),
    }
  })
  const bill = await createSbom(await Promise.all(described))
  // Development servers write nothing.
  if (existsSync(directory)) await writeFileWhole(resolve(directory, fileName), bill)
}
