import { CompileError } from '../errors.ts'
import { ByteWriter } from './bytes.ts'
import { Cursor } from './cursor.ts'
import { END, OPEN, tokenize } from './lexer.ts'
import { ModuleText } from './module.ts'
import { Source } from './source.ts'
import { annotatedName } from './space.ts'

export interface Assembled {
  bytes: Uint8Array<ArrayBuffer>
  /** Where in the text the instruction at an offset in the bytes is, as `file:line:column`. */
  place(offset: number): string | undefined
}

/**
 * The module that a text is, as bytes (spec: Text Format / Modules). With `places` it is known where each instruction comes from.
 * @throws CompileError 'text'
 */
export function assembleText(text: string, file: string, { places = false } = {}): Assembled {
  return assembleSource(new Source(text, file), { places, isQuoted: false })
}

function assembleSource(source: Source, options: { places: boolean; isQuoted: boolean }): Assembled {
  const cursor = new Cursor(source, tokenize(source))
  const module = new ModuleText(cursor, options.places || cursor.tokens.annotations.size > 0)
  refuseOthers(cursor)
  const isWrapped = cursor.list('module')
  if (isWrapped) {
    const id = cursor.id()
    module.name = annotatedName(cursor) ?? id
    const isBinary = cursor.keyword('binary')
    if (isBinary || cursor.keyword('quote')) return literal(cursor, isBinary, options.isQuoted)
  }
  const bytes = module.assemble()
  if (isWrapped) cursor.close()
  end(cursor)
  const place = (offset: number): string | undefined => {
    const at = module.position(offset)
    return at === undefined ? undefined : source.place(at)
  }
  return { bytes, place }
}

/** `(module binary "…")`, and `quote` with text in the strings. */
function literal(cursor: Cursor, isBinary: boolean, isQuoted: boolean): Assembled {
  const start = cursor.at - 1
  const w = new ByteWriter()
  while (!cursor.isClosed) w.bytes(cursor.string())
  cursor.close()
  end(cursor)
  if (isBinary) return { bytes: w.cut(0), place: () => undefined }
  if (isQuoted) cursor.fail('a quoted module that is quoted again', start)
  const text = decodeText(w.view(), cursor.source.place(cursor.position(start)))
  try {
    return assembleSource(new Source(text, 'quoted text'), { places: false, isQuoted: true })
  } catch (cause) {
    if (!(cause instanceof CompileError)) throw cause
    throw cursor.source.mark(cause, cursor.position(start))
  }
}

function end(cursor: Cursor): void {
  if (cursor.kind === END) return
  refuseOthers(cursor)
  cursor.unexpected('the end of the text: a file holds one module')
}

const SCRIPT = /^(assert_\w+|register|invoke|get)$/

/** Refuses by name what is written in the same way and is no module. */
function refuseOthers(cursor: Cursor): void {
  const word = cursor.listWord
  if (word === 'component')
    cursor.fail(
      'a component in text format, which is not read here',
      cursor.at + 1,
      'translate it: wasm-tools parse, and give the .wasm',
    )
  if (SCRIPT.test(word))
    cursor.fail(`a script for tests (${word}), not a module`, cursor.at + 1, 'give the module alone')
  if (cursor.kind !== OPEN && cursor.kind !== END) cursor.unexpected('(module')
}

/** Bytes as text, without the byte order mark that some editors write. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const before = validPart(bytes)
    throw new CompileError('malformed UTF-8 encoding', {
      code: 'text',
      file: new Source(before, file).place(before.length),
      hint: 'save the file as UTF-8',
      cause,
    })
  }
}

/** What is before the first byte that is not UTF-8. */
function validPart(bytes: Uint8Array): string {
  let text = ''
  for (let low = 0, high = bytes.length; low < high;) {
    const end = Math.ceil((low + high) / 2)
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true })
      low = end
    } catch {
      high = end - 1
    }
  }
  return text
}
