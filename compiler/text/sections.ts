/** The sections in their order, with the id of each. */
export const SECTIONS = {
  type: 1,
  import: 2,
  func: 3,
  table: 4,
  memory: 5,
  tag: 13,
  global: 6,
  export: 7,
  start: 8,
  elem: 9,
  datacount: 12,
  code: 10,
  data: 11,
} as const
export type SectionWord = keyof typeof SECTIONS
export const SECTION_WORDS = Object.keys(SECTIONS) as SectionWord[]
