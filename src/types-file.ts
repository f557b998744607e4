import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { CompileError } from '../compiler/index.ts'
import { parseTargets, TYPES_FILE, type ResolvedOptions } from './options.ts'
import { parseRequest, type Request } from './request.ts'

const require = createRequire(import.meta.url)

const HEAD = `// Written by unplugin-wasm-exe, in place of "unplugin-wasm-exe/types": of modules whose names match, TypeScript takes the first.
`
const GENERAL = '// Imports of any project:\n'
const DECLARATION = /^declare module (['"])(.*)\1 \{\n([^]*?)^\}\n/gm

/**
 * The file that tells TypeScript what each import of this project gives: an ambient module's name cannot say of any query
 * which targets it names. Imports that other builds saw stay in it.
 */
export class TypesFile {
  readonly #file: string
  readonly #targets: string[]
  /** Code of some environments has other targets as well. */
  readonly #differ: boolean
  /** Declarations by the modules' names. */
  readonly #modules: Map<string, string>

  /** @param file relative to the root */
  constructor(
    file: string,
    root: string,
    { selectors, environments }: Pick<ResolvedOptions, 'selectors' | 'environments'>,
  ) {
    this.#file = resolve(root, file)
    const others = [...environments.values()].map((environment) => promised(environment.selectors))
    this.#targets = promised(selectors).filter((target) => others.every((targets) => targets.includes(target)))
    this.#differ = others.length > 0
    const [own, general] = read(this.#file).split(GENERAL)
    if (general === undefined && own !== '') {
      throw new CompileError(`dts: ${this.#file} is a file of somebody else`, {
        code: 'option',
        hint: `name another file: dts: "${TYPES_FILE}"`,
      })
    }
    this.#modules = new Map(declarations(own))
  }

  /**
   * Notes an import as it stands in code.
   * @throws CompileError if the file cannot be written
   */
  note(source: string): void {
    const request = requestOf(source)
    // An ambient module's name has one star.
    if (request === undefined || source.includes('*')) return
    const name = `*${source.slice(source.lastIndexOf('.', source.indexOf('?')))}`
    const code = declaration(name, this.#type(request))
    if (this.#modules.get(name) === code) return
    this.#modules.set(name, code)
    this.#write()
  }

  #type({ form, query }: Request): string {
    if (form !== 'program') return 'string'
    const named = /[?&]targets?=([^&]*)/.exec(query)?.[1]
    const targets = named === undefined ? this.#targets : promised(decodeURIComponent(named).split(','))
    const type = named === undefined && this.#differ ? 'Program' : 'ExactProgram'
    const kind = targets.length > 0 ? `${type}<${targets.join(' | ')}>` : 'AnyProgram'
    return `import('unplugin-wasm-exe/browser').${kind}`
  }

  #write(): void {
    const ours = [...this.#modules].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const general = declarations(read(join(dirname(require.resolve('unplugin-wasm-exe/package.json')), 'types.d.ts')))
    const others = [...general].filter(([name]) => !this.#modules.has(name))
    const code = (modules: [string, string][]) => modules.map(([, text]) => text).join('')
    const text = HEAD + code(ours) + GENERAL + code(others)
    const temporary = `${this.#file}.${process.pid}.tmp`
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      writeFileSync(temporary, text)
      renameSync(temporary, this.#file)
    } catch (cause) {
      rmSync(temporary, { force: true })
      throw new CompileError(`dts: ${this.#file} cannot be written: ${(cause as Error).message}`, {
        code: 'option',
        hint: 'name another file, or leave the option out',
        cause,
      })
    }
  }
}

/** What is wrong with a query is said by who answers it. */
function requestOf(source: string): Request | undefined {
  try {
    return parseRequest(source)
  } catch {
    return undefined
  }
}

/** The targets that are there on whichever machine builds, as TypeScript's literals. */
function promised(selectors: readonly string[]): string[] {
  const names = selectors.map((name) => name.trim()).filter((name) => name !== 'host')
  return names.length === 0 ? [] : parseTargets(names).map((name) => `'${name}'`)
}

function declaration(name: string, type: string): string {
  return `declare module ${JSON.stringify(name)} {\n  const program: ${type}\n  export default program\n}\n`
}

/** By names. */
function* declarations(text: string): Generator<[string, string]> {
  for (const [code, quote, name] of text.matchAll(DECLARATION)) {
    yield [quote === '"' ? (JSON.parse(`"${name}"`) as string) : name, code]
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
