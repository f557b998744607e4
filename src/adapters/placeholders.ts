import MagicString from 'magic-string'
import { lastPart } from '../file-name.ts'
import { relativeUrl } from '../module.ts'

/** Strings in the code of a module that stand for what is known only when a chunk is written. */
const PLACEHOLDER = /(["'`])wasm-exe:(name|file):([^;"'`]+);\1/g

/** A string that becomes the last part of an emitted file's name. */
export function namePlaceholder(reference: string): string {
  return JSON.stringify(`wasm-exe:name:${reference};`)
}

/** A string that becomes the `file:` URL of an emitted file, from the chunk's own. */
export function filePlaceholder(reference: string): string {
  return JSON.stringify(`wasm-exe:file:${reference};`)
}

/** Fills the placeholders of a chunk; undefined if it has none. */
export function fillPlaceholders(
  code: string,
  chunk: { fileName: string; format: string },
  fileName: (reference: string) => string,
): MagicString | undefined {
  if (!code.includes('wasm-exe:')) return undefined
  const filled = new MagicString(code)
  for (const match of code.matchAll(PLACEHOLDER)) {
    const [text, , kind, reference] = match
    const name = fileName(reference)
    const value =
      kind === 'name' ? JSON.stringify(lastPart(name)) : relativeUrl(chunk.format, relativePath(chunk.fileName, name))
    filled.overwrite(match.index, match.index + text.length, value)
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
