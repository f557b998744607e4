import { realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Executable } from '../../compiler/executable.ts'
import { findTarget, type Target } from '../../compiler/targets.ts'
import { emittedName, fillTemplate, shortHash } from '../file-name.ts'
import { UsageError } from './command.ts'

/**
 * Where each target's file goes, by target name; paths stay relative if they were typed so.
 *
 * One target: exactly the file that `-o` names, else the module's name with the target's extension. Several targets, or
 * `-o` names a directory (it exists, or ends with a slash): `NAME-TARGET` with the extension.
 * @throws UsageError if several files would go into one
 */
export function destinations(
  { file, name }: { file: string; name: string },
  targets: readonly Target[],
  out: string | undefined,
  extension: (target: Target) => string,
): Map<string, string> {
  const several = targets.length > 1
  if (several && out !== undefined && !isDirectory(out)) {
    throw new UsageError(`-o ${out} is one file for ${targets.length} targets; name a directory: -o ${out}/`)
  }
  const into = out !== undefined && isDirectory(out) ? out : several ? '.' : undefined
  const place = (target: Target): string => {
    if (into !== undefined) return join(into, `${name}-${target.name}${extension(target)}`)
    return out ?? `${name}${extension(target)}`
  }
  const files = new Map<string, string>(targets.map((target) => [target.name, place(target)]))
  for (const path of files.values()) checkOutput(path, [file])
  return files
}

/**
 * Where executables go by a template of names: into the directory that `-o` names, which need not be there.
 * @throws CompileError, UsageError
 */
export function namedDestination(
  template: string,
  { file, name }: { file: string; name: string },
  executable: Pick<Executable, 'target' | 'triple' | 'integrity'> & { ext?: string },
  out = '.',
): string {
  const { ext = findTarget(executable.target)!.ext } = executable
  const hash = shortHash(executable.integrity)
  const path = join(out, emittedName(fillTemplate(template, { ...executable, name, ext }, hash)))
  checkOutput(path, [file])
  return path
}

/** What is written follows links. @throws UsageError where that would be one of the files that are read */
export function checkOutput(path: string, files: readonly string[], option = '-o'): void {
  const place = placeOf(path)
  if (files.some((file) => placeOf(file) === place))
    throw new UsageError(`${path} would overwrite the module itself; choose another ${option}`)
}

/** Where a path leads; the system's own answer has the letters as they are on the disk. */
function placeOf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return resolve(path)
  }
}

function isDirectory(path: string): boolean {
  if (/[/\\]$/.test(path)) return true
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
