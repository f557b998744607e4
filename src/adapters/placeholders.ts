import { posix } from 'node:path'
import MagicString from 'magic-string'
import { lastPart } from '../file-name.ts'
import { relativeUrl } from '../module.ts'
import { constantString, nodesOf } from '../syntax-tree.ts'

/** Texts in strings of a module's code that stand for what is known only when a chunk is written. */
const PLACEHOLDER = /wasm-exe:(name|file|url):([^:;"'`]+);/g

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
 * Fills the placeholders of a chunk; undefined if it has none. Bundlers may have put them into longer strings. Any code may
 * have text that looks like one: what stands for no file stays as it is.
 * @param fileName undefined for what is no reference, and for what whoever bundles the chunk again is to fill
 * @param url the expression for a URL by such rules; undefined for what is no file's name
 */
export function fillPlaceholders(
  code: string,
  parse: (code: string) => object,
  chunk: { fileName: string; format: string },
  fileName: (reference: string) => string | undefined,
  url: (fileName: string) => string | undefined = () => undefined,
): MagicString | undefined {
  if (!code.includes('wasm-exe:')) return undefined
  const filled = new MagicString(code)
  const expression = (kind: string, reference: string): string | undefined => {
    if (kind === 'url') return url(decoded(reference))
    const name = fileName(reference)
    if (name === undefined) return undefined
    if (kind === 'name') return JSON.stringify(lastPart(name))
    return relativeUrl(chunk.format, relativePath(chunk.fileName, name))
  }
  for (const { node, parent } of nodesOf(parse(code))) {
    const constant = constantString(node)
    if (constant?.includes('wasm-exe:')) {
      const value = concatenation(constant, expression)
      if (value === undefined) continue
      const isKey = parent?.key === node && parent.computed !== true
      filled.overwrite(node.start, node.end, isKey ? `[${value}]` : value)
    } else if (node.type === 'TemplateElement' && constantString(parent!) === undefined) {
      const text = code.slice(node.start, node.end)
      for (const { start, end, value } of filledParts(text, expression))
        filled.overwrite(node.start + start, node.start + end, `\${${value}}`)
    }
  }
  return filled.hasChanged() ? filled : undefined
}

/** Fills the placeholders for URLs in text that is no code; undefined leaves one as it is. */
export function fillText(text: string, url: (fileName: string) => string | undefined): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, kind: string, reference: string) =>
    kind === 'url' ? (url(decoded(reference)) ?? placeholder) : placeholder,
  )
}

/** What {@link urlPlaceholder} was given; '' for what it never wrote. */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference)
  } catch {
    return ''
  }
}

/** The placeholders in a text that stand for something. */
function* filledParts(
  text: string,
  expression: (kind: string, reference: string) => string | undefined,
): Generator<{ start: number; end: number; value: string }> {
  for (const { index: start, 0: placeholder, 1: kind, 2: reference } of text.matchAll(PLACEHOLDER)) {
    const value = expression(kind, reference)
    if (value !== undefined) yield { start, end: start + placeholder.length, value }
  }
}

/** The expression for a string that has placeholders; undefined if it has none. */
function concatenation(
  text: string,
  expression: (kind: string, reference: string) => string | undefined,
): string | undefined {
  const operands: string[] = []
  let from = 0
  for (const { start, end, value } of filledParts(text, expression)) {
    if (start > from) operands.push(JSON.stringify(text.slice(from, start)))
    operands.push(value)
    from = end
  }
  if (operands.length === 0) return undefined
  if (from < text.length) operands.push(JSON.stringify(text.slice(from)))
  return operands.length === 1 ? operands[0] : `(${operands.join(' + ')})`
}

/** The way from one output file to another, as a relative URL. */
export function relativePath(from: string, to: string): string {
  // Nitro writes `chunks/routes//x.mjs`.
  const [start, end] = [posix.dirname(posix.normalize(from)).split('/'), to.split('/')]
  if (start[0] === '.') start.shift()
  let shared = 0
  while (shared < start.length && shared < end.length - 1 && start[shared] === end[shared]) shared++
  const up = '../'.repeat(start.length - shared)
  return `${up || './'}${end.slice(shared).map(encodeURIComponent).join('/')}`
}
