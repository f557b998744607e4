/** Executables where Tauri looks for them: `externalBin` names a file without the triple that is behind its name. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { copyExecutable, writeWhole } from '../../compiler/disk.ts'
import { printable } from '../../compiler/printable.ts'
import { findTarget, joinMacos, type MacosOptions, type Target } from '../../compiler/index.ts'
import { readExecutableInfo } from '../executable-info.ts'
import { emittedName, fillTemplate, placeOf, TAURI_DIRECTORY, TAURI_NAME } from '../file-name.ts'
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
  const universal = findTarget('darwin-universal')!
  for (const target of [...executables.map((each) => findTarget(each.target)!), universal])
    await checkFree(place(target), name)
  for (const [target, path] of paths) await copyExecutable(path, place(findTarget(target)!))
  const halves = universal.halves!.map((half) => paths.get(half))
  if (paths.has(universal.name) || !halves.every((half) => half !== undefined)) return
  // What `tauri build --target universal-apple-darwin` wants.
  const files = await Promise.all(halves.map((half) => readFile(half)))
  await writeWhole(place(universal), (temporary) =>
    writeFile(temporary, joinMacos(files, name, macos), { mode: 0o755 }),
  )
}

/**
 * Tauri's directory is not ours: programs of others lie there, and a dependency's may be called as one of them. An empty file holds a
 * place, without which cargo does not begin.
 * @throws CompileError where another program lies
 */
async function checkFree(path: string, name: string): Promise<void> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes === undefined || bytes.length === 0 || isProgram(path, bytes, name)) return
  throw optionError(
    `tauri: ${path} is there, and is no program of wasm-exe called ${printable(name)}`,
    'remove it, or give the module another name',
  )
}

function isProgram(path: string, bytes: Uint8Array, name: string): boolean {
  const called = (text: string): string => placeOf(printable(text))
  try {
    return called(readExecutableInfo(path, bytes).name) === called(name)
  } catch {
    return false
  }
}
