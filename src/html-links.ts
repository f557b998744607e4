/** An attribute of a start tag. */
export interface Attribute {
  tag: string
  name: string
  value: string
  /** From the name's beginning to the end of the value, with its quotes. */
  start: number
  end: number
}

const PART = /<(?:(!--)|(\/?)([a-z][^\t\n\f\r />]*)|[!?/])/gi
/** Elements whose text may look like tags. */
const RAW = new Set(['script', 'style', 'textarea', 'title'])
const BETWEEN = /[\t\n\f\r /]*/y
const NAME = /=?[^\t\n\f\r />=]*/y
const EQUALS = /[\t\n\f\r ]*=[\t\n\f\r ]*/y
const UNQUOTED = /[^\t\n\f\r >]*/y

/**
 * The attributes in a page, by the states of the HTML standard's tokenizer (13.2.5): nothing is looked at twice, whoever filled
 * the page, and what has no end reaches to the page's.
 */
export function* attributesOf(html: string): Generator<Attribute> {
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(html)
    if (found !== null) at = pattern.lastIndex
    return found?.[0]
  }
  /** Goes behind a text; false where it does not come any more. */
  const pass = (text: string, from = at): boolean => {
    const found = html.indexOf(text, from)
    at = found + text.length
    return found >= 0
  }
  for (;;) {
    PART.lastIndex = at
    const part = PART.exec(html)
    if (part === null) return
    at = PART.lastIndex
    const [, comment, slash, tag] = part
    if (tag === undefined) {
      // The comment `<!-->` is one, too.
      if (!(comment === undefined ? pass('>') : pass('-->', at - 2))) return
      continue
    }
    /** By name: of two of one name the first counts. */
    const attributes = new Map<string, Attribute>()
    for (;;) {
      match(BETWEEN)
      if (html[at] === '>') break
      const start = at
      const name = match(NAME)!
      if (name === '') return
      const quote = match(EQUALS) === undefined ? undefined : html[at]
      let value = ''
      if (quote === '"' || quote === "'") {
        const from = at + 1
        if (!pass(quote, from)) return
        value = html.slice(from, at - 1)
      } else if (quote !== undefined) value = match(UNQUOTED)!
      const known = attributes.get(name.toLowerCase())
      attributes.set(name.toLowerCase(), known ?? { tag, name, value, start, end: at })
    }
    at++
    if (slash !== '') continue
    if (!RAW.has(tag.toLowerCase())) {
      yield* attributes.values()
      continue
    }
    const end = new RegExp(`</${tag}(?=[\\t\\n\\f\\r />])`, 'gi')
    end.lastIndex = at
    const found = end.exec(html)
    if (found === null) return
    at = found.index
  }
}
