/** Programs of several modules: which export each import means, and in which order the modules start. */
import { CompileError } from '../errors.ts'
import { printable } from '../printable.ts'
import { COMPONENT_MODULE, isWasiModule } from '../wasi.ts'
import { importMismatch, type External } from './linking.ts'
import { entitiesOf, type Export, type ExternKind, type Func, type ImportName, type Module } from './module.ts'

/** How many modules of a program may have a memory of their own: each takes 16 GiB of an address space of 38 bits. */
const MAX_MEMORIES = 8

/** The modules of one program, each known by its name. */
export class ModuleSet {
  readonly program: Module
  readonly #byName = new Map<string, Module>()

  /** @throws CompileError for two modules of one name */
  constructor(program: Module, libraries: readonly Module[]) {
    this.program = program
    for (const module of [program, ...libraries]) this.#add(module)
    const own = [...this.#byName.values()].filter(({ memories }) => memories.some((memory) => !memory.import))
    if (own.length > MAX_MEMORIES) {
      throw new CompileError(`${own.length} modules have a memory of their own, more than ${MAX_MEMORIES}`, {
        code: 'unsupported',
        hint: 'let modules import the memory of another one',
      })
    }
  }

  #add(module: Module): void {
    const { name, file } = module
    const other = this.#byName.get(name)
    if (other !== undefined) {
      throw new CompileError(`is the second module named ${JSON.stringify(name)}, after ${other.file}`, {
        code: 'option',
        file,
        hint: 'give one of them another name with --module NAME=FILE, or in modules',
      })
    }
    if (isWasiModule(name) || name === COMPONENT_MODULE) {
      throw new CompileError(`is named ${name}, but these calls are the runtime's`, { code: 'option', file })
    }
    this.#byName.set(name, module)
  }

  /**
   * The modules in the order in which they are instantiated, the program last.
   * @throws CompileError where they import from each other in a circle
   */
  order(): Module[] {
    const done = new Set<Module>()
    const path: Module[] = []
    const visit = (module: Module): void => {
      if (done.has(module)) return
      const start = path.indexOf(module)
      if (start >= 0) {
        const circle = [...path.slice(start), module].map(({ name }) => printable(name)).join(' → ')
        throw new CompileError(`modules import from each other in a circle: ${circle}`, {
          code: 'imports',
          file: module.file,
          hint: 'move what both need into a module that imports from none of them',
        })
      }
      path.push(module)
      for (const name of importedFrom(module)) {
        const needed = this.#byName.get(name)
        if (needed) visit(needed)
      }
      path.pop()
      done.add(module)
    }
    // First, so that a circle through the program is told as one.
    visit(this.program)
    done.delete(this.program)
    for (const module of this.#byName.values()) {
      if (module === this.program) continue
      if (importedFrom(module).has(this.program.name)) {
        throw new CompileError(
          `imports from ${printable(this.program.name)}, the program, which starts after its libraries`,
          {
            code: 'imports',
            file: module.file,
            hint: 'move what both need into a module that imports from none of them',
          },
        )
      }
      visit(module)
    }
    done.add(this.program)
    return [...done]
  }

  /** Follows an export to where it is defined, through modules that only pass it on. Requires that there is no circle. */
  resolve({ module: from, name }: ImportName): External | undefined {
    const module = this.#byName.get(from)
    const found = module && exportsOf(module).byName.get(name)
    if (module === undefined || found === undefined) return undefined
    const { kind, index } = found
    const origin = entitiesOf(module)[kind][index].import
    if (origin === undefined) return { module, kind, index }
    return isWasiModule(origin.module) ? undefined : this.resolve(origin)
  }

  /**
   * The module with imports that name what they mean where it is defined, by its first name there.
   * @throws CompileError for an import that nothing exports or that is of another type; names both modules
   */
  linked(module: Module): Module {
    const link = <T extends { import?: ImportName; offset: number }>(kind: ExternKind, entities: T[]): T[] =>
      entities.map((entity, index) => {
        const origin = entity.import
        if (origin === undefined || isWasiModule(origin.module) || !this.#byName.has(origin.module)) return entity
        const given = this.resolve(origin)
        const what = `imports ${printable(`${origin.module}.${origin.name}`)} (${kind})`
        const { file } = this.#byName.get(origin.module)!
        if (given === undefined) {
          throw new CompileError(`${what}, which ${file} does not export`, {
            code: 'imports',
            file: module.file,
            offset: entity.offset,
            hint: `wasm-exe inspect ${file} lists what it exports`,
          })
        }
        const mismatch = importMismatch(given, { module, kind, index })
        if (mismatch) {
          throw new CompileError(`${what}, but what ${file} exports does not fit: ${mismatch.reason}`, {
            code: 'imports',
            file: module.file,
            offset: entity.offset,
            hint: 'build both modules from the same declarations',
          })
        }
        return { ...entity, ...definedAs(given), import: firstName(given) }
      })
    const { funcs, tables, memories, globals, tags } = module
    return {
      ...module,
      funcs: link('func', funcs),
      tables: link('table', tables),
      memories: link('memory', memories),
      globals: link('global', globals),
      tags: link('tag', tags),
    }
  }
}

/** Of a function with a supertype: what it is, whatever the module that imports it says. */
function definedAs({ module: { types, funcs }, kind, index }: External): Pick<Func, 'definedAs'> {
  if (kind !== 'func') return {}
  const { typeIndex } = funcs[index]
  return types[typeIndex].supertype === undefined ? {} : { definedAs: { types, typeIndex } }
}

/** The modules that a module imports from, by name. */
export const importedFrom = (module: Module): Set<string> =>
  new Set(
    Object.values(entitiesOf(module)).flatMap((entities) =>
      (entities as { import?: ImportName }[]).flatMap((entity) => (entity.import ? [entity.import.module] : [])),
    ),
  )

interface Exports {
  byName: ReadonlyMap<string, Export>
  /** By kind and index: the first name of each. */
  firstNames: ReadonlyMap<string, string>
}

const known = new WeakMap<Module['exports'], Exports>()

function exportsOf({ exports }: Module): Exports {
  let found = known.get(exports)
  if (found === undefined) {
    const firstNames = exports.toReversed().map(({ kind, index, name }): [string, string] => [`${kind} ${index}`, name])
    found = { byName: new Map(exports.map((item) => [item.name, item])), firstNames: new Map(firstNames) }
    known.set(exports, found)
  }
  return found
}

/** How an exported entity is called in C. */
function firstName({ module, kind, index }: External): ImportName {
  return { module: module.name, name: exportsOf(module).firstNames.get(`${kind} ${index}`)! }
}
