import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zig } from '../support/tools.ts'

/** The folder of words.c, which debuggers are to find by the path that the module tells. */
export const sources = import.meta.dirname

/** words.c as a module with DWARF of a version. */
export async function words(dir: string, dwarf: 4 | 5, optimize: string): Promise<Uint8Array> {
  const file = join(dir, `words-${dwarf}${optimize}.wasm`)
  const target = ['-target', 'wasm32-wasi', '-nostdlib', '-Wl,--no-entry', '-Wl,--export=_start']
  await zig(['cc', ...target, `-gdwarf-${dwarf}`, optimize, '-fno-sanitize=undefined', 'words.c', '-o', file], sources)
  return readFileSync(file)
}

/** The number of the line of words.c that contains a text, the first is 1. */
export const lineOf = (text: string): number =>
  readFileSync(join(sources, 'words.c'), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1
