import { parse, posix } from 'node:path'
import type { PathData } from 'webpack'
import { findTarget, type Target, type TargetName } from '../../compiler/index.ts'
import { emittedName, fillTemplate } from '../file-name.ts'
import { parseRequest } from '../request.ts'
import { withoutAssetWord } from './webpack-loader.ts'
import type { ProgramOptions } from '../options.ts'

/** A template of webpack's for names, or a function that gives one. */
export type NameTemplate = string | ((data: PathData, info?: object) => string)

/** Without configuration. webpack's own default is a hash alone, which is no good for a download. */
const DEFAULT_TEMPLATE = '[name]-[hash:8][ext]'

/** What decides the name of an executable's module, beside the module's own path. */
export interface NameOptions {
  target: TargetName
  fileName: string | undefined
}

/**
 * Looks at the name that an executable gets by a template of ours. Compilers inside of compilers have outputs of their own,
 * which we do not get to see.
 * @throws CompileError if it leads out of the output directory
 */
export function checkName(defaults: ProgramOptions, path: string, query: string): void {
  const options = programOptions(defaults, query)
  if (options?.fileName === undefined) return
  const { name } = parse(path)
  for (const target of options.targets)
    emittedName(fillTemplate(options.fileName, { ...findTarget(target)!, name, target }, '00000000'))
}

/** Undefined for a query that cannot be read. The loader says what is wrong with it. */
export function nameOptions(defaults: ProgramOptions, query: string): NameOptions | undefined {
  const options = programOptions(defaults, query)
  return options && { target: options.targets[0], fileName: options.fileName }
}

function programOptions(
  defaults: ProgramOptions,
  query: string,
): Pick<ProgramOptions, 'targets' | 'fileName'> | undefined {
  try {
    return { ...defaults, ...parseRequest(`.wasm${withoutAssetWord(query)}`)?.options }
  } catch {
    return undefined
  }
}

/**
 * webpack's template for an executable: the name and the hash are left to webpack, which sees the module's path.
 * @param template how the configuration names other assets
 */
export function assetTemplate(
  { target: name, fileName }: NameOptions,
  template: NameTemplate = DEFAULT_TEMPLATE,
): NameTemplate {
  const target = findTarget(name)!
  if (fileName !== undefined) {
    return fillTemplate(fileName, { ...target, name: '[name]', target: name }, '[contenthash:8]')
  }
  if (typeof template === 'string') return fillFile(template, target)
  return (data, info) => {
    const { dir, name } = posix.parse(data.filename!.replace(/\?.*$/, ''))
    const filename = posix.join(dir, `${name}-${target.name}${target.ext}`)
    return fillFile(template({ ...data, filename }, info), target)
  }
}

/** Fills in what webpack would take from the path of the module. */
function fillFile(template: string, { name, ext }: Target): string {
  const base = `[name]-${name}${ext}`
  const values: Record<string, string> = {
    file: `[path]${base}`,
    base,
    name: `[name]-${name}`,
    ext,
    query: '',
    fragment: '',
  }
  return template.replaceAll(/\[(file|base|name|ext|query|fragment)\]/g, (_, word: string) => values[word])
}
