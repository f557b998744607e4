/** Executables where Tauri looks for them: `externalBin` names a file without the triple that is behind its name. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { copyExecutable, writeWhole } from '../../compiler/disk.ts'
import { findTarget, joinMacos, type MacosOptions, type Target } from '../../compiler/index.ts'
import { emittedName, fillTemplate, TAURI_DIRECTORY, TAURI_NAME } from '../file-name.ts'
import { optionError } from './names.ts'
import type { ShippedProgram } from './programs.ts'

/** The directory, where the option asks for one. @throws CompileError */
export function checkTauri(tauri: boolean | string): string | undefined {
  if (tauri === true) return TAURI_DIRECTORY
  if (tauri === false) return undefined
  if (typeof tauri === 'string' && tauri !== '' && !tauri.includes('\0')) return tauri
  throw optionError('tauri is neither true, false nor a directory', `write tauri: "${TAURI_DIRECTORY}"`)
}

/** @param directory absolute. @throws CompileError */
export async function layForTauri(
  directory: string,
  { name, executables }: ShippedProgram,
  macos: MacosOptions = {},
): Promise<void> {
  const place = ({ name: target, triple, ext }: Target): string =>
    resolve(directory, emittedName(fillTemplate(TAURI_NAME, { name, target, triple, ext }, '')))
  const paths = new Map(executables.map(({ target, path }) => [target, path]))
  for (const [target, path] of paths) await copyExecutable(path, place(findTarget(target)!))
  const universal = findTarget('darwin-universal')!
  const halves = universal.halves!.map((half) => paths.get(half))
  if (paths.has(universal.name) || !halves.every((half) => half !== undefined)) return
  // What `tauri build --target universal-apple-darwin` wants.
  const files = await Promise.all(halves.map((half) => readFile(half)))
  await writeWhole(place(universal), (temporary) =>
    writeFile(temporary, joinMacos(files, name, macos), { mode: 0o755 }),
  )
}
