/// <reference lib="webworker" />
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI, type Inode } from '@bjorn3/browser_wasi_shim'
import type { RunEvent, RunRequest } from './messages.ts'

const post = (event: RunEvent) => postMessage(event)

function output(stream: 'out' | 'err'): ConsoleStdout {
  const decoder = new TextDecoder()
  return new ConsoleStdout((bytes) => post({ type: 'output', stream, text: decoder.decode(bytes, { stream: true }) }))
}

const text = (content: string) => new File(new TextEncoder().encode(content))

/** What a granted directory holds here; in the executable it is a real one. */
function sampleFiles(): Map<string, Inode> {
  const recipes = new Map<string, Inode>([
    ['bread.txt', text('flour, water, salt, time\n')],
    ['soup.txt', text('onions, patience\n')],
  ])
  return new Map<string, Inode>([
    ['notes', new Directory(new Map<string, Inode>([['today.txt', text('water the plants\n')]]))],
    ['recipes', new Directory(recipes)],
    ['readme.txt', text('These files live in the page.\n')],
  ])
}

async function run({ wasm, args, input, dirs, env = [] }: RunRequest): Promise<void> {
  const streams = [new OpenFile(text(input)), output('out'), output('err')]
  const granted = dirs.map((path) => new PreopenDirectory(path, sampleFiles()))
  const variables = env.filter((word) => word.includes('='))
  const wasi = new WASI(args, variables, [...streams, ...granted], { debug: false })
  const imports = { wasi_snapshot_preview1: wasi.wasiImport }
  const { instance } =
    typeof wasm === 'string'
      ? await WebAssembly.instantiateStreaming(fetch(wasm), imports)
      : await WebAssembly.instantiate(wasm, imports)
  const started = performance.now()
  // A command module exports both; the type of exports is open.
  const code = wasi.start(instance as unknown as Parameters<WASI['start']>[0])
  post({ type: 'exit', code, milliseconds: performance.now() - started })
}

addEventListener('message', ({ data }: MessageEvent<RunRequest>) => {
  run(data).catch((error: unknown) => post({ type: 'failed', message: String(error) }))
})
