/** Programs and sources of others that benchmarks measure with. They are fetched once, and are no part of this project. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tool, WORK } from './tools.ts'

/** npm packages, and what the registry says their archives are. */
const NPM = {
  '@esbuild/wasi-preview1@0.27.2':
    'sha512-AdYaq02NJnaXw6MlXmxB1z6Dkry+RYgoD2lIMlEJ5k/FTiYna/lHLcJ4qcMJNHUQ6lSn2f4jhsGjZbnL9kcQug==',
  '@esbuild/linux-x64@0.27.2':
    'sha512-uwp2Tip5aPmH+NRUwTcfLb+W32WXjpFejTIOWZFw/v7/KnpCDKG66u4DLcurQpiYTiYwQ9B7KOeMJvLCu/OvbA==',
  'better-sqlite3@12.11.1':
    'sha512-dq9AtApgg5PGFtBzPFSBl3HZQjHok5gaQCM6zh2Yk0aSmDCs1CbnVI8/HgASQkNKsWFpseIO9beg5xxpYhbIfA==',
} as const

const DIRECTORY = join(WORK, 'sources')

/** What a benchmark needs cannot be had here, and it is skipped. */
export class Unavailable extends Error {}

/** What `find` finds, or why it cannot. */
export function attempt<T>(find: () => T): T | Unavailable {
  try {
    return find()
  } catch (error) {
    if (error instanceof Unavailable) return error
    throw error
  }
}

/** The directory of a package's files. @throws Unavailable if it cannot be fetched or is another one */
export function npmPackage(name: keyof typeof NPM): string {
  return once(name.replaceAll(/\W+/g, '-'), (draft) => {
    tool('npm', ['pack', '--pack-destination', draft, name])
    const archive = join(draft, readdirSync(draft)[0])
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (integrity !== NPM[name]) throw new Error(`${name} is not what it was: ${integrity}`)
    tool('tar', ['-xzf', archive, '-C', draft, '--strip-components=1'])
    rmSync(archive)
  })
}

/**
 * The directory of a Debian source package, as its authors released it.
 * @throws Unavailable if apt does not find it
 */
export function debianSource(name: string): string {
  return once(name, (draft) => {
    const lists = join(DIRECTORY, 'apt/lists')
    mkdirSync(join(lists, 'partial'), { recursive: true })
    const sourceList = join(DIRECTORY, 'apt/sources.list')
    writeFileSync(sourceList, debianSourceLine())
    // Source packages are seldom configured; this configures them for these calls only.
    const options = {
      'Dir::Etc::sourcelist': sourceList,
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': lists,
    }
    const apt = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    tool('apt-get', [...apt, 'update'])
    tool('apt-get', [...apt, 'source', '--download-only', name], {}, draft)
    const archive = readdirSync(draft).find((file) => file.includes('.orig.tar'))
    tool('tar', ['-xf', join(draft, archive ?? ''), '-C', draft, '--strip-components=1'])
  })
}

/** Where the packages of this machine come from, there are their sources too. */
function debianSourceLine(): string {
  const policy = execFileSync('apt-cache', ['policy'], { encoding: 'utf8' })
  const [, mirror, release] = /^ *\d+ (https?:\S+) ([a-z]+)\/main \S+ Packages$/m.exec(policy) ?? []
  if (mirror === undefined) throw new Error('apt has no packages: apt-get update')
  return `deb-src ${mirror} ${release} main\n`
}

/** The directory `name`, which `fill` filled, now or earlier. */
function once(name: string, fill: (draft: string) => void): string {
  const directory = join(DIRECTORY, name)
  if (existsSync(directory)) return directory
  const draft = `${directory}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  try {
    fill(draft)
  } catch (cause) {
    throw new Unavailable(`needs ${name}, which cannot be fetched`, { cause })
  }
  renameSync(draft, directory)
  return directory
}
