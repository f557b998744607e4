import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { testCache, which } from './tools.ts'

const run = promisify(execFile)
const wineserver = which('wineserver') ?? '/usr/lib/wine/wineserver'
const prefix = join(testCache, 'wine')

export const wineEnvironment = { WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=' }

/**
 * Wine's client complains of its own socket when a process ends while others of its threads ask the server: who complains and of
 * what are two writes, which those of threads come between.
 */
export function withoutWinesWords(stderr: string): string {
  return stderr.replaceAll(/^(?:wine client error:|sendmsg: ).*(\r?\n|$)/gm, '')
}

/** The 64-bit wine binary: calling it directly saves Debian's shell script. */
function winePath(): string | undefined {
  return ['/usr/lib/wine/wine64', which('wine64'), which('wine')].find((file) => file !== undefined && existsSync(file))
}

let wine: string[] | undefined

/**
 * The command before a program of Windows, or undefined without Wine. At random addresses the heap of Wine's loader lies
 * where Windows has a page of its own in one of 1,900 processes, which then end with 1 and without a word.
 */
export function wineCommand(): string[] | undefined {
  const path = winePath()
  if (path === undefined) return undefined
  wine ??= spawnSync('setarch', ['-R', 'true']).status === 0 ? ['setarch', '-R', path] : [path]
  return wine
}

let ready: Promise<void> | undefined

/**
 * Makes the prefix once (about 10 s) and keeps a wineserver until 60 s after its last client: with it a program starts
 * in 30 ms, without in 2 s.
 */
export function prepareWine(): Promise<void> {
  ready ??= prepare()
  return ready
}

async function prepare(): Promise<void> {
  const [command, ...args] = wineCommand()!
  const env = { ...process.env, ...wineEnvironment }
  await mkdir(testCache, { recursive: true })
  const lock = `${prefix}.lock`
  if (!existsSync(join(prefix, 'made')))
    try {
      await mkdir(lock)
      await rm(prefix, { recursive: true, force: true })
      await mkdir(prefix)
      await run(command, [...args, 'wineboot', '--init'], { env, timeout: 300_000 })
      await run(wineserver, ['-w'], { env, timeout: 300_000 })
      await mkdir(join(prefix, 'made'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      for (let waited = 0; !existsSync(join(prefix, 'made')) && waited < 300; waited++)
        await new Promise((resolve) => setTimeout(resolve, 1000))
    } finally {
      await rename(lock, `${lock}.done`).catch(() => {})
      await rm(`${lock}.done`, { recursive: true, force: true })
    }
  spawn(wineserver, ['-p60'], { env, stdio: 'ignore', detached: true }).unref()
  // The first program starts Wine's services, which would keep the pipes of a test open for as long as the server lives.
  await new Promise<void>((resolve) => {
    spawn(command, [...args, 'wineboot'], { env, stdio: 'ignore' }).on('close', () => resolve())
  })
}
