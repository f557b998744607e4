import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { CompileError, defaultCacheDir, isIntact, type TargetName } from '../compiler/index.ts'
import { writeFileWhole } from '../compiler/disk.ts'
import { formatManifest, MANIFEST_VERSION, type ManifestFile, type Report, type ReportBuild } from './manifest.ts'
import { futurePath, inside } from './paths.ts'
import type { ResolvedOptions } from './options.ts'

const REPORT_FILE = 'exe-report.json'

/**
 * Where the report about an output directory is written: outside of that directory, which may be a site, under its own
 * path, as a project may have several. Undefined if there is to be none. A `cacheDir` in the output has none of it.
 * @throws CompileError if the option leads into the output directory
 */
export function reportFile(
  { report, cacheDir }: Pick<ResolvedOptions, 'report' | 'cacheDir'>,
  root: string,
  output: string,
): string | undefined {
  if (report === undefined) return undefined
  const way = relative(root, output).split(/[\\/]/)
  const parts = way.map((part) => (part === '..' ? '_' : part.replaceAll(':', '_')))
  // Either may be a link, and not there yet.
  const isOutside = (file: string) => inside(futurePath(resolve(root, output)), futurePath(file)) === undefined
  if (report === true) {
    const place = (cache: string) => resolve(cache, 'reports', directoryName(root), ...parts, REPORT_FILE)
    return cacheDir !== undefined && isOutside(resolve(cacheDir)) ? place(cacheDir) : place(defaultCacheDir([root]))
  }
  const file = join(resolve(root, report), ...parts, REPORT_FILE)
  if (isOutside(file)) return file
  throw new CompileError(`report "${report}" is in the output directory ${output}`, {
    code: 'option',
    hint: 'name another directory: a report says what this machine has, and sites serve their output',
  })
}

/** Several builds may write into one directory side by side. By report. */
const writing = new Map<string, Promise<void>>()

/**
 * Writes the report about an output directory, or takes away that of an earlier build. What other builds have left there stays
 * in it as long as it is there: a configuration may be a list of builds.
 * @param output the directory
 */
export async function writeReport(file: string, report: Report | undefined, output: string): Promise<void> {
  const write = async (): Promise<void> => {
    const whole = await withLeft(report, await readReport(file), output)
    if (whole === undefined) await rm(file, { force: true })
    else await writeFileWhole(file, formatManifest(whole))
  }
  const work = (writing.get(file) ?? Promise.resolve()).then(write)
  writing.set(
    file,
    work.catch(() => {}),
  )
  await work
}

/** Undefined for what is none of ours, or of another version. */
async function readReport(file: string): Promise<Report | undefined> {
  try {
    const report = JSON.parse(await readFile(file, 'utf8')) as Report | null
    return report?.version === MANIFEST_VERSION ? report : undefined
  } catch {
    return undefined
  }
}

async function withLeft(
  report: Report | undefined,
  old: Report | undefined,
  output: string,
): Promise<Report | undefined> {
  const programs = new Map(Object.entries(report?.programs ?? {}))
  const written = new Set(
    [...programs.values()].flatMap(({ builds }) =>
      builds.flatMap(({ executables }) => Object.values(executables).map(({ file }) => file)),
    ),
  )
  try {
    for (const [source, program] of Object.entries(old?.programs ?? {})) {
      const left: ReportBuild[] = []
      for (const build of program.builds) {
        const executables: ReportBuild['executables'] = {}
        for (const [target, entry] of Object.entries(build.executables) as [TargetName, ManifestFile][]) {
          const { file, bytes: size, integrity } = entry
          if (!written.has(file) && (await isIntact({ path: resolve(output, file), size, integrity })))
            executables[target] = entry
        }
        if (Object.keys(executables).length > 0) left.push({ ...build, executables })
      }
      const known = programs.get(source) ?? { ...program, builds: [] }
      if (left.length > 0) programs.set(source, { ...known, builds: [...known.builds, ...left] })
    }
  } catch {
    // Not what we wrote.
    return report
  }
  if (programs.size === 0) return undefined
  const sorted = [...programs].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { ...(report ?? old!), programs: Object.fromEntries(sorted) }
}

/** A cache may serve several projects. */
function directoryName(root: string): string {
  return `${basename(root) || 'root'}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`
}
