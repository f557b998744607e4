/** What is typed at a console of Windows: wine shows a program one where it is started in a terminal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createExecutable } from '../../compiler/index.ts'
import { assemble } from '../../compiler/wat.ts'
import { which } from '../support/tools.ts'
import { prepareWine, wineCommand, wineEnvironment } from '../support/wine.ts'
import { temporaryDirectory } from './program.ts'

const dir = temporaryDirectory('console')
const wine = wineCommand()
const missing = wine === undefined ? 'wine' : which('script') === undefined ? 'script' : undefined

/** Reads `size` bytes at a time until a line ends, and ends with their number. */
const reader = (size: number): Promise<Uint8Array> =>
  assemble(`(module
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 8) "\\40\\00\\00\\00\\${size.toString(16).padStart(2, '0')}\\00\\00\\00")
    (func (export "_start") (local $all i32) (local $last i32)
      (loop $more
        (drop (call $fd_read (i32.const 0) (i32.const 8) (i32.const 1) (i32.const 16)))
        (local.set $all (i32.add (local.get $all) (i32.load (i32.const 16))))
        (local.set $last (i32.load8_u (i32.add (i32.const 63) (i32.load (i32.const 16)))))
        (br_if $more (i32.ne (local.get $last) (i32.const 10))))
      (call $proc_exit (local.get $all))))`)

test.skipIf(missing !== undefined).each([1, 3, 64])(
  `a line ends with a line feed alone, read by %i${missing === undefined ? '' : ` (skipped: needs ${missing})`}`,
  async (size) => {
    await prepareWine()
    const { path } = await createExecutable(await reader(size), { target: 'win32-x64', cacheDir: join(dir, 'cache') })
    const terminal = spawn('script', ['-qec', `${wine!.join(' ')} ${path}`, '/dev/null'], {
      env: { ...process.env, ...wineEnvironment, TERM: 'xterm' },
    })
    let said = ''
    // Wine drops what is typed before its console is asked, and nothing says when that is.
    let typed = 0
    const typing = setInterval(() => terminal.stdin.write('line\r', () => typed++), 500)
    for await (const data of terminal.stdout) said += String(data)
    clearInterval(typing)
    const [code] = (terminal.exitCode === null ? await once(terminal, 'exit') : [terminal.exitCode]) as [number]
    // Four characters and a line feed; a slow machine reads several such lines at once.
    expect(
      Array.from({ length: Math.min(typed, 4) }, (_, lines) => 5 * (lines + 1)),
      said,
    ).toContain(code)
  },
)
