import { spawn, spawnSync, type ChildProcess } from 'node:child_process'

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

const running = new Set<ChildProcess>()
let exitHandlerInstalled = false

/**
 * Runs a program to its end, with its output captured and no input.
 *
 * When the signal aborts, the program and everything it started are killed and the promise rejects with the signal's
 * reason once they are gone, so that the caller can remove their files.
 * @throws the system's error (`code: 'ENOENT'` …) if the program cannot be started
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  options.signal?.throwIfAborted()
  killAllAtExit()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own: zig runs clang as a child, which must not outlive it.
      detached: process.platform !== 'win32',
    })
    running.add(child)
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    const abort = () => killTree(child)
    options.signal?.addEventListener('abort', abort, { once: true })
    const finish = () => {
      running.delete(child)
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

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    return
  }
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
    child.kill('SIGKILL')
  }
}

/** Groups of their own do not get the terminal's Ctrl-C: whoever ends this process ends them too. */
function killAllAtExit(): void {
  if (exitHandlerInstalled) return
  exitHandlerInstalled = true
  process.on('exit', () => running.forEach(killTree))
}
