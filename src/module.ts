import type { BuiltFile, BuiltProgram } from './pipeline.ts'
import { archiveFormat, archiveName } from './ship/archive.ts'

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
export function moduleCode(program: BuiltProgram, expressions: (file: BuiltFile) => FileExpressions): string {
  const { form } = program.request
  if (form !== 'program') {
    const { url, file = url } = expressions(program.files[0])
    return `export default ${form === 'file' ? file : url}\n`
  }
  const targets = program.files.map((built) => {
    const { fileName, url, file } = expressions(built)
    const fields = [
      `target: ${JSON.stringify(built.target)}`,
      `triple: ${JSON.stringify(built.triple)}`,
      `fileName: ${fileName}`,
      `url: ${url}`,
      `size: ${built.size}`,
      `integrity: ${JSON.stringify(built.integrity)}`,
      ...(file === undefined ? [] : [`file: ${file}`]),
      `download: ${JSON.stringify(built.name + built.ext)}`,
      ...(program.archives ? [`archive: ${archive(built, url)}`] : []),
    ]
    return `    ${JSON.stringify(built.target)}: { ${fields.join(', ')} },\n`
  })
  return `export default {\n  name: ${JSON.stringify(program.name)},\n  targets: {\n${targets.join('')}  },\n}\n`
}

/** Archives lie beside their executables. */
function archive({ name, target }: BuiltFile, url: string): string {
  const fileName = JSON.stringify(archiveName(name, target))
  return `{ fileName: ${fileName}, url: (${url}) + ${JSON.stringify(archiveFormat(target))} }`
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
