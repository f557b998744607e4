import { dirname, resolve } from 'node:path'
import {
  CompileError,
  normalizeGrants,
  parseCpu,
  parseHeapMax,
  parseOptimize,
  type Grants,
  type TargetName,
} from '../compiler/index.ts'
import { didYouMean } from '../compiler/suggest.ts'
import { checkTemplate } from './file-name.ts'
import { ARGS_MODES, fixedArgs, parseArgsGrant, parseDirGrant, parseEmbed } from './grants.ts'
import { parseModule } from './libraries.ts'
import { parseTargets, type ProgramOptions } from './options.ts'

/** What the importing code gets: the whole program, or one URL as a string. */
export type Form = 'program' | 'href' | 'file'

/** An import of a program, taken apart. */
export interface Request {
  /** The wasm or wat file's path, as in the id. */
  file: string
  /** The query behind it, with its question mark. */
  query: string
  /** `&href` asks for one URL that browsers load, `&href=file` for one that Node opens. */
  form: Form
  /** What the query says about the build; the plugin's options fill the rest. */
  options: Partial<ProgramOptions>
}

/** Ids that may ask for executables, for the bundlers' hook filters. */
export const MAY_ASK = /\.(?:wasm|wat)\?/i
const ASKS = /(?:&|\.(?:wasm|wat)\?)exe(?:[&=]|$)/i

/** Whether an id asks for executables. Anybody may have written it: looking takes time in proportion to its length. */
export function isRequest(id: string): boolean {
  const start = id.search(MAY_ASK)
  return start >= 0 && ASKS.test(id.slice(start))
}

/**
 * Words that give a program more than its module, have other files read, or choose its place, where another file of the output
 * may be. They count where the project says so alone.
 */
const POWERS = new Set(['dir', 'env', 'arg', 'args', 'listen', 'connect', 'resolve', 'embed', 'module', 'fileName'])

/** The words of an id's query that not everyone may use, as they stand there. */
export function powers(id: string): string[] {
  const split = id.indexOf('?')
  const words = split < 0 ? [] : id.slice(split + 1).split('&')
  return words.filter((word) => POWERS.has(word.replace(/=[^]*$/, '')))
}

/** Words that Vite adds to ids on its own account. */
const FOREIGN = new Set(['t', 'v', 'import'])

/**
 * Reads an import's path with its query: `./cat.wasm?target=linux-x64,win32-x64&optimize=3&exe`. The word `exe` makes
 * it ours; write it last, so that TypeScript's ambient modules can match it.
 * @returns undefined if the path is not a request for executables
 * @throws CompileError for a word or value that does not exist
 */
export function parseRequest(id: string): Request | undefined {
  if (!isRequest(id)) return undefined
  const split = id.indexOf('?')
  const file = id.slice(0, split)
  const query = id.slice(split)
  const request: Request = { file, query, form: 'program', options: {} }
  try {
    checkQuery(query)
    for (const word of query.slice(1).split('&')) readWord(request, word)
    normalizeGrants(request.options.grants)
  } catch (error) {
    if (error instanceof CompileError && error.file === undefined) throw error.with({ file: `${file}${query}` })
    throw error
  }
  return request
}

