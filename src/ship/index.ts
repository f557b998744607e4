/** What is done with the executables of a bundle once they are written: the plugin's options `npm` and `tauri`. */
import { resolve } from 'node:path'
import type { MacosOptions } from '../../compiler/index.ts'
import type { Report } from '../manifest.ts'
import { optionError } from './names.ts'
import { npmPackages, writePackages, type NpmOptions } from './npm.ts'
import { shippedPrograms } from './programs.ts'
import { layForTauri } from './tauri.ts'

export interface ShipOptions {
  npm: (NpmOptions & { program?: string }) | undefined
  /** The directory, relative to the project's root. */
  tauri: string | undefined
  macos: MacosOptions | undefined
}

/** @throws CompileError */
export async function ship(options: ShipOptions, report: Report, root: string): Promise<void> {
  if (options.npm !== undefined) await shipNpm(options.npm, report, root)
  if (options.tauri === undefined) return
  for (const program of shippedPrograms(report, root, 'tauri'))
    await layForTauri(resolve(root, options.tauri), program, options.macos)
}

async function shipNpm(
  { program, ...options }: NonNullable<ShipOptions['npm']>,
  report: Report,
  root: string,
): Promise<void> {
  const found = shippedPrograms(report, root, 'npm', program).filter(({ executables }) => executables.length > 0)
  if (found.length === 0) return
  if (found.length > 1) {
    const names = found.map(({ source }) => source).join(', ')
    throw optionError(`npm: the bundle has several programs: ${names}`, "name one: npm: { program: 'hello', … }")
  }
  await writePackages(await npmPackages(options, found[0].executables, root), root)
}
