/** Links in the HTML of pages: `<a href="./x.wasm?target=win32-x64&exe">`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { CompileError } from '../../compiler/index.ts'
import { attributesOf } from '../html-links.ts'
import { describe } from '../report.ts'
import { isRequest, withForm } from '../request.ts'
import { MAY_USE_URL, relativeSpecifier } from '../urls.ts'
import { admit, answer, type LoadContext } from './rollup.ts'
import { devExpressions, fileExpressions, pageUrl } from './vite-files.ts'
import { fillText } from './placeholders.ts'
import type { ViteState } from './vite-state.ts'
import type { Side } from './vite-environment.ts'
import type { BuiltProgram } from '../pipeline.ts'

/** The name of the plugin that {@link pageHooks} are of. */
export const PAGES = 'wasm-exe:pages'

/** Pages that may have a link of ours; all others are not looked at. A server may have put megabytes of its visitors' into one. */
const MAY_LINK = MAY_USE_URL

/**
 * Puts URLs in the place of links to programs.
 * @param page for messages
 * @param url gives the URL for what a link says; undefined leaves it as it is
 * @param own what is looked at; default: all
 * @returns undefined if there are none
 * @throws CompileError if a program stands where browsers would load it
 */
export async function rewriteLinks(
  html: string,
  page: string,
  url: (source: string) => Promise<string | undefined>,
  own?: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const parts: string[] = []
  let end = 0
  for (const { tag, name, value, start, end: behind } of attributesOf(html)) {
    const source = value.replaceAll('&amp;', '&')
    if (!isRequest(source) || own?.has(source) === false) continue
    const attribute = name.toLowerCase()
    if (!/^(?:a|area)$/i.test(tag) || attribute !== 'href') {
      if (attribute.startsWith('data-')) continue
      throw noLink(page, `<${tag.toLowerCase()} ${attribute}>`)
    }
    const href = await url(source)
    if (href === undefined) continue
    const escaped = href.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    parts.push(html.slice(end, start), `${name}="${escaped}"`)
    end = behind
  }
  return parts.length === 0 ? undefined : [...parts, html.slice(end)].join('')
}

