import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { guardDirectory } from './toolchain/warden.ts'

/** When a process began, in ticks since the system did; '' where only Linux would tell. */
function startOf(pid: number): string {
  try {
    // The second field is the program's name in brackets, and may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return ''
  }
}

/** Process ids mean something on one machine, until it is started again, and in one container. */
function machine(): string {
  const read = (tell: () => string): string => {
    try {
      return tell()
    } catch {
      return ''
    }
  }
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'))
  const container = read(() => readlinkSync('/proc/self/ns/pid'))
  return createHash('sha256').update([hostname(), boot, container].join('\0')).digest('hex').slice(0, 16)
}

const MACHINE = machine()
/** Of all that this copy of the module makes: pid, start, machine, and a number, as threads share the rest. */
const OWNER = `${process.pid}-${startOf(process.pid)}-${MACHINE}-${randomBytes(6).toString('hex')}`
const NAME = /^(?<pid>\d+)-(?<start>\d*)-(?<machine>[\da-f]{16})-/

/** Whether the process that made a file or directory of this name is certainly gone. */
export function isAbandoned(name: string): boolean {
  const owner = NAME.exec(name)?.groups
  if (owner === undefined || owner.machine !== MACHINE) return false
  const pid = Number(owner.pid)
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  // Another process has the number now.
  return owner.start !== '' && startOf(pid) !== '' && startOf(pid) !== owner.start
}

/**
 * A directory of temporary files and directories, each of them named after the process that made it. Directories are
 * removed when it ends, however that happens; what was left behind nevertheless goes when another process makes some.
 */
export class Scratch {
  readonly #dir: string
  readonly #live = new Map<string, () => void>()
  #prepared: Promise<void> | undefined

  constructor(dir: string) {
    this.#dir = dir
  }

  /** A path for a temporary file. */
  async file(): Promise<string> {
    await (this.#prepared ??= this.#prepare())
    return this.#name()
  }

  /** A new directory. */
  async directory(): Promise<string> {
    await this.#prepare()
    const path = this.#name()
    await mkdir(path)
    this.#live.set(path, guardDirectory(path))
    return path
  }

  /** Removes a file or directory, if it is there. Never fails. */
  async remove(path: string): Promise<void> {
    // Windows keeps the files of a killed process open for a moment.
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(() => {})
    this.#live.get(path)?.()
    this.#live.delete(path)
  }

  /** Removes what has not been changed for some time, whoever made it. Never fails. */
  async removeOlder(milliseconds: number): Promise<void> {
    for (const name of await this.#list()) {
      const path = join(this.#dir, name)
      const age = await lstat(path).then(
        (info) => Date.now() - info.mtimeMs,
        () => 0,
      )
      if (age > milliseconds && !this.#live.has(path)) await this.remove(path)
    }
  }

  #name(): string {
    return join(this.#dir, `${OWNER}-${randomBytes(6).toString('hex')}`)
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#dir, { recursive: true }).catch(async () => {
      // It is ours alone, whatever stands there.
      await rm(this.#dir, { force: true })
      await mkdir(this.#dir, { recursive: true })
    })
    const abandoned = (await this.#list()).filter(isAbandoned)
    await Promise.all(abandoned.map((name) => this.remove(join(this.#dir, name))))
  }

  #list(): Promise<string[]> {
    return readdir(this.#dir).catch(() => [])
  }
}