/** Refuses what readers of an id may disagree about: where its query begins and where it ends. */
function checkQuery(query: string): void {
  const [odd] = /[?#\p{Cc}\p{Cf}]/u.exec(query.slice(1)) ?? []
  if (odd === undefined) return
  const hint = `write ${encodeURIComponent(odd)}; a directory’s name must not have it`
  throw queryError(`the query has another ${JSON.stringify(odd)}, which begins or ends one`, hint)
}

function readWord(request: Request, text: string): void {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const value = equals < 0 ? '' : decode(text.slice(equals + 1))
  if (name === '' || FOREIGN.has(name)) return
  if (!Object.hasOwn(WORDS, name)) {
    const known = Object.keys(WORDS)
    throw queryError(`unknown word "${name}" in the query${didYouMean(name, known)}`, `known are ${known.join(', ')}`)
  }
  WORDS[name](request, value)
}

/** One row for each word of the query. */
const WORDS: Record<string, (request: Request, value: string) => void> = {
  target(request, value) {
    request.options.targets = parseTargets(value)
  },
  targets(request, value) {
    request.options.targets = parseTargets(value)
  },
  optimize(request, value) {
    request.options.optimize = parseOptimize(value)
  },
  cpu(request, value) {
    request.options.cpu = parseCpu(value)
  },
  heapMax(request, value) {
    request.options.heapMax = parseHeapMax(value)
  },
  debug(request, value) {
    request.options.debug = flag('debug', value)
  },
  dir(request, value) {
    const grant = parseDirGrant(value)
    if (grant === undefined)
      throw queryError(`dir=${value} lacks a path`, 'write dir=GUEST=HOST, as in dir=/data=./data')
    const grants = ownGrants(request)
    once('dir', grants.dirs, grant[0])
    grants.dirs = { ...grants.dirs, [grant[0]]: grant[1] }
  },
  env(request, value) {
    const grants = ownGrants(request)
    grants.env = [...(grants.env ?? []), value]
  },
  arg(request, value) {
    const grants = ownGrants(request)
    const { pass = true } = Array.isArray(grants.args) ? {} : ((grants.args ?? {}) as { pass?: boolean })
    grants.args = { fixed: [...fixedArgs(grants), value], pass }
  },
  args(request, value) {
    const grants = ownGrants(request)
    grants.args = parseArgsGrant(fixedArgs(grants), value)
    if (grants.args === undefined)
      throw queryError(
        `args=${value}: it is one of ${ARGS_MODES.join(', ')}`,
        'write args=fixed, and arg=WORD for each',
      )
  },
  listen(request, value) {
    const grants = ownGrants(request)
    grants.listen = [...(grants.listen ?? []), value]
  },
  connect(request, value) {
    const grants = ownGrants(request)
    grants.connect = [...(grants.connect ?? []), value]
  },
  resolve(request, value) {
    const grants = ownGrants(request)
    grants.resolve = [...(grants.resolve ?? []), value]
  },
  embed(request, value) {
    const pair = parseEmbed(value)
    if (pair === undefined)
      throw queryError(`embed=${value} lacks a path`, 'write embed=GUEST=HOST, as in embed=/share=./assets')
    const [guest, host] = pair
    once('embed', request.options.embed, guest)
    // What stands beside the module is meant.
    request.options.embed = { ...request.options.embed, [guest]: resolve(dirname(request.file), host) }
  },
  module(request, value) {
    const pair = parseModule(value)
    if (pair === undefined)
      throw queryError(
        `module=${value} lacks a name or a file`,
        'write module=NAME=FILE, as in module=math=./math.wasm',
      )
    const [name, file] = pair
    once('module', request.options.modules, name)
    request.options.modules = { ...request.options.modules, [name]: resolve(dirname(request.file), file) }
  },
  fileName(request, value) {
    request.options.fileName = checkTemplate(value)
  },
  public(request, value) {
    request.options.public = flag('public', value)
  },
  href(request, value) {
    if (value !== '' && value !== 'file')
      throw queryError(`href=${value} is no form of a URL`, 'write &href or &href=file')
    request.form = value === 'file' ? 'file' : 'href'
  },
  exe(_, value) {
    if (value !== '') throw queryError(`exe=${value}: the word exe takes no value`, 'write &exe')
  },
}

function flag(name: string, value: string): boolean {
  if (!['', 'true', 'false'].includes(value))
    throw queryError(`${name}=${value} is not true or false`, `write &${name}`)
  return value !== 'false'
}

/** Whoever says one thing twice means two. @throws CompileError */
function once(word: string, given: object | undefined, name: string): void {
  if (!Object.hasOwn(given ?? {}, name)) return
  throw queryError(`${word}=${name} stands twice in the query`, 'take one of them out, or give them different names')
}

function ownGrants(request: Request): Grants {
  return (request.options.grants ??= {})
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new CompileError(`"${text}" in the query is not percent-encoded text`, { code: 'option', cause })
  }
}

/** The id of the same program in another form: how `new URL(…)` becomes an import. */
export function withForm(id: string, form: Exclude<Form, 'program'>): string {
  return rewriteQuery(id, /^(?:exe|href(?:=.*)?)$/, [form === 'file' ? 'href=file' : 'href', 'exe'])
}

/** The id of one of a program's executables. */
export function withTarget(id: string, target: TargetName): string {
  return rewriteQuery(id, /^(?:exe|href(?:=.*)?|targets?=.*)$/, [`target=${target}`, 'exe'])
}

function rewriteQuery(id: string, without: RegExp, words: readonly string[]): string {
  const [file, query] = [id.slice(0, id.indexOf('?')), id.slice(id.indexOf('?') + 1)]
  const kept = query.split('&').filter((word) => word !== '' && !without.test(word))
  return `${file}?${[...kept, ...words].join('&')}`
}

/**
 * A query that ends with the word `exe`: bundlers and their plugins go by what an id ends with, and would have it be a style sheet,
 * or a page, that an argument is called after.
 */
export function withWordLast(query: string): string {
  const words = query.slice(1).split('&')
  return words.at(-1) === 'exe' ? query : `?${[...words.filter((word) => word !== 'exe'), 'exe'].join('&')}`
}

/** The plugin's options with what a request says about its program. @throws CompileError if one URL cannot be had */
export function mergeOptions(defaults: ProgramOptions, request: Request): ProgramOptions {
  const own = request.options
  const merged = {
    ...defaults,
    ...own,
    grants: { ...defaults.grants, ...own.grants },
    embed: { ...defaults.embed, ...own.embed },
    modules: { ...defaults.modules, ...own.modules },
  }
  if (request.form === 'program' || merged.targets.length === 1) return merged
  throw new CompileError(`href gives the URL of one executable, but there are ${merged.targets.length} targets`, {
    code: 'option',
    file: `${request.file}${request.query}`,
    hint: 'name one: ?target=linux-x64&href&exe, or target=host',
  })
}

function queryError(message: string, hint: string): CompileError {
  return new CompileError(message, { code: 'option', hint })
}
