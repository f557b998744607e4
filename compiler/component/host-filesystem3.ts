/** Functions of WASI 0.3's filesystem: those of 0.2, but that they may wait, for a few types, and for streams. */
import { DIRECTORY_ENTRY, FILE_ERROR, FILE_RESULT, FILE_TYPE } from './async/system-types.ts'
import { valueText } from './signature.ts'
import type { ValType } from './types.ts'

const text = (type: ValType): string => valueText(type, () => '')

/** What stands in several of them. */
export const FILESYSTEM3_PARTS: Readonly<Record<string, string>> = {
  FILE_ERROR: text(FILE_ERROR),
  FILE_TYPE: text(FILE_TYPE),
  FILE_RESULT: `future<${text(FILE_RESULT)}>`,
  ENTRY: text(DIRECTORY_ENTRY),
  FILE: 'wasi:filesystem/types@0.3#descriptor',
  INSTANT: 'record {seconds: s64, nanoseconds: u32}',
}

const NAMES: Readonly<Record<string, string>> = {
  DESCRIPTOR: 'FILE',
  ERROR: 'FILE_ERROR',
  TYPE: 'FILE_TYPE',
  TIME: 'INSTANT',
}

const METHOD = '[method]descriptor.'
const GONE: ReadonlySet<string> = new Set([`${METHOD}read`, `${METHOD}write`])
const STREAMS: Readonly<Record<string, string>> = {
  [`${METHOD}read-via-stream`]: 'func(self: borrow<$FILE>, offset: u64) -> tuple<stream<u8>, $FILE_RESULT>',
  [`${METHOD}write-via-stream`]: 'func(self: borrow<$FILE>, data: stream<u8>, offset: u64) -> $FILE_RESULT',
  [`${METHOD}append-via-stream`]: 'func(self: borrow<$FILE>, data: stream<u8>) -> $FILE_RESULT',
  [`${METHOD}read-directory`]: 'func(self: borrow<$FILE>) -> tuple<stream<$ENTRY>, $FILE_RESULT>',
}

/** @param types of the functions of 0.2 */
export function filesystem3(types: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(types).filter(([name]) => name.startsWith(METHOD) && !GONE.has(name))
  const changed = (type: string): string => type.replaceAll(/\$([A-Z]+)/g, (_, name: string) => `$${NAMES[name]}`)
  return { ...Object.fromEntries(kept.map(([name, type]) => [name, `async ${changed(type)}`])), ...STREAMS }
}
