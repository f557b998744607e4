import MagicString from 'magic-string'
import { lastPart } from '../file-name.ts'
import { relativeUrl } from '../module.ts'

/** Strings in the code of a module that stand for what is known only when a chunk is written. */
const PLACEHOLDER = /(["'`])wasm-exe:(name|file|url):([^;"'`]+);\1/g

/** A string that becomes the last part of an emitted file's name. */
export function namePlaceholder(reference: string): string {
  return JSON.stringify(`wasm-exe:name:${reference};`)
}

/** A string that becomes the `file:` URL of an emitted file, from the chunk's own. */
export function filePlaceholder(reference: string): string {
  return JSON.stringify(`wasm-exe:file:${reference};`)
}

/** A string that becomes the URL at which a site has the file, by rules of the bundler's. */
export function urlPlaceholder(fileName: string): string {
  return JSON.stringify(`wasm-exe:url:${encodeURIComponent(fileName).replaceAll("'", '%27')};`)
}

/**
 * Fills the placeholders of a chunk; undefined if it has none.
 * @param url the expression for a URL by such rules
 */
export function fillPlaceholders(
  code: string,
  chunk: { fileName: string; format: string },
  fileName: (reference: string) => string,
  url?: (fileName: string) => string,
): MagicString | undefined {
  if (!code.includes('wasm-exe:')) return undefined
  const filled = new MagicString(code)
  for (const match of code.matchAll(PLACEHOLDER)) {
    const [text, , kind, reference] = match
    const value = (): string => {
      if (kind === 'url' && url !== undefined) return url(decodeURIComponent(reference))
      const name = fileName(reference)
      if (kind === 'name') return JSON.stringify(lastPart(name))
      return relativeUrl(chunk.format, relativePath(chunk.fileName, name))
    }
    filled.overwrite(match.index, match.index + text.length, value())
  }
  return filled.hasChanged() ? filled : undefined
}

/** The way from one output file to another, as a relative URL. */
export function relativePath(from: string, to: string): string {
  const [start, end] = [from.split('/').slice(0, -1), to.split('/')]
  let shared = 0
  while (shared < start.length && shared < end.length - 1 && start[shared] === end[shared]) shared++
  const up = '../'.repeat(start.length - shared)
  return `${up || './'}${end.slice(shared).map(encodeURIComponent).join('/')}`
}