const STYLE_URL = /url\(\s*["']?([^"')]*)/gi
const STYLE_REQUEST = /^[^?]*\.(?:wasm|wat)\?(?:[^]*&)?exe\b/i

/** Whether a style sheet has `url(./x.wasm?exe)`, which Vite would answer with the wasm file itself. */
export function usesProgram(style: string): boolean {
  return MAY_LINK.test(style) && [...style.matchAll(STYLE_URL)].some(([, url]) => STYLE_REQUEST.test(url))
}

const STYLE = /\.(?:css|less|sass|scss|styl|stylus|pcss|postcss|sss)(?:$|\?)/

function noLink(file: string, where: string): CompileError {
  return new CompileError(`a program stands in ${where}, where no browser has a use for it`, {
    code: 'option',
    file,
    hint: 'link to it by <a href>, or import it in a script',
  })
}

/**
 * Links by what they say, with the page in whose file they stand. A server may have put anything of its visitors' into a page
 * by the time it is served, under any path.
 */
async function linksOf(files: readonly string[], display: (file: string) => string): Promise<Map<string, string>> {
  const links = new Map<string, string>()
  for (const file of files) {
    const html = await readFile(file, 'utf8').catch(() => '')
    await rewriteLinks(html, display(file), (source) => {
      if (!links.has(source)) links.set(source, file)
      return Promise.resolve(undefined)
    })
  }
  return links
}

/** The files of a page that was asked for by a path. Whose path it is, what may not be served is none. */
function pagesOf(file: string, root: string, mayRead: (file: string) => boolean = () => true): string[] {
  return [file, join(root, 'index.html')].filter((path) => !path.includes('\0') && mayRead(path))
}

/** A script in a page, which Vite serves as a module of its own. */
const PAGE_SCRIPT = /[?&]html-proxy\b/
const STRING = /(["'`])((?:(?!\1)[^\n])+\.(?:wasm|wat)\?(?:(?!\1)[^\n])+)\1/gi

/** Whether a module is a script in a page. */
export const isPageScript = (id: string): boolean => PAGE_SCRIPT.test(id)

/**
 * Whether an import of a script in a page is one that somebody has written: it stands in the page's file, see {@link linksOf}.
 * @param importer the script's id
 * @param mayRead whether the server may give a file away
 */
export async function isWritten(
  source: string,
  importer: string,
  root: string,
  mayRead?: (file: string) => boolean,
): Promise<boolean> {
  for (const file of pagesOf(importer.slice(0, importer.search(PAGE_SCRIPT)), root, mayRead)) {
    const html = await readFile(file, 'utf8').catch(() => '')
    for (const [, , text] of html.matchAll(STRING)) {
      const url = relativeSpecifier(text)
      if ([text, withForm(url, 'href'), withForm(url, 'file')].includes(source)) return true
    }
  }
  return false
}

const pathOf = (source: string): string => relativeSpecifier(source.slice(0, source.indexOf('?')))

/** The hooks for pages, and for style sheets, which cannot use a program. */
export function pageHooks(state: ViteState): Partial<Plugin> {
  const { core, sides, devFiles, site } = state
  /** What pages of a development server are made of. */
  const linked = new Set<string>()

  return {
    sharedDuringBuild: true,
    configResolved({ plugins }) {
      // It makes pages without Vite, and warns of plugins that look at Vite's.
      const isKit = plugins.some(({ name }) => name === 'vite-plugin-sveltekit-setup')
      if (isKit) for (const plugin of plugins) if (plugin.name === PAGES) delete plugin.transformIndexHtml
    },
    configureServer({ watcher, ws }) {
      watcher.on('all', (event, file) => {
        if (linked.has(file) && !event.endsWith('Dir')) ws.send({ type: 'full-reload' })
      })
    },
    transform(code, id, options) {
      if (STYLE.test(id) && usesProgram(code))
        return fail(this, noLink(core.pipeline.display(id), 'url() of a style sheet'))
      const side = sides.of(this, options)
      if (side.mode !== 'build' || !id.endsWith('.html') || !MAY_LINK.test(code)) return undefined
      const bundle = state.bundleOf(side)
      const use = async (program: BuiltProgram) => {
        for (const directory of program.inputs.directories) this.addWatchFile(directory)
        bundle.add(withForm(program.request.file + program.request.query, 'href'), program)
        const { url } = await fileExpressions(this, side, bundle, program, program.files[0])
        return JSON.parse(url) as string
      }
      return rewriteLinks(code, core.pipeline.display(id), async (source) => {
        const request = await this.resolve(pathOf(source), id, { skipSelf: true })
        return request?.external ? undefined : link(this, side, id, source, request?.id, use)
      }).catch((error: unknown) => fail(this, error))
    },
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { filename, server }) {
        if (server === undefined || !MAY_LINK.test(html)) return undefined
        const side = sides.of({ environment: server.environments?.client })
        const context: LoadContext = {
          error: ({ message, ...rest }) => {
            throw Object.assign(new Error(message), rest)
          },
          addWatchFile(file) {
            linked.add(file)
            server.watcher.add(file)
          },
        }
        const use = (program: BuiltProgram) =>
          Promise.resolve(JSON.parse(devExpressions(side, devFiles, program.files[0]).url) as string)
        const display = (file: string) => core.pipeline.display(file)
        // Servers of their own read the template and name the path that was asked for.
        const pages = pagesOf(filename, server.config.root, state.mayRead(side))
        const links = await linksOf(pages, display)
        if (links.size === 0) return undefined
        const url = async (source: string) => {
          const page = links.get(source)!
          const found = await server.pluginContainer.resolveId(pathOf(source), page)
          return found?.external ? undefined : link(context, side, page, source, found?.id, use, true)
        }
        return rewriteLinks(html, display(filename), url, links)
      },
    },
    generateBundle: {
      // Before the manifest is made of what is used.
      order: 'post',
      handler(_, files) {
        const side = sides.of(this)
        const bundle = state.bundleOf(side)
        for (const file of Object.values(files)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue
          file.source = fillText(String(file.source), (fileName) => {
            if (!bundle.useName(fileName)) return undefined
            site.files.add(fileName)
            return pageUrl(side, fileName, file.fileName)
          })
        }
      },
    },
  }

  /** The URL for a link. */
  async function link(
    context: LoadContext,
    side: Side,
    page: string,
    source: string,
    file: string | undefined,
    use: (program: BuiltProgram) => Promise<string>,
    everyTime = false,
  ): Promise<string | undefined> {
    const split = source.indexOf('?')
    if (file === undefined) {
      const message = `a link leads to ${source.slice(0, split)}, which is not there`
      return fail(context, new CompileError(message, { code: 'input', file: core.pipeline.display(page) }))
    }
    const id = withForm(file + source.slice(split), 'href')
    admit(core, context, id, { source, importer: page })
    return answer(core, context, id, use, { ...state.settingsOf(side), everyTime })
  }

  function fail(context: LoadContext, error: unknown): never {
    if (!(error instanceof CompileError)) throw error
    const { message, frame } = describe(error, core.root)
    return context.error({ message, ...(frame && { frame }) })
  }
}
