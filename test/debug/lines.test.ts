/** Lines of the source, from a module's DWARF to the generated C. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generate } from '../../compiler/c/index.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { SourceLines } from '../../compiler/wasm/dwarf-lines.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { assemble } from '../../compiler/wat.ts'
import { zig } from '../support/tools.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { lineOf, words } from './words.ts'

const dir = temporaryDirectory('lines')

function linesOf(module: Module, name: string): Set<string> {
  const source = new SourceLines(module)
  const { instructions } = decodeBody(
    module,
    module.funcs.find((func) => func.name === name)!,
  )
  const found = new Set<string>()
  for (const { offset } of instructions) {
    const { file, line } = source.at(offset) ?? {}
    found.add(`${file?.split('/').at(-1)}:${line}`)
  }
  return found
}

test.each([
  [4, '-O0'],
  [4, '-O2'],
  [5, '-O0'],
  [5, '-O2'],
] as const)('the instructions of a function are on its lines, DWARF %i at %s', async (dwarf, optimize) => {
  const module = decode(await words(dir, dwarf, optimize), { name: 'words', file: 'words.wasm' })
  const first = lineOf('static int count')
  const last = lineOf('return found')
  const lines = linesOf(module, 'count')
  expect(lines).toContain(`words.c:${lineOf('*text == wanted')}`)
  for (const place of lines) {
    const [file, line] = place.split(':')
    expect(file).toBe('words.c')
    expect(Number(line)).toBeGreaterThanOrEqual(first)
    expect(Number(line)).toBeLessThanOrEqual(last)
  }
})

test.each(['-O0', '-O2'] as const)('lines below 1 and beyond what C can say are left out, at %s', async (optimize) => {
  const file = join(dir, `odd${optimize}.c`)
  const body = (name: string) => `int ${name}(int a, int b) { a += b * 3;\na ^= b;\nreturn a; }`
  // 4294967176 is -120.
  const places = ['4294967176', '0', '4294967290', '2147483647', '7']
  await writeFile(file, places.map((line, i) => `#line ${line}\n${body(`f${i}`)}`).join('\n'))
  const wasm = join(dir, 'odd.wasm')
  const flags = [
    '-nostdlib',
    '-Wl,--no-entry',
    ...places.map((_, i) => `-Wl,--export=f${i}`),
    '-gdwarf-4',
    '-w',
    '-fno-sanitize=undefined',
    optimize,
  ]
  await zig(['cc', '-target', 'wasm32-wasi', ...flags, file, '-o', wasm], dir)
  const module = decode(await readFile(wasm), { name: 'odd', file: 'odd.wasm' })
  const lines = generate(module, { file: 'odd.wasm', debug: true }).chunks.flatMap(({ code }) =>
    [...code.matchAll(/^#line (.*) "/gm)].map((match) => Number(match[1])),
  )
  expect(lines).toEqual(expect.arrayContaining([7]))
  for (const line of lines) expect(Number.isInteger(line) && line > 0 && line < 2 ** 31).toBe(true)
})

test('what cannot be read of it is left out', async () => {
  const bytes = await words(dir, 5, '-O2')
  const { customs } = decode(bytes, { name: 'words', file: 'words.wasm' })
  for (const { start, end } of customs.filter(({ name }) => name.startsWith('.debug_'))) {
    for (let at = start; at < end; at++) {
      for (const byte of [0x00, 0x7f, 0xff]) {
        const damaged = Uint8Array.from(bytes)
        damaged[at] = byte
        const module = decode(damaged, { name: 'words', file: 'words.wasm' })
        expect(() => new SourceLines(module).at(module.codeAt! + 10)).not.toThrow()
      }
    }
  }
})

test('a module without DWARF has the offsets of its instructions for lines', async () => {
  const bytes = await assemble('(module (func (export "f") (result i32) (i32.const 7)))')
  const module = decode(bytes, { name: 'seven', file: 'seven.wasm' })
  const { start, end } = module.funcs[0].body!
  const first = start + 1
  const { chunks } = generate(module, { file: 'seven.wasm', debug: true })
  expect(chunks[0].code).toContain(`#line ${end - 1} "seven.wasm"\n    return 7u;`)
  expect(chunks[0].code).toContain(`#line ${first} "seven.wasm"\n/* func[0]`)
  expect(generate(module, { file: 'seven.wasm' }).chunks[0].code).not.toContain('#line')
})
