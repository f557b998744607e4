import { CompileError } from '../errors.ts'
import { placed } from '../places.ts'
import { refuseForeign } from './foreign.ts'
import { checkLimit } from './limits.ts'
import { emptyModule, type Module } from './module.ts'
import { readNames } from './names.ts'
import { refuseSection } from './proposals.ts'
import { Reader } from './reader.ts'
import { SECTIONS, dataInconsistent, inconsistent } from './sections.ts'

export interface DecodeOptions {
  /** For symbols: 'hello' from hello.wasm. */
  name: string
  /** The path the user knows, for messages; `<name>.wasm` by default. */
  file?: string
}

const HEADER_SIZE = 8
const CUSTOM = 0

/**
 * Decodes a binary module (spec: Binary Format / Modules). Function bodies stay ranges of bytes (see `decodeBody`).
 * Throws a CompileError with file and offset: 'malformed' for what is not in the format, 'unsupported' for
 * proposals that are not compiled, 'not-wasm' for other files than modules. Whether the module is valid is for `validateModule` to say.
 */
export function decode(bytes: Uint8Array, { name, file = `${name}.wasm` }: DecodeOptions): Module {
  try {
    return decodeSections(bytes, name, file)
  } catch (error) {
    throw error instanceof CompileError ? placed(error, bytes, file) : error
  }
}

function decodeSections(bytes: Uint8Array, name: string, file: string): Module {
  refuseForeign(bytes)
  checkLimit('bytes of a module', bytes.length, 0)
  const module: Module = { ...emptyModule(name), bytes, file }
  const r = new Reader(bytes, HEADER_SIZE)
  for (let next = 0; !r.done;) {
    const at = r.pos
    const id = r.byte()
    const size = r.u32()
    const start = r.skip(size, 'length out of bounds')
    const section = new Reader(bytes, start, r.pos, 'unexpected end of section or function')
    if (id === CUSTOM) {
      const sectionName = section.name()
      module.customs.push({ name: sectionName, start: section.pos, end: section.end })
      continue
    }
    const position = SECTIONS.findIndex((known) => known.id === id)
    if (position === -1) {
      refuseSection(id, size, at)
      r.fail(`malformed section id ${id}`, at)
    }
    if (position < next) {
      r.fail(
        `unexpected content after last section: the ${SECTIONS[position].name} section comes twice or too late`,
        at,
      )
    }
    next = position + 1
    SECTIONS[position].read(section, module)
    if (!section.done) section.fail(`section size mismatch in the ${SECTIONS[position].name} section`)
  }
  if (module.funcs.some((func) => !func.import && !func.body)) inconsistent(r, r.pos)
  if (module.dataCount !== undefined && module.dataCount !== module.data.length) dataInconsistent(r, r.pos)
  giveNames(module)
  return module
}

function giveNames(module: Module): void {
  for (const section of module.customs.filter((custom) => custom.name === 'name')) {
    const names = readNames(module.bytes, section.start, section.end)
    for (const [index, name] of names.functions) if (index < module.funcs.length) module.funcs[index].name ??= name
    for (const [index, name] of names.globals) if (index < module.globals.length) module.globals[index].name ??= name
  }
}
