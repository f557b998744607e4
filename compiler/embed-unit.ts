import type { EmbeddedFiles, EmbeddedNode } from './embed.ts'
import type { Unit } from './unit.ts'

/** The tables of runtime/program.h for embedded files, as a unit. The roots come first, in their order. */
export function embedUnit(module: string, { roots }: EmbeddedFiles): Unit {
  const dataFile = 'embedded.bin'
  const order: EmbeddedNode[] = roots.map(({ node }) => node)
  // Children are appended together, so that a directory's stand one after the other.
  const firsts = new Map<EmbeddedNode, number>()
  for (let i = 0; i < order.length; i++) {
    firsts.set(order[i], order.length)
    order.push(...order[i].children)
  }
  const parts: Uint8Array[] = []
  let size = 0
  const add = (bytes: Uint8Array): number => {
    const start = size
    parts.push(bytes)
    size += bytes.length
    return start
  }
  const rows = order.map((node) => {
    const name = add(Buffer.from(`${node.name}\0`))
    if (node.bytes === undefined) return `{${firsts.get(node)}, ${node.children.length}, ${name}, true},`
    return `{${add(node.bytes)}, ${node.bytes.length}, ${name}, false},`
  })
  const code = [
    '#include "program.h"',
    '#include "ops/data.h"',
    '',
    `WASM_DATA(wasm_embedded_bytes, "${dataFile}", 0, ${size});`,
    '',
    'const struct wasm_embedded_node wasm_embedded_nodes[] = {',
    ...rows.map((row) => `    ${row}`),
    '};',
    '',
  ].join('\n')
  return {
    kind: 'config',
    module,
    name: `${module}.embedded`,
    code,
    data: [{ name: dataFile, bytes: Buffer.concat(parts) }],
    contents: 'the embedded files',
    weight: 1000,
  }
}
