/** The resource VS_VERSIONINFO: what Windows shows of a file's properties. */
import { Writer } from './bytes.ts'
import { RESOURCE, type Resource } from './resources.ts'

/** US English, in Unicode: code page 1200. */
const LANGUAGE = 0x409
const CODE_PAGE = 1200

/** Numbers of a version, at most four, each of 16 bits. */
export type VersionNumbers = readonly number[]

export function versionResource(numbers: VersionNumbers, strings: Readonly<Record<string, string>>): Resource {
  const [major = 0, minor = 0, patch = 0, build = 0] = numbers
  const version = [major * 0x10000 + minor, patch * 0x10000 + build]
  const fixed = new Writer().u32(0xfeef04bd).u32(0x10000)
  // The file's version and the product's, no flags, for Windows NT, a program.
  for (const half of [...version, ...version]) fixed.u32(half)
  fixed.u32(0x3f).u32(0).u32(0x40004).u32(1).u32(0).u32(0).u32(0)
  const table = Object.entries(strings).map(([key, value]) => block(key, utf16(`${value}\0`), value.length + 1, true))
  const hex = (value: number): string => value.toString(16).padStart(4, '0')
  const translation = new Writer().u16(LANGUAGE).u16(CODE_PAGE).finish()
  const children = [
    block('StringFileInfo', NOTHING, 0, true, [block(hex(LANGUAGE) + hex(CODE_PAGE), NOTHING, 0, true, table)]),
    block('VarFileInfo', NOTHING, 0, true, [block('Translation', translation, translation.length, false)]),
  ]
  const bytes = block('VS_VERSION_INFO', fixed.finish(), fixed.length, false, children)
  return { type: RESOURCE.VERSION, id: 1, bytes }
}

const NOTHING = new Uint8Array(0)

function utf16(text: string): Uint8Array {
  const out = new Writer()
  for (let i = 0; i < text.length; i++) out.u16(text.charCodeAt(i))
  return out.finish()
}

/** @param length of the value: in characters where it is text */
function block(
  key: string,
  value: Uint8Array,
  length: number,
  isText: boolean,
  children: readonly Uint8Array[] = [],
): Uint8Array {
  const out = new Writer()
    .u16(0)
    .u16(length)
    .u16(isText ? 1 : 0)
    .put(utf16(`${key}\0`))
  if (value.length > 0) out.align(4).put(value)
  for (const child of children) out.align(4).put(child)
  const bytes = out.finish()
  new DataView(bytes.buffer).setUint16(0, bytes.length, true)
  return bytes
}
