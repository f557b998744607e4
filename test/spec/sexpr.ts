/**
 * S-expressions of the WebAssembly text format. A script is held as one character per byte (latin1), so that offsets are
 * byte offsets and strings keep bytes that are no UTF-8.
 */
export interface List {
  kind: 'list'
  items: Node[]
  start: number
  end: number
  line: number
}
export interface Atom {
  kind: 'atom'
  text: string
  start: number
  end: number
  line: number
}
export interface Text {
  kind: 'string'
  bytes: Uint8Array
  start: number
  end: number
  line: number
}
export type Node = List | Atom | Text

const ESCAPES: Record<string, number> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 }

function stringBytes(body: string): Uint8Array {
  const bytes: number[] = []
  for (let at = 0; at < body.length; at++) {
    if (body[at] !== '\\') {
      bytes.push(body.charCodeAt(at))
    } else if (body[at + 1] in ESCAPES) {
      bytes.push(ESCAPES[body[++at]])
    } else if (body[at + 1] === 'u') {
      const close = body.indexOf('}', at)
      const point = Number.parseInt(body.slice(at + 3, close).replaceAll('_', ''), 16)
      bytes.push(...new TextEncoder().encode(String.fromCodePoint(point)))
      at = close
    } else {
      bytes.push(Number.parseInt(body.slice(at + 1, at + 3), 16))
      at += 2
    }
  }
  return Uint8Array.from(bytes)
}

/** Where the block comment that opens at `at` ends; they nest. */
function endOfComment(source: string, at: number): number {
  const edge = /\(;|;\)/g
  edge.lastIndex = at
  for (let depth = 0, match = edge.exec(source); match; match = edge.exec(source)) {
    depth += match[0] === '(;' ? 1 : -1
    if (depth === 0) return edge.lastIndex
  }
  throw new SyntaxError('unclosed block comment')
}

/** `(@name …)` may stand wherever white space may, and says nothing about the script. */
const isAnnotation = ({ items: [first] }: List): boolean => first?.kind === 'atom' && first.text.startsWith('@')

/** Reads all top-level nodes of a script. */
export function readNodes(source: string): Node[] {
  const top: Node[] = []
  const open: List[] = []
  const token = /\s+|;;[^\n\r]*|\(;|\(|\)|"(?:[^"\\]|\\.)*"|[^\s()";]+|;/gy
  let line = 1
  for (let match = token.exec(source); match; match = token.exec(source)) {
    const start = match.index
    let text = match[0]
    const into = open.length ? open[open.length - 1].items : top
    if (text === '(;') {
      token.lastIndex = endOfComment(source, start)
      text = source.slice(start, token.lastIndex)
    } else if (text === '(') {
      const list: List = { kind: 'list', items: [], start, end: start, line }
      into.push(list)
      open.push(list)
    } else if (text === ')') {
      const list = open.pop()
      if (!list) throw new SyntaxError(`line ${line}: unexpected ')'`)
      list.end = token.lastIndex
      if (isAnnotation(list)) (open.length ? open[open.length - 1].items : top).pop()
    } else if (text[0] === '"') {
      const end = token.lastIndex
      into.push({ kind: 'string', bytes: stringBytes(text.slice(1, -1)), start, end, line })
    } else if (!/^(\s|;;)/.test(text)) {
      into.push({ kind: 'atom', text, start, end: token.lastIndex, line })
    }
    for (const char of text) if (char === '\n') line++
    if (token.lastIndex === source.length) break
  }
  if (open.length) throw new SyntaxError(`line ${open[open.length - 1].line}: unclosed '('`)
  return top
}

/** The keyword a list starts with, '' for none. */
export function head(node: Node): string {
  return node.kind === 'list' && node.items[0]?.kind === 'atom' ? node.items[0].text : ''
}
