import type { Loader, PluginBuild } from 'esbuild'
import type { UrlUse } from '../urls.ts'
import { isRequest } from '../request.ts'

/** `new URL(`, a string, a comma, `import.meta.url`: in code, or in a comment or string that looks like it. */
const CANDIDATE =
  /\bnew\s+URL\s*\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.)*`)\s*,\s*import\s*\.\s*meta\s*\.\s*url\s*(?:,\s*)?\)/g
const MARK = 'wasm-exe-candidate-'

/**
 * Finds `new URL('….wasm?…exe', import.meta.url)` in a source file of any syntax that esbuild reads. esbuild gives no
 * syntax tree, but it does say what a file imports: every candidate is replaced by a marked `import()`, and the marks
 * that esbuild asks about are those that were code.
 */
export async function findUrlsByImports(build: PluginBuild, code: string, loader: Loader): Promise<UrlUse[]> {
  const candidates = [...code.matchAll(CANDIDATE)].flatMap((match) => {
    const [text, string] = match
    const start = match.index + text.indexOf(string)
    const specifier = string.slice(1, -1)
    if (!isRequest(specifier)) return []
    return [
      {
        specifier,
        quote: string[0],
        start,
        end: start + string.length,
        from: match.index,
        to: match.index + text.length,
      },
    ]
  })
  if (candidates.length === 0) return []
  let marked = ''
  let last = 0
  candidates.forEach(({ from, to, quote }, index) => {
    // The candidate's own quotes do not end a string that it stands in.
    marked += `${code.slice(last, from)}import(${quote}${MARK}${index}${quote})`
    last = to
  })
  const found = await importsOf(build, marked + code.slice(last), loader)
  return candidates
    .filter((_, index) => found.has(`${MARK}${index}`))
    .map(({ specifier, start, end }) => ({ specifier, start, end }))
}

/** What code imports. A file that does not parse imports nothing: esbuild reports it when it reads the original. */
async function importsOf(build: PluginBuild, code: string, loader: Loader): Promise<Set<string>> {
  const found = new Set<string>()
  const collect = {
    name: 'wasm-exe:imports',
    setup(build: PluginBuild) {
      build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined
        found.add(path)
        return { path, external: true }
      })
    },
  }
  await build.esbuild
    .build({
      stdin: { contents: code, loader },
      bundle: true,
      write: false,
      format: 'esm',
      jsx: 'preserve',
      treeShaking: false,
      logLevel: 'silent',
      plugins: [collect],
    })
    .catch(() => undefined)
  return found
}
