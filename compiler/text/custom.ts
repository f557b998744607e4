import { ByteWriter } from './bytes.ts'
import { Cursor } from './cursor.ts'
import { SECTION_WORDS, type SectionWord } from './sections.ts'

/** A custom section and where it stands among the others. */
export interface CustomSection {
  name: string
  place: 'before' | 'after'
  section: SectionWord | 'first' | 'last'
  bytes: Uint8Array
}

/** What `(@custom "name" (after code) "…")` says, wherever in the text; without a place a section is behind all others. */
export function customSections({ source, tokens }: Cursor): CustomSection[] {
  return [...tokens.annotations.values()]
    .flat()
    .filter(({ name }) => name === 'custom')
    .map((annotation) => customSection(new Cursor(source, annotation.tokens)))
}

function customSection(cursor: Cursor): CustomSection {
  cursor.at = 1
  const name = cursor.name('the name of a custom section')
  const { place, section } = cursor.isString || cursor.isClosed ? LAST : placeOf(cursor)
  const w = new ByteWriter()
  while (!cursor.isClosed) w.bytes(cursor.string())
  return { name, place, section, bytes: w.view() }
}

const LAST = { place: 'after', section: 'last' } as const

function placeOf(cursor: Cursor): Pick<CustomSection, 'place' | 'section'> {
  const place = cursor.list('before') ? 'before' : cursor.list('after') ? 'after' : undefined
  if (place === undefined) cursor.unexpected('(before or (after')
  const word = cursor.word
  const end = place === 'before' ? 'first' : 'last'
  if (word !== end && !(SECTION_WORDS as string[]).includes(word)) cursor.unexpected(`${end} or a section's name`)
  cursor.at++
  cursor.close()
  return { place, section: word as CustomSection['section'] }
}
