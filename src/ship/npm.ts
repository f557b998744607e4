/** npm packages of a program: one for each platform, and the main one, whose command runs what npm installed beside it. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findTarget, type TargetName } from '../../compiler/index.ts'
import { checkKeys } from '../../compiler/options.ts'
import { replaceDirectory, type DirectoryFile } from './directories.ts'
import { launcherCode } from './launcher.ts'
import { checkCommand, checkPackageName, checkVersion, optionError } from './names.ts'

export interface NpmOptions {
  /** The main package's name: 'hello' or '@you/hello'. Those of platforms have `-linux-x64` and so on behind it. */
  name: string
  /** Of all packages. */
  version: string
  /** What users type; default: the name without its scope. */
  bin?: string
  /** Where the packages are written, a directory each; default 'npm'. */
  out?: string
  /** A package.json whose description, license, author, repository, homepage, bugs, keywords and funding they get. */
  packageJson?: string
  /** A README for the main package; default: how to install and run it. */
  readme?: string
  /** A file with the licence, for all packages. */
  license?: string
}

const WORDS = ['name', 'version', 'bin', 'out', 'packageJson', 'readme', 'license'] as const

/** An executable that was built. */
export interface ShippedFile {
  target: TargetName
  path: string
}

export interface NpmPackage {
  name: string
  version: string
  /** Absolute or, where `out` is, relative. */
  directory: string
  /** Absent in the main package. */
  target?: TargetName
  files: DirectoryFile[]
}

/** The fields that are the same in all packages. */
const SHARED = ['license', 'author', 'repository', 'homepage', 'bugs', 'funding'] as const

/** @throws CompileError */
export function checkNpm(
  options: NpmOptions,
  targets: readonly string[] = [],
): Required<Pick<NpmOptions, 'bin' | 'out'>> {
  if (typeof options !== 'object' || options === null)
    throw optionError('npm is no object', "write npm: { name: '@you/hello', version: '1.2.3' }")
  checkKeys('npm', options, WORDS)
  const longest = targets.reduce((most, { length }) => Math.max(most, length), 0)
  const name = checkPackageName(options.name, '-'.padEnd(longest + 1, 'x'))
  checkVersion(options.version)
  for (const key of ['out', 'packageJson', 'readme', 'license'] as const) {
    const value = options[key]
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.includes('\0')))
      throw optionError(`npm.${key} is no path`)
  }
  const bin = checkCommand(options.bin ?? name.slice(name.indexOf('/') + 1))
  return { bin, out: options.out ?? 'npm' }
}

/**
 * The packages in the order in which they are published: the main one is installed as soon as it is there, so it is last.
 * @param base what relative paths start from. @throws CompileError
 */
