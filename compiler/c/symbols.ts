/**
 * Names of C symbols.
 *
 * `symbol(module, name)` joins two mangled parts with `__`. Letters, digits and `_` stand for themselves, 'Z' is
 * doubled, any other byte of the UTF-8 name becomes 'Z' and two lower-case hex digits. A module part never holds `__`,
 * never ends in `_` and never starts with a digit, so the first `__` separates the parts and no two pairs share a symbol.
 */
const encoder = new TextEncoder()

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
  return mangle(name)
    .replace(/_(?=_|$)/g, 'Z5f')
    .replace(/^[0-9]/, (digit) => hex(digit.charCodeAt(0)))
}

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
