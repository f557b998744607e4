/**
 * Names of C symbols.
 *
 * `symbol(module, name)` joins two mangled parts with `__`. Letters, digits and `_` stand for themselves, 'Z' is
 * doubled, any other byte of the UTF-8 name becomes 'Z' and two lower-case hex digits. A module part never holds `__`,
 * never ends in `_` and never starts with a digit, so the first `__` separates the parts and no two pairs share a symbol.
 *
 * `own(module, rest)` is what the generator needs beside that. Behind a 'Z' no mangled name has `_`, so whatever follows, it
 * is no symbol of a module, none of another module's own, and none of the runtime's, of the C library's or a word of C.
 * {@link PUBLIC_NAMES} are the exceptions, for C programs: `<module>_instantiate`. The runtime's names begin with `wasm_`
 * there, which no module part does.
 */
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

const hex = (byte: number): string => 'Z' + byte.toString(16).padStart(2, '0')

/** The name of an import or export as a C identifier part. */
export function mangle(name: string): string {
  if (/^[A-Ya-z0-9_]*$/.test(name)) return name
  let text = ''
  for (const byte of encoder.encode(name)) {
    const char = String.fromCharCode(byte)
    text += char === 'Z' ? 'ZZ' : /[A-Za-z0-9_]/.test(char) ? char : hex(byte)
  }
  return text
}

/** The name of a module as the start of its C identifiers. */
export function mangleModule(name: string): string {
  if (name === '') return NAMELESS
  return mangle(name)
    .replace(/_(?=_|$)/g, 'Z5f')
    .replace(/^[0-9_]|^w(?=asm(?:_|$))/, (char) => hex(char.charCodeAt(0)))
}

/** Of the module whose name is ''; what follows the 'Z' is no code of a byte. */
const NAMELESS = 'Znameless'

/** What the generator defines for a module under a name that no module can give to anything. `module` is mangled. */
export const own = (module: string, rest: string): string => `${module}Z_${rest}`

/** What C programs know of a module beside its exports, behind its mangled name and a `_`. */
export const PUBLIC_NAMES = ['instantiate', 'module', 'memory', 'memory_size', 'exception'] as const

/** The C symbol of what `module` exports, or of what is imported from it, as `name`. */
export function symbol(module: string, name: string): string {
  return `${mangleModule(module)}__${mangle(name)}`
}

/** A readable part of an identifier from a name of the name section, which may hold anything; not unique. */
export function identifier(name: string): string {
  return name
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 48)
}

/** The module and name that a symbol was made of, undefined if it was not made by {@link symbol}. */
export function unmangle(symbol: string): [module: string, name: string] | undefined {
  const split = symbol.indexOf('__')
  if (split <= 0) return undefined
  const parts = [symbol.slice(0, split).replace(NAMELESS, ''), symbol.slice(split + 2)]
  if (!parts.every((part) => /^(?:[A-Ya-z0-9_]|ZZ|Z[0-9a-f]{2})*$/.test(part))) return undefined
  const [module, name] = parts.map((part) => {
    const bytes = part.replace(/Z(Z|[0-9a-f]{2})/g, (_, code) =>
      code === 'Z' ? 'Z' : String.fromCharCode(parseInt(code, 16)),
    )
    return decoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  })
  return [module, name]
}

/** Whether what is imported from the module is the runtime's. */
export const isWasi = (module: string): boolean =>
  module === 'wasi_snapshot_preview1' || module === 'wasi_unstable' || module === 'wasi_net'
