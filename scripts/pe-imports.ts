import { cString, readU64, view } from '../compiler/image/bytes.ts'

const IMPORT_DIRECTORY = 1

/** The names that a PE file of 64 bits imports, by library. */
export function readPeImports(file: Uint8Array): Map<string, Set<string>> {
  const data = view(file)
  const header = data.getUint32(0x3c, true)
  const optional = header + 24
  const sections = optional + data.getUint16(header + 20, true)
  const at = (address: number): number => {
    for (let i = 0; i < data.getUint16(header + 6, true); i++) {
      const section = sections + i * 40
      const offset = address - data.getUint32(section + 12, true)
      if (offset >= 0 && offset < data.getUint32(section + 16, true)) return data.getUint32(section + 20, true) + offset
    }
    throw new Error(`no section holds the address ${address.toString(16)}`)
  }
  const imports = new Map<string, Set<string>>()
  let entry = at(data.getUint32(optional + 112 + IMPORT_DIRECTORY * 8, true))
  for (; data.getUint32(entry + 12, true) !== 0; entry += 20) {
    const names = new Set<string>()
    let lookup = at(data.getUint32(entry, true))
    for (; readU64(data, lookup) !== 0; lookup += 8) names.add(cString(file, at(data.getUint32(lookup, true)) + 2))
    imports.set(cString(file, at(data.getUint32(entry + 12, true))), names)
  }
  return imports
}
