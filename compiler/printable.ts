/**
 * Characters that a terminal acts upon, that hide or reorder what stands beside them, ends of lines among them, or that
 * look like nothing or a space: every kind of \p{C} and \p{Z}, what fonts are to leave out, and the empty Braille cell.
 */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu
const UNPRINTABLE_IN_TEXT = /(?![ \n\t])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`

/** A name or path that somebody else chose, as one line that shows all of it: what cannot be seen is escaped. */
export const printable = (name: string): string => name.replace(UNPRINTABLE, escaped)

/** The same for a text of several lines. */
export const printableText = (text: string): string => text.replace(UNPRINTABLE_IN_TEXT, escaped)

/** JSON that a terminal may be shown: `JSON.stringify` leaves all but the first 32 characters as they are. */
export function printableJson(value: unknown): string {
  const bigintAsNumber = (_: string, field: unknown) => (typeof field === 'bigint' ? Number(field) : field)
  const units = (character: string) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
  return JSON.stringify(value, bigintAsNumber).replace(UNPRINTABLE, (character) => units(character).join(''))
}
