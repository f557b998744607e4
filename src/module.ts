import { ALL_TARGETS, type TargetName } from '../compiler/targets.ts'
import type { BuiltFile, BuiltProgram, LaterFile } from './pipeline.ts'
import type { BuiltArchive } from './ship/archives.ts'

/** JavaScript expressions for what only the bundler knows about a file. */
export interface FileExpressions {
  /** The last part of the emitted path. */
  fileName: string
  url: string
  /** The `file:` URL, where code for Node has a `url` that is public. */
  file?: string
}

/**
 * The code of an imported program. Its values are literals and URLs without side effects, so that bundlers drop it
 * when nobody uses it.
 */
export function moduleCode(
  program: BuiltProgram,
  expressions: (file: BuiltFile) => FileExpressions,
  later?: (file: LaterFile) => FileExpressions,
): string {
  const { form } = program.request
  if (form !== 'program') {
    const { url, file = url } = expressions(program.files[0])
    return `export default ${form === 'file' ? file : url}\n`
  }
  const fields = new Map<TargetName, string[]>()
  for (const built of program.files) {
    const known = expressions(built)
    const values = contentFields(built)
    if (built.archive !== undefined) values.push(`archive: ${archive(built.archive, known.url)}`)
    fields.set(built.target, [...fileFields(built, known), ...values])
  }
  for (const file of program.later) {
    const known = later!(file)
    const getters = ['size', 'integrity'].map((name) => `get ${name}() { return ask(${known.url}).${name} }`)
    fields.set(file.target, [...fileFields(file, known), ...getters])
  }
  const targets = ALL_TARGETS.filter(({ name }) => fields.has(name)).map(
    ({ name }) => `    ${JSON.stringify(name)}: { ${fields.get(name)!.join(', ')} },\n`,
  )
  const helper = program.later.length > 0 ? ASK : ''
  return `${helper}export default {\n  name: ${JSON.stringify(program.name)},\n  targets: {\n${targets.join('')}  },\n}\n`
}

function fileFields({ name, target, triple, ext }: LaterFile | BuiltFile, known: FileExpressions): string[] {
  return [
    `target: ${JSON.stringify(target)}`,
    `triple: ${JSON.stringify(triple)}`,
    `fileName: ${known.fileName}`,
    `url: ${known.url}`,
    ...(known.file === undefined ? [] : [`file: ${known.file}`]),
    `download: ${JSON.stringify(name + ext)}`,
  ]
}

/** For pages of a development server: what is known of a file once it is built. A getter cannot wait in another way. */
const ASK = `const answers = new Map()
function ask(url) {
  if (!answers.has(url)) {
    const request = new XMLHttpRequest()
    request.open('HEAD', url, false)
    request.send()
    if (request.status !== 200) throw new Error(url + ' was not built; the development server says why')
    const integrity = request.getResponseHeader('ETag').replace(/^W\\/|"/g, '')
    answers.set(url, { size: Number(request.getResponseHeader('Content-Length')), integrity })
  }
  return answers.get(url)
}
`

function contentFields({ size, integrity }: { size: number; integrity: string }): string[] {
  return [`size: ${size}`, `integrity: ${JSON.stringify(integrity)}`]
}

/** Archives lie beside their executables. */
function archive(built: BuiltArchive, url: string): string {
  const place = [`fileName: ${JSON.stringify(built.fileName)}`, `url: (${url}) + ${JSON.stringify(built.format)}`]
  return `{ ${[...place, ...contentFields(built)].join(', ')} }`
}

/** Stands for a program whose error was reported already, so that the bundler says it once. */
export const FAILED_MODULE = 'export default undefined\n'

/**
 * The URL of a file beside the code, as an expression for an output format. `import.meta` is empty outside ES modules,
 * so scripts ask the document, and CommonJS asks Node.
 */
export function relativeUrl(format: string, path: string): string {
  return `/* @__PURE__ */ new URL(${JSON.stringify(path)}, ${baseUrl(format)}).href`
}

/** The expression of {@link relativeUrl} for the running code's own URL. */
export function baseUrl(format: string): string {
  const script = 'document.currentScript && document.currentScript.src || document.baseURI'
  const node = 'require("url").pathToFileURL(__filename).href'
  switch (format) {
    case 'cjs':
    case 'commonjs':
      return `(typeof document === "undefined" ? ${node} : ${script})`
    case 'amd':
    case 'iife':
      return `(typeof document === "undefined" ? location.href : ${script})`
    case 'umd':
      return `(typeof document === "undefined" ? typeof require === "function" ? ${node} : location.href : ${script})`
    case 'system':
      return 'module.meta.url'
    default:
      return 'import.meta.url'
  }
}
