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

/** What lies at a destination. */
interface Content {
  /** The program's, absolute. */
  module: string
  /** Of the file, if equal ones may take each other's place. */
  integrity?: string
}

/** What builds of this process have written and shipped: by destinations and builds. */
const shipped = new Map<string, Map<string, Content>>()

/**
 * What tells builds of a process apart: several may write into one directory, and one again and again.
 * @param output absolute
 * @param traits what it is made of, for what, and what it calls that: the same whenever it is done
 */
export const buildOf = (output: string, traits: unknown): string =>
  JSON.stringify([output, traits], (_, trait: unknown) => (typeof trait === 'function' ? String(trait) : trait))

/** A build ships anew. */
export function forgetShipped(build: string): void {
  for (const contents of shipped.values()) contents.delete(build)
}

/**
 * Refuses a program in the place of one that another build has put there: environments and compilers have a report each, and a
 * dependency's program may be in one, called as the project's in another.
 * @param place the destination
 * @throws CompileError
 */
export function claim(place: string, content: Content, build: string, where: string, hint: string): void {
  const key = placeOf(place)
  const contents = shipped.get(key) ?? new Map<string, Content>()
  const { module, integrity } = content
  const isOther = (other: Content): boolean =>
    other.module !== module && (integrity === undefined || integrity !== other.integrity)
  // A file that has moved is none any more, though not every build knows yet.
  const other = [...contents.values()].find((each) => isOther(each) && existsSync(each.module))
  if (other !== undefined) throw optionError(`${where}: ${other.module} and ${module} would both become ${place}`, hint)
  shipped.set(key, contents.set(build, content))
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
