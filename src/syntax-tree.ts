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
export function* nodesOf(tree: unknown, parent?: Node): Generator<{ node: Node; parent: Node | undefined }> {
  if (Array.isArray(tree)) for (const value of tree) yield* nodesOf(value, parent)
  if (!isNode(tree)) return
  yield { node: tree, parent }
  for (const value of Object.values(tree)) if (typeof value === 'object') yield* nodesOf(value, tree)
}

/** The value of a string without expressions, in whichever quotes. */
export function constantString(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateLiteral') return undefined
  const [quasi, ...more] = node.quasis as { value: { cooked: string } }[]
  return more.length === 0 ? quasi.value.cooked : undefined
}
