import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { CompileError, defaultCacheDir } from '../compiler/index.ts'
import { writeFileWhole } from '../compiler/disk.ts'
import { formatManifest, type Report } from './manifest.ts'
import { inside } from './paths.ts'
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
  const isOutside = (file: string) => inside(resolve(root, output), file) === undefined
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

/** Writes a report, or takes away the one of an earlier build. */
export async function writeReport(file: string, report: Report | undefined): Promise<void> {
  if (report === undefined) await rm(file, { force: true })
  else await writeFileWhole(file, formatManifest(report))
}

/** A cache may serve several projects. */
function directoryName(root: string): string {
  return `${basename(root) || 'root'}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`
}
