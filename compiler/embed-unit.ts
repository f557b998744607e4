import type { EmbeddedFiles } from './embed.ts'
import { embeddedNodes } from './embed-nodes.ts'
import type { Unit } from './unit.ts'

/** The tables of runtime/program.h for embedded files, as a unit. */
export function embedUnit(module: string, { roots }: EmbeddedFiles): Unit {
  const dataFile = 'embedded.bin'
  const { rows, parts, size } = embeddedNodes(roots)
  const code = [
    '#include "program.h"',
    '#include "ops/data.h"',
    '',
    `WASM_DATA(wasm_embedded_bytes, "${dataFile}", 0, ${size});`,
    '',
    'const struct wasm_embedded_node wasm_embedded_nodes[] = {',
    ...rows.map((row) => `    {${row.start}, ${row.size}, ${row.name}, ${row.directory}},`),
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
