import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildOnce, hashOf } from './build-once.ts'
import { root, zig } from './tools.ts'

const folder = join(root, 'test/loaders')

const loaders = { macho: /^(macho|darwin-.*|support|threads)\.c$/, pe: /^(pe|windows-.*|support|threads)\.c$/ }
const flags = [
  '-ffreestanding',
  '-fno-builtin',
  '-nostdlib',
  '-static',
  '-O1',
  '-g0',
  '-Wall',
  '-Wextra',
  '-fno-stack-protector',
  '-fno-sanitize=undefined',
  '-fno-strict-aliasing',
  '-s',
]
// x18 belongs to macOS and to Windows, so no code of the loader may touch it.
const machines = { x86_64: [], aarch64: ['-mcpu=generic+reserve_x18'] }

/** Builds a loader of `test/loaders` (0.5 s, then cached) and answers its path. */
export async function loader(format: keyof typeof loaders, machine: keyof typeof machines): Promise<string> {
  const all = readdirSync(folder).filter((name) => /\.[ch]$/.test(name))
  const key = await hashOf(
    all.map((name) => join(folder, name)),
    machine,
    format,
    ...machines[machine],
    ...flags,
  )
  return buildOnce(`loader-${key}`, `${format}-${machine}`, async (draft) => {
    const sources = all.filter((name) => loaders[format].test(name)).map((name) => join(folder, name))
    const output = join(draft, `${format}-${machine}`)
    await zig(['cc', '-target', `${machine}-linux-none`, ...flags, ...machines[machine], ...sources, '-o', output])
  })
}
