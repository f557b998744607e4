import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from './peers.ts'
import { comparePrograms } from './programs.ts'
import type { Report } from './report.ts'
import type { Settings } from './settings.ts'

const DIRECTORY = fileURLToPath(new URL('kernels/', import.meta.url))

/** Small C programs, each the inner loop of something, of about a second each. */
export const KERNELS: readonly Program[] = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith('.c'))
  .sort()
  .map((name) => ({
    name: name.slice(0, -2),
    sources: [join(DIRECTORY, name)],
    args: ['100'],
    quickArgs: ['20'],
  }))

/** The kernels, whose geometric means are the report's. */
export async function kernels(report: Report, settings: Settings): Promise<string> {
  const { markdown, geomean } = await comparePrograms('Kernels', KERNELS, report, settings)
  Object.assign(report.geomean, geomean)
  return markdown
}
