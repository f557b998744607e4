import { isComponent, takesNoModules } from '../../compiler/component/preamble.ts'
import { printable } from '../../compiler/printable.ts'
import type { CommandDefinition } from './command.ts'
import { isExecutable, readExecutableInfo } from '../executable-info.ts'
import { executableText } from './executable-text.ts'
import { readLibraries, readInput } from './input.ts'
import { reportModule, type ModuleReport } from './module-report.ts'
import { MODULE_OPTIONS } from './options.ts'
import { formatBytes, section } from './output.ts'

export const inspect: CommandDefinition = {
  usage: 'inspect FILE [LIBRARY.wasm …] [--json]',
  files: 1,
  moreFiles: true,
  options: { ...MODULE_OPTIONS, json: { description: 'Print everything as JSON' } },
  examples: [
    'wasm-exe inspect hello.wasm',
    'wasm-exe inspect hello.wasm --json | jq .imports',
    'wasm-exe inspect ./hello',
  ],
  async run(args, { output }) {
    const input = await readInput(args.positionals[0])
    if (isExecutable(input.bytes)) {
      const info = readExecutableInfo(input.file, input.bytes)
      if (args.options.has('json')) output.json(info)
      else output.result(executableText(input.file, input.bytes.length, info))
      return 0
    }
    const libraries = await readLibraries(args)
    if (isComponent(input.bytes)) {
      if (libraries.length > 0) throw takesNoModules(input.file)
      const [{ reportComponent }, { componentText }] = await Promise.all([
        import('./component-report.ts'),
        import('./component-text.ts'),
      ])
      const report = await reportComponent(input)
      if (args.options.has('json')) output.json(report)
      else output.result(componentText(report))
      return 0
    }
    const report = reportModule(input, libraries)
    if (args.options.has('json')) output.json(report)
    else output.result(text(report))
    return 0
  },
}

function text(report: ModuleReport): string {
  const { file, bytes, integrity, functions, imports, exports, features, memories, tables } = report
  const sections = [
    `${printable(file)}: ${formatBytes(bytes)}, ${integrity}`,
    section(
      'imports',
      imports.map(({ module, name, kind, type, status }) => [status, `${module}.${name}`, kind, type]),
    ),
    section(
      'exports',
      exports.map(({ name, kind, type }) => [name, kind, type]),
    ),
    section(
      'memory',
      memories.map(({ min, max, imported }) => {
        return [
          `${min} pages (${formatBytes(Number(min) * 65536)})`,
          max === null ? '' : `at most ${max}`,
          mark(imported),
        ]
      }),
    ),
    section(
      'tables',
      tables.map(({ type, min, max, imported }) => {
        return [type, `${min} elements`, max === null ? '' : `at most ${max}`, mark(imported)]
      }),
    ),
    section(
      'features beyond WebAssembly 1.0',
      features.map(({ name, supported, first, offset }) => {
        return [name, supported ? 'supported' : 'not supported yet', `first: ${first} at 0x${offset.toString(16)}`]
      }),
    ),
    section('sizes', sizes(report)),
    section(
      `functions: ${functions.defined} defined, ${functions.imported} imported; the largest`,
      functions.largest.map(({ index, name, bytes }) => [`func[${index}]`, name ? `$${name}` : '', formatBytes(bytes)]),
    ),
    verdict(report),
  ]
  return sections.filter(Boolean).join('\n\n')
}

const mark = (imported: boolean) => (imported ? 'imported' : '')

function sizes({ functions, data, customs }: ModuleReport): string[][] {
  return [
    ['function bodies', formatBytes(functions.bytes)],
    ['data', formatBytes(data)],
    ...customs.map(({ name, bytes }) => [`custom section "${name}"`, formatBytes(bytes)]),
  ]
}

/** What becomes of the module, in one line. */
function verdict({ imports, exports, features }: ModuleReport): string {
  const missing = imports.filter(({ status }) => status === 'not WASI')
  const unsupported = features.filter(({ supported }) => !supported)
  if (unsupported.length > 0) return `It cannot be compiled yet: ${unsupported.map(({ name }) => name).join(', ')}.`
  if (missing.length > 0) {
    const names = missing.map(({ module, name }) => printable(`${module}.${name}`)).join(', ')
    return `A C program that defines ${names} can link it (wasm-exe object).`
  }
  if (exports.some(({ name, kind }) => name === '_start' && kind === 'func')) return 'It is a program: wasm-exe build.'
  return 'It has no _start: a C program can link it (wasm-exe object).'
}
