import MagicString from 'magic-string'
import { isRequest, MAY_ASK, withForm, type Form } from './request.ts'
import { constantString, isNode, nodesOf, type Node } from './syntax-tree.ts'

/** `new URL('./x.wasm?target=host&exe', import.meta.url)` somewhere in code. */
export interface UrlUse {
  /** The string's value. */
  specifier: string
  /** Where the string stands, its quotes included. */
  start: number
  end: number
}

/**
 * Code that has this may have a use of ours; everything else is not parsed. Whoever wrote the code, looking takes time in
 * proportion to it.
 */
export const MAY_USE_URL = MAY_ASK

/** Finds uses in a syntax tree, so that comments and strings cannot be mistaken for one. Only constant strings count. */
export function findUrls(tree: object): UrlUse[] {
  return [...nodesOf(tree)].map(({ node }) => urlUse(node)).filter((use) => use !== undefined)
}

function urlUse(node: Node): UrlUse | undefined {
  if (node.type !== 'NewExpression' || !isNode(node.callee) || node.callee.name !== 'URL') return undefined
  const [first, second] = node.arguments as unknown[]
  if (!isNode(first) || !isImportMetaUrl(second)) return undefined
  const specifier = constantString(first)
  if (specifier === undefined || !isRequest(specifier)) return undefined
  return { specifier, start: first.start, end: first.end }
}

function isImportMetaUrl(node: unknown): boolean {
  return (
    isNode(node) &&
    node.type === 'MemberExpression' &&
    isNode(node.object) &&
    node.object.type === 'MetaProperty' &&
    isNode(node.property) &&
    node.property.name === 'url' &&
    node.computed !== true
  )
}

/**
 * Imports the programs that `new URL(…)` names and puts the imported URL in the string's place. The imports come last: before
 * them, lines keep their numbers, and directives (`'use client'`) are what code begins with.
 */
export function rewriteUrls(code: string, uses: readonly UrlUse[], form: Exclude<Form, 'program'>): MagicString {
  const rewritten = new MagicString(code)
  const names = new Map<string, string>()
  for (const { specifier, start, end } of uses) {
    const id = withForm(relativeSpecifier(specifier), form)
    const name = names.get(id) ?? `__wasm_exe_${names.size}__`
    names.set(id, name)
    rewritten.overwrite(start, end, name)
  }
  const imports = [...names].map(([id, name]) => `import ${name} from ${JSON.stringify(id)};`)
  return rewritten.append(`\n${imports.join('')}\n`)
}

/** What is relative to a URL without saying so would be a package to an import. */
export function relativeSpecifier(specifier: string): string {
  return /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier) ? specifier : `./${specifier}`
}
