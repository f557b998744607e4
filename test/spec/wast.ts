/** The commands of a `.wast` script (the reference interpreter's README, "Scripts"). */
import { head, type List, type Node, readNodes } from './sexpr.ts'

/** A module as the script gives it. Text is UTF-8 decoded. */
export type Source = { kind: 'text' | 'quote'; text: string } | { kind: 'binary'; bytes: Uint8Array }

export interface Action {
  kind: 'invoke' | 'get'
  /** `$name` of a module; the latest one if absent. */
  module?: string
  field: string
  args: Node[]
}

export type Command = { line: number } & (
  | { kind: 'module' | 'component'; name?: string; definition: boolean; source: Source }
  | { kind: 'instance'; name?: string; of?: string }
  | { kind: 'register'; as: string; name?: string }
  | { kind: 'action'; action: Action }
  | { kind: 'assert_return'; action: Action; expected: Node[] }
  | { kind: 'assert_trap' | 'assert_exhaustion' | 'assert_exception'; action: Action; message: string }
  | {
      kind: 'assert_trap_module' | 'assert_invalid' | 'assert_malformed' | 'assert_unlinkable'
      source: Source
      message: string
    }
  | { kind: 'unknown'; text: string }
)

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')

/** wasm-tools refuses look-alike letters; as escaped bytes in a string they pass. */
const escapeStrings = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, (string) =>
    string.replace(/[\x80-\xff]/g, (char) => `\\${char.charCodeAt(0).toString(16)}`),
  )

const isName = (node: Node | undefined): boolean => node?.kind === 'atom' && node.text.startsWith('$')

/** The `$name` at `index`, if one is there. */
const nameAt = (list: List, index: number): string | undefined => {
  const node = list.items[index]
  return node?.kind === 'atom' && isName(node) ? node.text : undefined
}

const stringAt = (list: List, index: number): string => {
  const node = list.items[index]
  return node?.kind === 'string' ? Buffer.from(node.bytes).toString('utf8') : ''
}

/** `(module definition? $name? binary|quote|fields…)`, or `component` in its place */
function moduleSource(list: List, script: string): { name?: string; definition: boolean; source: Source } {
  let at = 1
  const word = (text: string): boolean => {
    const node = list.items[at]
    const found = node?.kind === 'atom' && node.text === text
    if (found) at++
    return found
  }
  const definition = word('definition')
  const name = nameAt(list, at)
  if (name) at++
  const strings = (): Buffer =>
    Buffer.concat(list.items.slice(at).map((node) => (node.kind === 'string' ? node.bytes : Buffer.of())))
  if (word('binary')) return { name, definition, source: { kind: 'binary', bytes: strings() } }
  if (word('quote')) {
    const quoted = strings().toString('utf8')
    const text = head(list) === 'component' ? `(component ${quoted}\n)` : quoted
    return { name, definition, source: { kind: 'quote', text } }
  }
  const text = utf8(escapeStrings(script.slice(list.start, list.end))).replace(
    /^\((module|component)\s+definition\b/,
    '($1',
  )
  return { name, definition, source: { kind: 'text', text } }
}

function actionOf(node: Node): Action {
  const list = node as List
  const module = nameAt(list, 1)
  const at = module ? 2 : 1
  return { kind: head(list) as Action['kind'], module, field: stringAt(list, at), args: list.items.slice(at + 1) }
}

const MODULE_FIELDS = new Set('type import func table memory global export start elem data tag rec'.split(' '))

/** What scripts define and assert about. */
const DEFINITIONS = new Set(['module', 'component'])

function commandOf(list: List, script: string): Command {
  const line = list.line
  const kind = head(list)
  const inner = list.items[1]
  switch (kind) {
    case 'module':
    case 'component':
      if (inner?.kind === 'atom' && inner.text === 'instance') {
        return { line, kind: 'instance', name: nameAt(list, 2), of: nameAt(list, 3) }
      }
      return { line, kind, ...moduleSource(list, script) }
    case 'register':
      return { line, kind, as: stringAt(list, 1), name: nameAt(list, 2) }
    case 'invoke':
    case 'get':
      return { line, kind: 'action', action: actionOf(list) }
    case 'assert_return':
      return { line, kind, action: actionOf(inner), expected: list.items.slice(2) }
    case 'assert_trap':
    case 'assert_exhaustion':
    case 'assert_exception': {
      const message = stringAt(list, 2)
      if (!DEFINITIONS.has(head(inner))) return { line, kind, action: actionOf(inner), message }
      return { line, kind: 'assert_trap_module', source: moduleSource(inner as List, script).source, message }
    }
    case 'assert_invalid':
    case 'assert_malformed':
    case 'assert_unlinkable':
      return { line, kind, source: moduleSource(inner as List, script).source, message: stringAt(list, 2) }
    default:
      return { line, kind: 'unknown', text: script.slice(list.start, Math.min(list.end, list.start + 80)) }
  }
}

/** Reads a script (its bytes as latin1). A script of bare module fields is one module. */
export function readScript(script: string): Command[] {
  const nodes = readNodes(script)
  if (nodes.length && MODULE_FIELDS.has(head(nodes[0]))) {
    return [
      { line: 1, kind: 'module', definition: false, source: { kind: 'text', text: `(module ${utf8(script)}\n)` } },
    ]
  }
  return nodes.filter((node) => node.kind === 'list').map((node) => commandOf(node, script))
}
