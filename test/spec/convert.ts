/** Text modules to bytes through npm packages: wasm-tools (jco), and wabt for the legacy exceptions it does not know. */
import { $init, tools } from '../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js'
import createWabt from 'wabt'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Source } from './wast.ts'

const cache = fileURLToPath(new URL('../../node_modules/.cache/wast', import.meta.url))

/** Features beside wabt's defaults that the legacy scripts use. */
const LEGACY = { exceptions: true, reference_types: true, bulk_memory: true, multi_value: true, tail_call: true }

async function parse(text: string, legacy: boolean): Promise<Uint8Array> {
  if (!legacy) {
    await $init
    return tools.parse(text)
  }
  const wabt = await createWabt()
  const module = wabt.parseWat('script.wat', text, LEGACY)
  try {
    return module.toBinary({ write_debug_names: true }).buffer
  } finally {
    module.destroy()
  }
}

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
  const key = createHash('sha256').update(`${legacy} ${text}`).digest('hex')
  const file = join(cache, `${key}.wasm`)
  if (existsSync(file)) return readFileSync(file)
  const bytes = await parse(text, legacy)
  mkdirSync(cache, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, bytes)
  renameSync(`${file}.${process.pid}`, file)
  return bytes
}
