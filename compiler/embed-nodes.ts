import type { EmbeddedFiles, EmbeddedNode } from './embed.ts'

/** A row of runtime/program.h's table of embedded files and directories. */
export interface EmbeddedRow {
  /** Of a file: where its bytes begin; of a directory: its first row. */
  start: number
  /** Bytes, or rows. */
  size: number
  /** Where its name begins. */
  name: number
  directory: boolean
}

/** The tables of embedded files: rows, and the bytes of names and files. The roots come first, in their order. */
export function embeddedNodes(roots: EmbeddedFiles['roots']): {
  rows: EmbeddedRow[]
  parts: Uint8Array[]
  size: number
} {
  const order: EmbeddedNode[] = roots.map(({ node }) => node)
  // Children are appended together, so that a directory's stand one after the other.
  const firsts = new Map<EmbeddedNode, number>()
  for (let i = 0; i < order.length; i++) {
    firsts.set(order[i], order.length)
    for (const child of order[i].children) order.push(child)
  }
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let size = 0
  const add = (bytes: Uint8Array): number => {
    const start = size
    parts.push(bytes)
    size += bytes.length
    return start
  }
  const rows = order.map((node) => {
    const name = add(encoder.encode(`${node.name}\0`))
    return node.bytes === undefined
      ? { start: firsts.get(node)!, size: node.children.length, name, directory: true }
      : { start: add(node.bytes), size: node.bytes.length, name, directory: false }
  })
  return { rows, parts, size }
}
