/** wasm-opt in a process that stays, see optimizer.mjs. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('optimizer.mjs', import.meta.url))
const TIMEOUT = 60_000

/** Runs the wasm-opt of that path, one call after the other. @throws Error with its words */
export function optimizer(path: string): (args: string[]) => Promise<void> {
  let child: ChildProcess | undefined
  let words = ''
  let last: Promise<void> = Promise.resolve()

  function start(): ChildProcess {
    const started = fork(script, [path], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
    started.stderr!.on('data', (text) => (words += text))
    started.on('exit', () => {
      if (child === started) child = undefined
    })
    return started
  }

  /** Keeps this process from ending only while it is waited for. */
  function hold(of: ChildProcess, held: boolean): void {
    const what = held ? 'ref' : 'unref'
    of[what]()
    of.channel?.[what]()
    const stderr = of.stderr as unknown as { ref(): void; unref(): void }
    stderr[what]()
  }

  async function run(args: string[]): Promise<void> {
    const running = (child ??= start())
    words = ''
    hold(running, true)
    const failure = await new Promise<string>((resolve) => {
      const late = setTimeout(() => running.kill('SIGKILL'), TIMEOUT)
      const end = (text: string): void => {
        clearTimeout(late)
        running.removeAllListeners('message').off('exit', ended)
        resolve(text)
      }
      const ended = (code: number | null, signal: string | null): void => end(`ended with ${signal ?? code}`)
      running.once('message', (text) => end(text as string)).once('exit', ended)
      running.send(args)
    })
    hold(running, false)
    if (failure !== '') throw new Error(`wasm-opt ${args.join(' ')}: ${failure}\n${words.trim()}`)
  }

  return (args) => {
    const result = last.then(() => run(args))
    last = result.catch(() => undefined)
    return result
  }
}
