import { element } from './dom.ts'
import type { RunEvent, RunRequest } from './messages.ts'

/** Shows what a program prints while it runs in a worker, which Stop can end at any time. */
export class Terminal {
  readonly node = element('pre', {
    class: 'terminal',
    role: 'log',
    'aria-label': 'Output of the program',
    tabindex: 0,
  })
  #worker: Worker | undefined

  /** Resolves when the program has ended, failed or was stopped. */
  async run(line: string, request: RunRequest): Promise<void> {
    this.stop()
    this.node.replaceChildren()
    this.#print('prompt', `$ ${line}\n`)
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    await new Promise<void>((resolve) => {
      this.#ended = resolve
      worker.addEventListener('message', ({ data }: MessageEvent<RunEvent>) => {
        if (this.#worker !== worker) return
        if (data.type === 'output') return this.#print(data.stream, data.text)
        if (data.type === 'exit') this.#print('status', status(data.code, data.milliseconds))
        if (data.type === 'failed') this.#print('err', `${data.message}\n`)
        this.stop()
      })
      worker.addEventListener('error', (event) => {
        this.#print('err', `${event.message || 'the worker failed'}\n`)
        this.stop()
      })
      worker.postMessage(request)
    })
  }

  /** Ends the program that runs, if one does. */
  stop(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#ended()
  }

  #ended: () => void = () => {}

  #print(kind: 'prompt' | 'out' | 'err' | 'status', text: string): void {
    const atEnd = this.node.scrollTop + this.node.clientHeight >= this.node.scrollHeight - 4
    this.node.append(element('span', { class: kind }, text))
    if (atEnd) this.node.scrollTop = this.node.scrollHeight
  }
}

function status(code: number, milliseconds: number): string {
  const time = milliseconds < 1 ? '< 1 ms' : `${Math.round(milliseconds)} ms`
  return `exit code ${code}, ${time} as WebAssembly in this page\n`
}
