import { rememberPlaces } from './places.ts'
import { assembleText, decodeText } from './text/assemble.ts'

/**
 * Translates a module in text format (.wat) to the binary format, names included. Bytes must be UTF-8.
 * @throws CompileError 'text' with file, line and column of a mistake; 'unsupported' for proposals that are not compiled
 */
export async function assemble(
  text: string | Uint8Array,
  { file = 'module.wat' }: { file?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const source = typeof text === 'string' ? text : decodeText(text, file)
  const { bytes } = assembleText(source, file)
  rememberPlaces(bytes, (offset) => assembleText(source, file, { places: true }).place(offset))
  return bytes
}
