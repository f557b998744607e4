/** The programs of a bundle that was written, as what ships them takes them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TargetName } from '../../compiler/index.ts'
import { placeOf } from '../file-name.ts'
import type { Report } from '../manifest.ts'
import { optionError } from './names.ts'
import type { ShippedFile } from './npm.ts'

export interface ShippedProgram {
  name: string
  /** Its file, relative to the project's root. */
  source: string
  executables: ShippedFile[]
}

/**
 * Refuses programs that would take each other's place: one of a dependency's may be called as one of the project's. Not all
 * systems tell all names apart.
 * @throws CompileError
 */
export function checkNames(programs: readonly ShippedProgram[], where: string): void {
  const sources = new Map<string, string>()
  for (const { name, source } of programs) {
    const other = sources.get(placeOf(name))
    if (other !== undefined)
      throw optionError(
        `${where}: ${other} and ${source} are both called ${name}`,
        'give one of the files another name',
      )
    sources.set(placeOf(name), source)
  }
}

/** What builds of this process have shipped: modules by destinations and output directories. */
const shipped = new Map<string, Map<string, string>>()

/** The build of an output directory ships anew. @param output absolute */
export function forgetShipped(output: string): void {
  for (const modules of shipped.values()) modules.delete(output)
}

/**
 * Refuses a program in the place of one that another build has shipped: environments and compilers have a report each, and a
 * dependency's program may be in one, called as the project's in another.
 * @param place the destination
 * @throws CompileError
 */
export function claim(place: string, module: string, output: string, where: string, hint: string): void {
  const key = placeOf(place)
  const modules = shipped.get(key) ?? new Map<string, string>()
  // A file that has moved is none any more, though not every build knows yet.
  const other = [...modules.values()].find((file) => file !== module && existsSync(file))
  if (other !== undefined) throw optionError(`${where}: ${other} and ${module} would both become ${place}`, hint)
  shipped.set(key, modules.set(output, module))
}

/**
 * The programs of a report whose files are there.
 * @param wanted a program's name or file, as the option `where` gives it; undefined: all. @throws CompileError
 */
export function shippedPrograms(report: Report, root: string, where: string, wanted?: string): ShippedProgram[] {
  const programs = Object.entries(report.programs).filter(
    ([source, { name }]) => wanted === undefined || wanted === name || wanted.replace(/^\.\//, '') === source,
  )
  return programs.map(([source, { name, builds }]) => {
    const files = new Map<TargetName, string>()
    for (const { executables } of builds) {
      for (const [target, { file }] of Object.entries(executables) as [TargetName, { file: string }][]) {
        const path = resolve(root, report.output, file)
        if (!existsSync(path)) continue
        if (files.has(target))
          throw optionError(
            `${where}: ${source} is imported with several sets of options for ${target}, and one of them can be shipped`,
            'import it once, or give the options to the plugin instead of the query',
          )
        files.set(target, path)
      }
    }
    return { name, source, executables: [...files].map(([target, path]) => ({ target, path })) }
  })
}
