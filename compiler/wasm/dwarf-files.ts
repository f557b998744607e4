import { DwarfReader } from './dwarf-reader.ts'

/** Sections that hold strings, where the module has them. */
export interface Strings {
  /** .debug_str */
  str?: Uint8Array
  /** .debug_line_str */
  lineStr?: Uint8Array
}

/** DW_FORM_*, those that a table of files may use, with how each is read. */
const FORMS: Record<number, (r: DwarfReader, strings: Strings, offsetSize: number) => string | number> = {
  0x05: (r) => r.u16(), // data2
  0x06: (r) => r.u32(), // data4
  0x07: (r) => r.unsigned(8), // data8
  0x08: (r) => r.text(), // string
  0x09: (r) => skip(r, r.uleb()), // block
  0x0b: (r) => r.u8(), // data1
  0x0e: (r, { str }, size) => stringAt(str, r.unsigned(size)), // strp
  0x0f: (r) => r.uleb(), // udata
  0x1e: (r) => skip(r, 16), // data16
  0x1f: (r, { lineStr }, size) => stringAt(lineStr, r.unsigned(size)), // line_strp
}

const DW_LNCT_PATH = 1
const DW_LNCT_DIRECTORY_INDEX = 2

function skip(r: DwarfReader, size: number): number {
  r.skip(size)
  return 0
}

const stringAt = (section: Uint8Array | undefined, offset: number): string =>
  new DwarfReader(section ?? new Uint8Array(), offset).text()

/** The files of a line program by their number, before DWARF 5 from 1 on. Paths may be relative to where it was compiled. */
export function readFiles(r: DwarfReader, version: number, strings: Strings, offsetSize: number): string[] {
  return version >= 5 ? entryTables(r, strings, offsetSize) : nameLists(r)
}

/** DWARF 5, 6.2.4.1. */
function entryTables(r: DwarfReader, strings: Strings, offsetSize: number): string[] {
  const directories = entries(r, strings, offsetSize).map(({ path }) => path)
  return entries(r, strings, offsetSize).map(({ path, directory }) => join(directories[directory], path))
}

function entries(r: DwarfReader, strings: Strings, offsetSize: number): { path: string; directory: number }[] {
  const format = Array.from({ length: r.u8() }, () => ({ content: r.uleb(), form: r.uleb() }))
  const list: { path: string; directory: number }[] = []
  if (format.length === 0) return list
  for (let count = r.uleb(); count > 0; count--) {
    const entry = { path: '', directory: 0 }
    for (const { content, form } of format) {
      const read = FORMS[form]
      if (read === undefined) throw new RangeError(`form 0x${form.toString(16)} in a table of files`)
      const value = read(r, strings, offsetSize)
      if (content === DW_LNCT_PATH) entry.path = String(value)
      else if (content === DW_LNCT_DIRECTORY_INDEX) entry.directory = Number(value)
    }
    list.push(entry)
  }
  return list
}

/** DWARF 4, 6.2.4: directories and files from 1 on; directory 0 is not said here. */
function nameLists(r: DwarfReader): string[] {
  const directories = ['']
  for (let name = r.text(); name !== ''; name = r.text()) directories.push(name)
  const files = ['']
  for (let name = r.text(); name !== ''; name = r.text()) {
    const directory = r.uleb()
    r.uleb()
    r.uleb()
    files.push(join(directories[directory], name))
  }
  return files
}

const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:)/.test(path)

const join = (directory: string | undefined, path: string): string =>
  !directory || isAbsolute(path) ? path : `${directory}/${path}`
