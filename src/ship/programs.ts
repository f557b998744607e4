/** The programs of a bundle that was written, as what ships them takes them. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TargetName } from '../../compiler/index.ts'
import { placeOf } from '../file-name.ts'
import type { Report, ReportBuild } from '../manifest.ts'
import { optionError } from './names.ts'
import type { ShippedFile } from './npm.ts'

export interface ShippedProgram {
  name: string
  /** Its file, relative to the project's root. */
  source: string
  executables: BuiltExecutable[]
}

export interface BuiltExecutable extends ShippedFile {
  /** What it was built with, as text. */
  options: string
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
  /** What it was built with, if nothing else may take its place. */
  options?: string
  /** What a package has for its platforms. */
  executables?: readonly ShippedFile[]
}

/** What builds of this process have written and shipped: by destinations and builds. */
const shipped = new Map<string, Map<string, Content>>()

/** What tells builds of a process apart: several may write into one directory, and one again and again. */
export interface BuildIdentity {
  /** What it is made of, for what, and how it calls that: the same whenever it is done. */
  traits: unknown
  /** What its entries came to be called, in its directory. Where other code made that another name, both may be there. */
  names: readonly string[]
  /** What is one and the same while a build is done again and again, where there is such a thing. */
  instance?: object
}

interface Build {
  key: string
  names: readonly string[]
  instance: WeakRef<object> | undefined
}

/** By traits and directory. */
const builds = new Map<string, Build[]>()

/** @param output absolute */
export function buildOf(output: string, { traits, names, instance }: BuildIdentity): string {
  const kind = JSON.stringify([output, traits], (_, trait: unknown) =>
    typeof trait === 'function' ? String(trait) : trait,
  )
  const known = builds.get(kind) ?? []
  builds.set(kind, known)
  const same =
    known.find((build) => instance !== undefined && build.instance?.deref() === instance) ??
    known.find((build) => build.names.length === names.length && names.every((name) => build.names.includes(name))) ??
    // What was put in the place of an earlier output is that build done again.
    known.find((build) => !build.names.some((name) => existsSync(resolve(output, name))))
  const seen = { names, instance: instance && new WeakRef(instance) }
  const build = Object.assign(same ?? { key: JSON.stringify([kind, known.length]) }, seen)
  if (same === undefined) known.push(build)
  return build.key
}

/** A build ships anew. */
export function forgetShipped(build: string): void {
  for (const contents of shipped.values()) contents.delete(build)
}

/**
 * Refuses a program in the place of one that another build has put there: environments and compilers have a report each, and a
 * dependency's program may be in one, called as the project's in another. So is the same program with other options.
 * @param place the destination
 * @returns what other builds have put there
 * @throws CompileError
 */
export function claim(place: string, content: Content, build: string, where: string, hint: string): Content[] {
  const key = placeOf(place)
  const contents = shipped.get(key) ?? new Map<string, Content>()
  const { module, integrity, options } = content
  const isOther = (other: Content): boolean =>
    other.module !== module && (integrity === undefined || integrity !== other.integrity)
  // A file that has moved is none any more, though not every build knows yet.
  const known = [...contents].filter(([, each]) => existsSync(each.module))
  const other = known.map(([, each]) => each).find(isOther)
  if (other !== undefined) throw optionError(`${where}: ${other.module} and ${module} would both become ${place}`, hint)
  const others = known.filter(([owner]) => owner !== build).map(([, each]) => each)
  if (others.some((each) => each.options !== options))
    throw optionError(
      `${where}: builds import ${module} with several sets of options, and one of them can become ${place}`,
      'import it with the same options everywhere, or have one of the builds ship it',
    )
  shipped.set(key, contents.set(build, content))
  return others
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
    const files = new Map<TargetName, BuiltExecutable>()
    for (const { executables, ...made } of builds) {
      for (const [target, { file }] of Object.entries(executables) as [TargetName, { file: string }][]) {
        const path = resolve(root, report.output, file)
        if (!existsSync(path)) continue
        if (files.has(target))
          throw optionError(
            `${where}: ${source} is imported with several sets of options for ${target}, and one of them can be shipped`,
            'import it once, or give the options to the plugin instead of the query',
          )
        files.set(target, { target, path, options: optionsOf(made) })
      }
    }
    return { name, source, executables: [...files.values()] }
  })
}

/** What imports say of a program. What it holds is not: one build may know of a change before another. */
function optionsOf({
  grants,
  debug,
  heapMax,
  optimize,
  cpu,
  embedded,
  libraries,
}: Omit<ReportBuild, 'executables'>): string {
  const names = [embedded.map(({ guest }) => guest), libraries.map(({ name }) => name)]
  return JSON.stringify([grants, debug, heapMax, optimize, cpu, names])
}