export async function npmPackages(
  options: NpmOptions,
  executables: readonly ShippedFile[],
  base = '.',
): Promise<NpmPackage[]> {
  const { bin, out } = checkNpm(
    options,
    executables.map(({ target }) => target),
  )
  const { name, version } = options
  const { packageJson } = options
  const given = packageJson === undefined ? {} : await readPackageJson(packageJson, base)
  const license = options.license === undefined ? undefined : await read('license', options.license, base)
  const shared = Object.fromEntries(SHARED.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]])))
  shared.license ??= license === undefined ? 'UNLICENSED' : 'SEE LICENSE IN LICENSE'
  const access = name.startsWith('@') ? { publishConfig: { access: 'public' } } : {}
  const licenseFile: DirectoryFile[] = license === undefined ? [] : [{ path: 'LICENSE', source: { contents: license } }]
  const directory = (suffix: string): string => join(out, name.slice(name.indexOf('/') + 1) + suffix)

  const platforms = executables.map(({ target, path }): NpmPackage => {
    const { platform: os, halves, ext } = findTarget(target)!
    const cpus = (halves ?? [target]).map((each) => findTarget(each)!.arch)
    const file = bin + ext
    const own = `${name}-${target}`
    const manifest = {
      name: own,
      version,
      description: `${bin} for ${target}: ${name} installs it`,
      ...shared,
      os: [os],
      cpu: cpus,
      files: [file],
      preferUnplugged: true,
      ...access,
    }
    const readme = `# ${own}\n\nThe executable of [${name}](https://www.npmjs.com/package/${name}) for ${target}, which installs it.\n`
    return {
      name: own,
      version,
      directory: directory(`-${target}`),
      target,
      files: [
        json(manifest),
        { path: 'README.md', source: { contents: readme } },
        ...licenseFile,
        { path: file, source: { from: path }, executable: true },
      ],
    }
  })
  const script = `bin/${bin}.cjs`
  const manifest = {
    name,
    version,
    description: given.description ?? `The command ${bin}`,
    ...(given.keywords !== undefined && { keywords: given.keywords }),
    ...shared,
    bin: { [bin]: script },
    files: ['bin'],
    engines: { node: '>=18' },
    optionalDependencies: Object.fromEntries(platforms.map((each) => [each.name, version])),
    ...access,
  }
  const readme =
    options.readme === undefined ? readmeOf(name, bin, executables) : await read('readme', options.readme, base)
  const main: NpmPackage = {
    name,
    version,
    directory: directory(''),
    files: [
      json(manifest),
      { path: 'README.md', source: { contents: readme } },
      ...licenseFile,
      { path: script, source: { contents: launcherCode(bin, launched(name, bin, executables)) }, executable: true },
    ],
  }
  return [...platforms, main]
}

/** Writes the packages, each complete or not at all, in the place of what was written before. @throws CompileError */
export async function writePackages(packages: readonly NpmPackage[], base = '.'): Promise<void> {
  for (const { name, directory, files } of packages) {
    await replaceDirectory(resolve(base, directory), files, async (readOld) =>
      isPackage(await readOld('package.json').catch(() => ''), name),
    )
  }
}

function isPackage(manifest: string, name: string): boolean {
  try {
    return (JSON.parse(manifest) as { name?: unknown } | null)?.name === name
  } catch {
    return false
  }
}

const json = (manifest: object): DirectoryFile => ({
  path: 'package.json',
  source: { contents: `${JSON.stringify(manifest, null, 2)}\n` },
})

/** By what Node calls the platform: which files of which packages run there, best first. */
function launched(name: string, bin: string, executables: readonly ShippedFile[]): Record<string, string[]> {
  const files: Record<string, string[]> = {}
  for (const { target } of executables) {
    const { halves = [target], ext } = findTarget(target)!
    for (const each of halves) (files[each] ??= []).push(`${name}-${target}/${bin}${ext}`)
  }
  // A file of its own before one that is for several.
  for (const [each, paths] of Object.entries(files))
    paths.sort((a, b) => Number(b.startsWith(`${name}-${each}/`)) - Number(a.startsWith(`${name}-${each}/`)))
  return files
}

function readmeOf(name: string, bin: string, executables: readonly ShippedFile[]): string {
  const platforms = executables.map(({ target }) => `\`${target}\``).join(', ')
  return `# ${name}

\`\`\`sh
npm install --global ${name}
${bin}
\`\`\`

or, without installing it, \`npx ${name}\`.

It is a native executable for ${platforms}: npm installs that of your machine, no install script runs, and nothing else is
downloaded.
`
}

/** @throws CompileError */
export async function readPackageJson(path: string, base = '.'): Promise<Record<string, unknown>> {
  const text = (await read('packageJson', path, base)).toString('utf8')
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // What it is instead does not matter.
  }
  throw optionError(`npm.packageJson: ${path} is no JSON object`)
}

async function read(option: string, path: string, base: string): Promise<Buffer> {
  try {
    return await readFile(resolve(base, path))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw optionError(`npm.${option}: ${path} cannot be read: ${reason}`, 'check the path')
  }
}
