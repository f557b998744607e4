/** A node of an ESTree syntax tree, as bundlers' parsers give it. */
export interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** All nodes of a tree, each before what it holds, with the node that holds it. */
export function* nodesOf(tree: object): Generator<{ node: Node; parent: Node | undefined }> {
  // Trees of generated code may be deeper than the stack.
  const left: { value: unknown; parent: Node | undefined }[] = [{ value: tree, parent: undefined }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, parent } = next
    const node = isNode(value) ? value : undefined
    if (node !== undefined) yield { node, parent }
    const held: unknown[] = Array.isArray(value) ? value : Object.values(node ?? {})
    for (let i = held.length - 1; i >= 0; i--) {
      if (typeof held[i] === 'object') left.push({ value: held[i], parent: node ?? parent })
    }
  }
}

/** The value of a string without expressions, in whichever quotes. */
export function constantString(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateLiteral') return undefined
  const [quasi, ...more] = node.quasis as { value: { cooked: string } }[]
  return more.length === 0 ? quasi.value.cooked : undefined
}
