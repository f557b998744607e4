// What a command in JavaScript asks of the system: arguments, time, a file.
import { getArguments } from 'wasi:cli/environment@0.2.12'
import { getStdout } from 'wasi:cli/stdout@0.2.12'
import { now, subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.12'
import { getDirectories } from 'wasi:filesystem/preopens@0.2.12'

const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const text = (list) => String.fromCharCode(...list)
const WAIT = 5_000_000

export const run = {
  run() {
    const out = getStdout()
    const print = (line) => out.blockingWriteAndFlush(bytes(`${line}\n`))
    print(`arguments: ${JSON.stringify(getArguments().slice(1))}`)
    const before = Number(now())
    subscribeDuration(WAIT).block()
    print(`waited: ${Number(now()) - before >= WAIT}`)
    const [[directory, name]] = getDirectories()
    const file = directory.openAt({ symlinkFollow: true }, 'data.json', {}, { read: true })
    const { numbers } = JSON.parse(text(file.read(1000, 0)[0]))
    print(`${name}: ${numbers.map((number) => number ** 2).sort((a, b) => b - a)}`)
    try {
      directory.openAt({}, 'missing', {}, { read: true })
    } catch (error) {
      print(`missing: ${error.payload ?? error}`)
    }
    print(
      'wasm'
        .split('')
        .toReversed()
        .join('')
        .replaceAll('a', (letter) => letter.toUpperCase()),
    )
  },
}
