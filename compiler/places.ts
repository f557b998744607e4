import type { CompileError } from './errors.ts'

/** Says where an offset in a module's bytes is in the text that it was made of: `file:line:column`. */
type Place = (offset: number) => string | undefined

const places = new WeakMap<Uint8Array, Place>()

/** Notes that a module was made of a text. */
export function rememberPlaces(bytes: Uint8Array, place: Place): void {
  places.set(bytes, place)
}

/** The same error with the file it is about; if that is a text, with the line and column of its offset. */
export function placed(error: CompileError, bytes: Uint8Array, file: string): CompileError {
  const place = places.get(bytes)
  if (place === undefined) return error.with({ file })
  const hint = error.code === 'invalid' ? 'correct the text' : error.hint
  return error.with({ file: (error.offset === undefined ? undefined : place(error.offset)) ?? file, hint })
}
