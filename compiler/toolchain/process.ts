import { spawn } from 'node:child_process'
import { guardGroup, killGroup } from './warden.ts'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/** How a process ended. A process that could not be started is an exception, not a result. */
export interface RunResult {
  /** null if it was killed by `signal`. */
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Compilers that fail can print a message per line of C; more than this is never read by anybody. */
const MAX_OUTPUT = 1 << 20

/**
 * Runs a program to its end, with its output captured and no input.
 *
 * When the signal aborts, the program and everything it started are killed and the promise rejects with the signal's
 * reason once they are gone, so that the caller can remove their files.
 * @throws the system's error (`code: 'ENOENT'` …) if the program cannot be started
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own: zig runs clang as a child, which must not outlive it.
      detached: process.platform !== 'win32',
    })
    const release = guardGroup(child)
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    const abort = () => killGroup(child)
    options.signal?.addEventListener('abort', abort, { once: true })
    const finish = () => {
      release()
      options.signal?.removeEventListener('abort', abort)
    }
    child.on('error', (error) => {
      finish()
      reject(error)
    })
    child.on('close', (code, signal) => {
      finish()
      if (options.signal?.aborted) reject(options.signal.reason)
      else resolve({ code, signal, stdout: stdout(), stderr: stderr() })
    })
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size < MAX_OUTPUT) chunks.push(chunk)
    size += chunk.length
  })
  return () => Buffer.concat(chunks).subarray(0, MAX_OUTPUT).toString('utf8')
}
