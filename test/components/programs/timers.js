// What StarlingMonkey brings along: timers, and a fetch that has no net.
import { getArguments } from 'wasi:cli/environment@0.2.12'
import { getStdout } from 'wasi:cli/stdout@0.2.12'

const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const after = (time) => new Promise((resolve) => setTimeout(resolve, time))

export const run = {
  async run() {
    const out = getStdout()
    const print = (line) => out.blockingWriteAndFlush(bytes(`${line}\n`))
    const before = performance.now()
    const order = []
    await Promise.all([20, 10, 0].map((time) => after(time).then(() => order.push(time))))
    print(`order: ${order.join()}`)
    print(`waited: ${performance.now() - before >= 20}`)
    if (getArguments().includes('fetch')) print(await fetch('http://127.0.0.1/'))
  },
}
