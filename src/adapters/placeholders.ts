import { posix } from 'node:path'
import MagicString from 'magic-string'
import { lastPart } from '../file-name.ts'
import { relativeUrl } from '../module.ts'
import { constantString, nodesOf } from '../syntax-tree.ts'

/** Texts in strings of a module's code that stand for what is known only when a chunk is written. */
const PLACEHOLDER = /wasm-exe:(name|file|url):([^;"'`]+);/g

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
 * Fills the placeholders of a chunk; undefined if it has none. Bundlers may have put them into longer strings.
 * @param fileName undefined leaves the placeholder for who bundles the chunk again
 * @param url the expression for a URL by such rules
 */
export function fillPlaceholders(
  code: string,
  parse: (code: string) => object,
  chunk: { fileName: string; format: string },
  fileName: (reference: string) => string | undefined,
  url?: (fileName: string) => string,
): MagicString | undefined {
  if (!code.includes('wasm-exe:')) return undefined
  const filled = new MagicString(code)
  const expression = (kind: string, reference: string): string => {
    if (kind === 'url' && url !== undefined) return url(decodeURIComponent(reference))
    const name = fileName(reference)
    if (name === undefined) return filePlaceholder(reference)
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
      for (const { index, 0: placeholder, 1: kind, 2: reference } of text.matchAll(PLACEHOLDER)) {
        const at = node.start + index
        filled.overwrite(at, at + placeholder.length, `\${${expression(kind, reference)}}`)
      }
    }
  }
  return filled.hasChanged() ? filled : undefined
}

/** Fills the placeholders for URLs in text that is no code; undefined leaves one as it is. */
export function fillText(text: string, url: (fileName: string) => string | undefined): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, kind: string, reference: string) =>
    kind === 'url' ? (url(decodeURIComponent(reference)) ?? placeholder) : placeholder,
  )
}

/** The expression for a string that has placeholders; undefined if it has none. */
function concatenation(text: string, expression: (kind: string, reference: string) => string): string | undefined {
  // Texts alternate with what the two groups of the pattern matched.
  const parts = text.split(PLACEHOLDER)
  if (parts.length === 1) return undefined
  const operands: string[] = []
  for (let i = 0; i < parts.length; i += 3) {
    if (parts[i] !== '') operands.push(JSON.stringify(parts[i]))
    if (i + 1 < parts.length) operands.push(expression(parts[i + 1], parts[i + 2]))
  }
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
