import { isAbsolute } from 'node:path'
import { createExecutables } from '../../compiler/executable.ts'
import { selectTargets } from '../../compiler/target-selection.ts'
import { DEFAULT_TARGETS } from '../../compiler/targets.ts'
import { checkNpm, npmPackages, readPackageJson, writePackages, type NpmOptions, type NpmPackage } from '../ship/npm.ts'
import { lastValue } from './args.ts'
import { UsageError, type Arguments, type CommandDefinition } from './command.ts'
import { readLibraries, readInput } from './input.ts'
import {
  COMPILE_OPTIONS,
  GRANT_OPTIONS,
  MODULE_OPTIONS,
  SYSTEM_OPTIONS,
  compileOptions,
  embedOptions,
  grantOptions,
  limitOptions,
  systemOptions,
  targetNames,
} from './options.ts'
import { formatTable } from './output.ts'

export const npm: CommandDefinition = {
  usage: 'npm FILE.wasm [LIBRARY.wasm …] --name NAME --version VERSION [--out DIR] [options]',
  files: 1,
  moreFiles: true,
  options: {
    name: { value: 'NAME', description: 'The main package: hello or @you/hello; default: that of --package-json' },
    version: { value: 'VERSION', description: 'Of all packages; default: that of --package-json' },
    out: { short: 'o', value: 'DIR', description: 'Where the packages are written, a directory each; default: npm' },
    bin: { value: 'NAME', description: 'What users type; default: the package’s name without its scope' },
    'package-json': {
      value: 'FILE',
      description: 'Takes license, description, author, repository, homepage, bugs, keywords and funding from there',
    },
    readme: { value: 'FILE', description: 'The main package’s README.md' },
    license: { value: 'FILE', description: 'The LICENSE of all packages' },
    target: { short: 't', value: 'NAMES', multiple: true, description: 'Targets; default: all but linux-riscv64' },
    'dry-run': { description: 'Write nothing' },
    'publish-order': { description: 'Print the directories, in the order in which they are published' },
    json: { description: 'Print the packages as JSON, and nothing else, on standard output' },
    ...MODULE_OPTIONS,
    ...GRANT_OPTIONS,
    ...SYSTEM_OPTIONS,
    ...COMPILE_OPTIONS,
  },
  examples: [
    'wasm-exe npm hello.wasm --name @you/hello --version 1.2.3',
    'wasm-exe npm hello.wasm --name @you/hello --version 1.2.3 --publish-order | xargs -n 1 npm publish',
  ],
  async run(args, { output, signals }) {
    const packageJson = lastValue(args, 'package-json')
    const targets = selectTargets(args.options.has('target') ? targetNames(args) : DEFAULT_TARGETS)
    const options = npmOptions(args, packageJson === undefined ? {} : await readPackageJson(packageJson))
    // What is wrong is said before anything is built.
    checkNpm(
      options,
      targets.map(({ name }) => name),
    )
    const input = await readInput(args.positionals[0])
    const { executables } = await createExecutables(input.bytes, {
      ...compileOptions(args),
      ...systemOptions(args),
      ...limitOptions(args),
      grants: grantOptions(args, (text) => output.warn(text)),
      embed: embedOptions(args),
      file: input.file,
      name: input.name,
      modules: await readLibraries(args),
      targets: targets.map((target) => target.name),
      signal: signals.abort,
      onProgress: (progress) => output.progress(input.file, progress),
    })
    const packages = await npmPackages(options, executables)
    if (!args.options.has('dry-run')) await writePackages(packages)
    if (args.options.has('json')) output.json({ packages: packages.map(described) })
    else if (args.options.has('publish-order'))
      output.result(packages.map(({ directory }) => folder(directory)).join('\n'))
    else {
      output.result(
        formatTable(packages.map(({ name, version, directory }) => [`${name}@${version}`, folder(directory)])),
      )
      if (!args.options.has('dry-run'))
        output.note('publish them in this order, which --publish-order prints: npm publish DIR')
    }
    return 0
  },
}

function npmOptions(args: Arguments, known: { name?: unknown; version?: unknown }): NpmOptions {
  const [name, version] = ['name', 'version'].map((key) => lastValue(args, key) ?? known[key as keyof typeof known])
  if (name === undefined) throw new UsageError('npm needs the package’s name: --name @you/hello')
  if (version === undefined) throw new UsageError('npm needs a version: --version 1.2.3')
  const rest = {
    bin: lastValue(args, 'bin'),
    out: lastValue(args, 'out'),
    packageJson: lastValue(args, 'package-json'),
    readme: lastValue(args, 'readme'),
    license: lastValue(args, 'license'),
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { name: name as string, version: version as string, ...given }
}

/** npm takes a path without a dot for a repository of GitHub's. */
const folder = (directory: string): string =>
  isAbsolute(directory) ? directory : `./${directory.replaceAll('\\', '/')}`

function described({ name, version, directory, target, files }: NpmPackage): object {
  return { name, version, directory: folder(directory), target: target ?? null, files: files.map(({ path }) => path) }
}
