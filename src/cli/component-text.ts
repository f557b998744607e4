import { printable } from '../../compiler/printable.ts'
import type { ComponentReport } from './component-report.ts'
import { formatBytes, section } from './output.ts'

/** What `wasm-exe inspect` says about a component. */
export function componentText({ file, bytes, integrity, imports, exports, modules, problem }: ComponentReport): string {
  const sections = [
    `${printable(file)}: a component, ${formatBytes(bytes)}, ${integrity}`,
    section('imports', world(imports)),
    section('exports', world(exports)),
    section(
      'core modules',
      modules.map(({ bytes: size, functions, imported, data, features }) => [
        formatBytes(size),
        `${functions} functions, ${imported} imported`,
        `${formatBytes(data)} of data`,
        features.join(', '),
      ]),
    ),
    problem === null ? 'It is a program: wasm-exe build.' : `It cannot be built: ${problem}`,
  ]
  return sections.filter(Boolean).join('\n\n')
}

const world = (items: ComponentReport['imports']): string[][] =>
  items.flatMap(({ name, kind, type, functions, resources }) => [
    [printable(name), kind === 'instance' ? 'interface' : kind, printable(type ?? '')],
    ...resources.map((resource) => [`  ${printable(resource)}`, 'resource', '']),
    ...functions.map((func) => [
      `  ${printable(func.name)}`,
      func.implemented === false ? 'not implemented' : '',
      printable(func.type),
    ]),
  ])
