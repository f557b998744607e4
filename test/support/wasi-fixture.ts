import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCache } from './tools.ts'

/** What every program of the suite is granted; host paths are relative to the directory of {@link makeFixture}. */
export const suiteGrants = {
  dirs: { '/': 'root', '/ro': { host: 'ro', readOnly: true } },
  env: ['GREETING', 'ABSENT', 'FIXED=a value'],
}

const embedded = join(testCache, 'embedded-files')

/** What programs with an executable of their own are given. */
export const ownGrants = {
  none: {},
  own: { grants: suiteGrants },
  embed: { grants: suiteGrants, embed: { '/share': embedded } },
  args: { grants: { args: ['serve', 'two words'] } },
  'args-fixed': { grants: { args: { fixed: ['serve'], pass: false } } },
}
export type OwnGrants = keyof typeof ownGrants

/** Makes the directory that `embed` puts into executables. */
export function makeEmbedded(): void {
  for (const name of ['dir/deep', 'many', 'nothing']) mkdirSync(join(embedded, name), { recursive: true })
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(embedded, name), content)
  write('hello.txt', 'Hello from inside!\n')
  write('empty.txt', '')
  write('ümläut.txt', 'name\n')
  write('dir/deep/leaf.txt', 'leaf\n')
  write(
    'data.bin',
    Uint8Array.from({ length: 70_000 }, (_, index) => index % 251),
  )
  for (let i = 0; i < 300; i++) write(`many/${String(i).padStart(3, '0')}`, String(i).padStart(3, '0'))
}

/** The host's environment for the programs: one variable is granted, one is not. */
export const suiteEnvironment = { GREETING: 'hällo = welt', HIDDEN: 'not granted', ABSENT: undefined }

export interface Fixture {
  path: string
  remove(): void
}

/** A fresh directory: `root/` and `ro/` are granted, `secret.txt` beside them is not. */
export function makeFixture(options: { symlinks: boolean }): Fixture {
  const path = mkdtempSync(join(tmpdir(), 'wasi-suite-'))
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(path, name), content)
  for (const name of ['root', 'root/dir', 'root/dir/nested', 'root/empty', 'ro', 'ro/sub']) mkdirSync(join(path, name))
  write('secret.txt', 'secret\n')
  write('root/hello.txt', 'Hello, file!\n')
  write(
    'root/data.bin',
    Uint8Array.from({ length: 256 }, (_, index) => index),
  )
  write('root/dir/a.txt', 'a\n')
  write('root/dir/nested/deep.txt', 'deep\n')
  write('ro/note.txt', 'read only\n')
  write('ro/sub/inner.txt', 'inner\n')
  if (options.symlinks)
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(path, 'root', name))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

const links = {
  link: 'hello.txt',
  dirlink: 'dir',
  dangling: 'nowhere',
  loop: 'loop',
  escape: '../secret.txt',
  up: '..',
  absolute: '/etc/passwd',
}
