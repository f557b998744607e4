import { spawn } from 'node:child_process'
import { loader } from './loaders.ts'
import { which } from './tools.ts'
import { prepareWine, wineCommand, wineEnvironment, withoutWinesWords } from './wine.ts'

export interface RunOptions {
  /** Bytes for standard input; empty when left out. */
  stdin?: string | Uint8Array
  /** Instead: nothing until standard output holds the first text, then the second. */
  reply?: [after: string, text: string]
  cwd?: string
  /** Added to the test's own environment; undefined takes a name out. */
  env?: Record<string, string | undefined>
  /** Milliseconds until the process is killed and the promise rejected; 60 s when left out. */
  timeout?: number
}

export interface RunResult {
  /** Decoded as UTF-8. */
  stdout: string
  stderr: string
  stdoutBytes: Buffer
  /** The exit code; 128 + n when a signal n ended the process. */
  code: number
}

/** How an executable of a target starts on this machine. */
interface Way {
  /** What is missing, or undefined. */
  missing(): string | undefined
  /** The command that goes before the executable. */
  command(): Promise<string[]>
  env?: Record<string, string>
  /** Takes out what the way itself wrote to standard error. */
  errors?(stderr: string): string
}

const host = `${process.platform}-${process.arch}`
const onLinux = process.platform === 'linux'

function needs(...programs: string[]): string | undefined {
  if (!onLinux) return 'Linux'
  const absent = programs.filter((name) => which(name) === undefined)
  return absent.length > 0 ? `${absent.join(' and ')} on the PATH` : undefined
}

const ways: Record<string, Way> = {
  'linux-x64': { missing: () => (host === 'linux-x64' ? undefined : 'Linux on x64'), command: async () => [] },
  'linux-arm64': { missing: () => needs('qemu-aarch64'), command: async () => ['qemu-aarch64'] },
  'linux-riscv64': { missing: () => needs('qemu-riscv64'), command: async () => ['qemu-riscv64'] },
  'darwin-x64': {
    missing: () => (host === 'linux-x64' ? undefined : 'Linux on x64'),
    command: async () => [await loader('macho', 'x86_64')],
  },
  'darwin-arm64': {
    missing: () => needs('qemu-aarch64'),
    command: async () => ['qemu-aarch64', await loader('macho', 'aarch64')],
  },
  'win32-x64': {
    missing: () => (onLinux && wineCommand() !== undefined ? undefined : 'wine'),
    command: async () => {
      await prepareWine()
      return wineCommand()!
    },
    env: wineEnvironment,
    errors: withoutWinesWords,
  },
  'win32-arm64': {
    missing: () => needs('qemu-aarch64'),
    command: async () => ['qemu-aarch64', await loader('pe', 'aarch64')],
  },
}

/** All targets, in the order of `compiler/targets.ts`. */
export const allTargets = Object.keys(ways)

/** Why executables of this target cannot run here (`'qemu-aarch64 on the PATH'`), or undefined when they can. */
export function canRun(target: string): string | undefined {
  if (target === host) return undefined
  const way = ways[target]
  return way === undefined ? `a way to run ${target}` : way.missing()
}

/** What starts an executable of any target: itself, or qemu, wine or a loader of `test/loaders`. */
export async function startCommand(
  target: string,
  file: string,
): Promise<{ command: string[]; env: NodeJS.ProcessEnv }> {
  const missing = canRun(target)
  if (missing !== undefined) throw new Error(`${file} (${target}) cannot run here: needs ${missing}`)
  const way = target === host ? undefined : ways[target]
  const command = [...((await way?.command()) ?? []), file]
  return { command, env: { ...process.env, ...way?.env } }
}

/** Runs an executable of any target to its end. */
export async function runExecutable(
  target: string,
  file: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const { command, env } = await startCommand(target, file)
  const [first, ...rest] = command
  const result = await collect(first, [...rest, ...args], { ...options, env: { ...env, ...options.env } })
  const { errors } = target === host ? {} : ways[target]
  return errors === undefined ? result : { ...result, stderr: errors(result.stderr) }
}

/** Spawns a command and waits for its end. */
export function collect(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  const { stdin = '', reply, cwd, env, timeout = 60_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'pipe' })
    const out: Buffer[] = []
    const err: Buffer[] = []
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(
        new Error(`${command} ${args.join(' ')} did not end within ${timeout} ms; it wrote:\n${join(out)}${join(err)}`),
      )
    }, timeout)
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk)
      if (reply !== undefined && join(out).includes(reply[0])) child.stdin.end(reply[1])
    })
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const stdoutBytes = Buffer.concat(out)
      resolve({
        stdout: stdoutBytes.toString(),
        stderr: join(err),
        stdoutBytes,
        code: code ?? 128 + signalNumber(signal),
      })
    })
    // A program need not read its input; EPIPE is then no error of the test.
    child.stdin.on('error', () => {})
    if (reply === undefined) child.stdin.end(stdin)
  })
}

function join(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString()
}

const signalNumbers: Record<string, number> = {
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signalNumbers[signal ?? ''] ?? 0
}
