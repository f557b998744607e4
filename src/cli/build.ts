import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { copyExecutable, writeFileWhole } from '../../compiler/disk.ts'
import { createExecutables, type Build, type Executable } from '../../compiler/executable.ts'
import { selectTargets } from '../../compiler/target-selection.ts'
import { DEFAULT_TARGETS } from '../../compiler/targets.ts'
import { checkTemplate, TAURI_DIRECTORY, TAURI_NAME } from '../file-name.ts'
import type { ArchiveExtras, Listed } from '../ship/archive.ts'
import { lastValue } from './args.ts'
import { UsageError, type Arguments, type CommandDefinition } from './command.ts'
import { checkOutput, destinations, namedDestination } from './destination.ts'
import { limitGarbage } from './heap.ts'
import { readLibraries, readInput, type Input } from './input.ts'
import {
  COMPILE_OPTIONS,
  GRANT_OPTIONS,
  MODULE_OPTIONS,
  PROFILE_OPTIONS,
  SYSTEM_OPTIONS,
  compileOptions,
  embedOptions,
  grantOptions,
  limitOptions,
  profileOptions,
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
    sbom: { value: 'FILE', description: 'Write a bill of materials, by npm’s @cyclonedx/cyclonedx-library' },
    archive: { description: 'Write .zip for Windows, else .tar.gz, and SHA256SUMS, into the directory of -o' },
    readme: { value: 'FILE', description: 'README.md of the archives' },
    license: { value: 'FILE', description: 'LICENSE of the archives' },
    ...MODULE_OPTIONS,
    ...GRANT_OPTIONS,
    ...SYSTEM_OPTIONS,
    ...COMPILE_OPTIONS,
    ...PROFILE_OPTIONS,
    timings: { description: 'Show where the time went, and write a trace for ui.perfetto.dev beside the executable' },
    json: { description: 'Print the result as JSON, and nothing else, on standard output' },
  },
  examples: [
    'wasm-exe build hello.wasm -o hello',
    'wasm-exe build hello.wasm -o dist/ --target linux-x64,win32-x64',
    'wasm-exe build app.wasm math.wasm -o app',
    'wasm-exe build hello.wasm --tauri',
    'wasm-exe build hello.wasm --archive -o downloads/ -t all --readme README.md --license LICENSE',
    'wasm-exe build cat.wasm --target all -o dist/ --dir /=. --env LANG',
  ],
  async run(args, { output, signals }) {
    const forTauri = args.options.has('tauri')
    const byDefault = forTauri ? [...DEFAULT_TARGETS, 'darwin-universal'] : ['host']
    const targets = selectTargets(args.options.has('target') ? targetNames(args) : byDefault)
    const asArchives = args.options.has('archive')
    const template = templateOf(args) ?? (asArchives ? '[name]-[target][ext]' : undefined)
    const extras = await extrasOf(args, asArchives)
    const options = {
      ...compileOptions(args),
      ...systemOptions(args),
      ...(await profileOptions(args)),
      ...limitOptions(args),
      grants: grantOptions(args, (text) => output.warn(text)),
      embed: embedOptions(args),
    }
    if (options.optimize === 0) output.note('optimize 0 is another spelling of 1')
    const input = await readInput(args.positionals[0])
    limitGarbage(input.bytes)
    const modules = await readLibraries(args)
    const out = lastValue(args, 'output') ?? (forTauri ? TAURI_DIRECTORY : undefined)
    const files =
      template === undefined ? destinations(input, targets, out, (target) => target.ext) : new Map<string, string>()
    const read = [input, ...modules].map(({ file }) => file)
    const sbom = lastValue(args, 'sbom')
    for (const file of files.values()) checkOutput(file, read)
    if (sbom !== undefined) checkOutput(sbom, read, '--sbom')
    const timings = args.options.has('timings') ? new Timings() : undefined
    const { executables, libraries } = await createExecutables(input.bytes, {
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
      for (const executable of executables) {
        const ext = asArchives ? (await loadArchives()).archiveFormat(executable.target) : undefined
        const file = namedDestination(template, input, { ...executable, ext }, out)
        checkOutput(file, read)
        files.set(executable.target, file)
      }
      if (!asArchives) for (const { target, path } of executables) await copyExecutable(path, files.get(target)!)
    }
    if (timings !== undefined) {
      const trace = join(dirname(files.values().next().value!), `${input.name}.timings.json`)
      await timings.writeTrace(trace)
      output.note(`${timings.table()}\n${trace}: open it at https://ui.perfetto.dev`)
    }
    const made = executables.map((executable) => ({ ...executable, file: files.get(executable.target) as string }))
    const rows = asArchives ? await archives(input.name, made, extras, out) : made
    if (sbom !== undefined) await writeFileWhole(sbom, await billOf(sbom, input, libraries, rows))
    if (args.options.has('json')) output.json(json(rows))
    else output.result(table(rows))
    return 0
  },
}

/** What few builds ask for is loaded for those. */
const loadArchives = () => import('../ship/archive.ts')

async function billOf(
  sbom: string,
  input: Input,
  libraries: Build['libraries'],
  rows: readonly Row[],
): Promise<string> {
  const { createSbom } = await import('../ship/sbom.ts')
  const { bytes, file, name } = input
  const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`
  const executables = rows.map((row) => ({ ...row, path: relative(dirname(sbom), row.file).replaceAll('\\', '/') }))
  return createSbom([{ name, source: basename(file), wasm: { bytes, integrity }, libraries, executables }])
}

async function extrasOf(args: Arguments, asArchives: boolean): Promise<ArchiveExtras> {
  const [readme, license] = ['readme', 'license'].map((name) => lastValue(args, name))
  if (!asArchives && (readme ?? license) !== undefined)
    throw new UsageError('--readme and --license are for archives: add --archive')
  return asArchives ? (await loadArchives()).readExtras({ readme, license }) : {}
}

/** Writes the archives of executables, and their checksums. */
async function archives(name: string, rows: readonly Row[], extras: ArchiveExtras, out = '.'): Promise<Row[]> {
  const { makeArchive, writeChecksums } = await loadArchives()
  const listed: Listed[] = []
  const made: Row[] = []
  for (const row of rows) {
    const bytes = await makeArchive(name, row.target, await readFile(row.path), extras)
    await writeFileWhole(row.file, bytes)
    listed.push({ path: relative(out, row.file).replaceAll('\\', '/'), bytes })
    const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`
    made.push({ ...row, size: bytes.length, integrity })
  }
  await writeChecksums(out, listed)
  return made
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
