/** Text modules to bytes through an npm package, wasm-tools (jco); our own parser reads the older form of exceptions, which it does not know. */
import { $init, tools } from '../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assembleText } from '../../compiler/text/assemble.ts'
import { withCancellable } from './cancellable.ts'
import type { Source } from './wast.ts'

const cache = fileURLToPath(new URL('../../node_modules/.cache/wast', import.meta.url))

/**
 * The bytes of a module in a script, cached by content since a script holds hundreds.
 * @throws what the parser says of malformed text
 */
export async function toBytes(source: Source, { legacy = false } = {}): Promise<Uint8Array> {
  if (source.kind === 'binary') return source.bytes
  const text =
    source.kind === 'quote' && !/^\s*(;;[^\n]*\n\s*|\(;.*?;\)\s*)*\((?:module|component)\b/s.test(source.text)
      ? `(module ${source.text}\n)`
      : source.text
  if (legacy) return assembleText(text, 'script.wat').bytes
  const key = createHash('sha256').update(`false ${text}`).digest('hex')
  const file = join(cache, `${key}.wasm`)
  if (existsSync(file)) return readFileSync(file)
  await $init
  const bytes = withCancellable(text, tools.parse) ?? tools.parse(text)
  mkdirSync(cache, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, bytes)
  renameSync(`${file}.${process.pid}`, file)
  return bytes
}
