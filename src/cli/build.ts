import { dirname, join } from 'node:path'
import { copyExecutable } from '../../compiler/disk.ts'
import { createExecutables, DEFAULT_TARGETS, selectTargets, type Executable } from '../../compiler/index.ts'
import { checkTemplate } from '../file-name.ts'
import { TAURI_DIRECTORY, TAURI_NAME } from '../ship/tauri.ts'
import { lastValue } from './args.ts'
import type { Arguments, CommandDefinition } from './command.ts'
import { destinations, namedDestination } from './destination.ts'
import { readLibraries, readInput } from './input.ts'
import {
  COMPILE_OPTIONS,
  GRANT_OPTIONS,
  MODULE_OPTIONS,
  SYSTEM_OPTIONS,
  compileOptions,
  embedOptions,
  grantOptions,
  systemOptions,
  targetNames,
} from './options.ts'
import { formatBytes, formatTable } from './output.ts'
import { Timings } from './timings.ts'

export const build: CommandDefinition = {
  usage: 'build FILE.wasm [LIBRARY.wasm …] [-o FILE | -o DIR/] [--target NAMES] [options]',
  files: 1,
  moreFiles: true,
  options: {
    output: { short: 'o', value: 'PATH', description: 'The file, or a directory for NAME-TARGET files' },
    target: {
      short: 't',
      value: 'NAMES',
      multiple: true,
      description: 'Targets, separated by commas, or host or all; default: host',
    },
    'file-name': {
      value: 'TEMPLATE',
      description: 'Names in the directory of -o, of [name] [target] [triple] [hash] [ext]: [name]-[triple][ext]',
    },
    tauri: {
      description: 'Lay executables where Tauri’s externalBin looks: src-tauri/binaries, or the directory of -o',
    },
    ...MODULE_OPTIONS,
    ...GRANT_OPTIONS,
    ...SYSTEM_OPTIONS,
    ...COMPILE_OPTIONS,
    timings: { description: 'Show where the time went, and write a trace for ui.perfetto.dev beside the executable' },
    json: { description: 'Print the result as JSON, and nothing else, on standard output' },
  },
  examples: [
    'wasm-exe build hello.wasm -o hello',
    'wasm-exe build hello.wasm -o dist/ --target linux-x64,win32-x64',
    'wasm-exe build app.wasm math.wasm -o app',
    'wasm-exe build hello.wasm --tauri',
    'wasm-exe build cat.wasm --target all -o dist/ --dir /=. --env LANG',
  ],
  async run(args, { output, signals }) {
    const forTauri = args.options.has('tauri')
    const byDefault = forTauri ? [...DEFAULT_TARGETS, 'darwin-universal'] : ['host']
    const targets = selectTargets(args.options.has('target') ? targetNames(args) : byDefault)
    const template = templateOf(args)
    const options = {
      ...compileOptions(args),
      ...systemOptions(args),
      grants: grantOptions(args),
      embed: embedOptions(args),
    }
    if (options.optimize === 0) output.note('optimize 0 is another spelling of 1')
    const input = await readInput(args.positionals[0])
    const modules = await readLibraries(args)
    const out = lastValue(args, 'output') ?? (forTauri ? TAURI_DIRECTORY : undefined)
    const files =
      template === undefined ? destinations(input, targets, out, (target) => target.ext) : new Map<string, string>()
    const timings = args.options.has('timings') ? new Timings() : undefined
    const { executables } = await createExecutables(input.bytes, {
      ...options,
      file: input.file,
      name: input.name,
      modules,
      targets: targets.map((target) => target.name),
      outFile: (target) => files.get(target),
      signal: signals.abort,
      onProgress: (progress) => {
        timings?.add(progress)
        output.progress(input.file, progress)
      },
    })
    if (template !== undefined) {
      for (const executable of executables)
        files.set(executable.target, namedDestination(template, input, executable, out))
      for (const { target, path } of executables) await copyExecutable(path, files.get(target)!)
    }
    if (timings !== undefined) {
      const trace = join(dirname(files.values().next().value!), `${input.name}.timings.json`)
      await timings.writeTrace(trace)
      output.note(`${timings.table()}\n${trace}: open it at https://ui.perfetto.dev`)
    }
    const rows = executables.map((executable) => ({ ...executable, file: files.get(executable.target) as string }))
    if (args.options.has('json')) output.json(json(rows))
    else output.result(table(rows))
    return 0
  },
}

function templateOf(args: Arguments): string | undefined {
  const typed = lastValue(args, 'file-name')
  if (typed !== undefined) return checkTemplate(typed)
  return args.options.has('tauri') ? TAURI_NAME : undefined
}

type Row = Executable & { file: string }

function json(rows: readonly Row[]): object {
  const executables = rows.map(({ target, file, size, integrity }) => ({ target, file, bytes: size, integrity }))
  return { executables }
}

function table(rows: readonly Row[]): string {
  return formatTable(
    rows.map(({ target, file, size, milliseconds, cached }) => [
      file,
      target,
      formatBytes(size),
      cached ? 'cached' : `${Math.round(milliseconds)} ms`,
    ]),
    [2, 3],
  )
}
