import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linkImage } from '../../compiler/image/link.ts'
import { programObject, type ImageProgram } from '../../compiler/image/program.ts'
import { decodeRuntime, encodeRuntimes, RUNTIME_PARTS } from '../../compiler/image/runtime.ts'
import { Relocations, Reloc, section, UNDEFINED, type RelocatableObject } from '../../compiler/image/object.ts'
import { runtimeFile } from '../../compiler/runtime-file.ts'
import { buildRuntime } from '../../scripts/build-runtime.ts'
import { temporaryDirectory } from '../executables/program.ts'
import { root } from '../support/tools.ts'

const dir = temporaryDirectory('runtime')
const built = join(dir, runtimeFile('linux-x64'))

test('the runtime in dist is what the sources give', { timeout: 240_000 }, async () => {
  await buildRuntime(dir, ['linux-x64'])
  const published = join(root, 'dist', 'runtime', runtimeFile('linux-x64'))
  expect(existsSync(published), 'npm run build:runtime makes it').toBe(true)
  expect(readFileSync(built).equals(readFileSync(published)), 'npm run build:runtime makes it anew').toBe(true)
})

test('all variants come back from the file', () => {
  const bytes = readFileSync(built)
  const variants = RUNTIME_PARTS.map((parts) => decodeRuntime(bytes, parts))
  expect(variants.map(({ objects }) => objects.map(({ name }) => name))).toEqual(
    RUNTIME_PARTS.map(() => ['runtime.c', 'machine.c']),
  )
  const again = encodeRuntimes(
    variants.map(({ objects }) => objects),
    variants[0].imports,
  )
  expect(Buffer.from(again).equals(bytes)).toBe(true)
  // Few programs start threads, take connections, open others or have embedded files: the others carry nothing of it.
  const has = (index: number, name: string): boolean =>
    variants[index].objects.some(({ symbols }) => symbols.some((symbol) => symbol.name === name))
  const having = (name: string): boolean[] => RUNTIME_PARTS.map((_, index) => has(index, name))
  expect(having('wasi__threadZ2dspawn')).toEqual(RUNTIME_PARTS.map(({ threads }) => threads))
  expect(having('wasm_embedded_nodes')).toEqual(RUNTIME_PARTS.map(({ embed }) => embed))
  expect(having('wasi_net__connect')).toEqual(RUNTIME_PARTS.map(({ net }) => net))
})

/** A module that does nothing: what every program has at least. */
function emptyModule(): RelocatableObject {
  const relocations = new Relocations()
  relocations.add(1, Reloc.REL32, 1, -4)
  // Its only instruction calls proc_exit.
  const code = section('text', '.text', Uint8Array.of(0xe8, 0, 0, 0, 0), 1, relocations)
  return {
    name: 'empty',
    sections: [code],
    symbols: [
      { name: 'empty_instantiate', section: 0, offset: 0, size: 0, binding: 'global' },
      { name: 'wasi_snapshot_preview1__proc_exit', section: UNDEFINED, offset: 0, size: 0, binding: 'global' },
    ],
  }
}

test('a program that calls nothing but proc_exit has little of the runtime', () => {
  const target = { platform: 'linux', arch: 'x64' } as const
  const grants = { dirs: [], env: [], args: { fixed: [], pass: true }, listen: [], connect: [], resolve: [] }
  const program: ImageProgram = {
    name: 'empty',
    start: [],
    throws: false,
    net: false,
    grants,
    embedded: [],
    files: [],
    info: {
      version: 1,
      name: 'empty',
      wasm: { bytes: 8, integrity: '' },
      imports: {},
      grants,
      embedded: [],
      backend: 'machine',
      toolchain: { name: 'none', version: '' },
      optimize: 1,
    },
  }
  const { objects, imports } = decodeRuntime(readFileSync(built), RUNTIME_PARTS[0])
  const file = linkImage([programObject(program, target), ...objects, emptyModule()], {
    target,
    name: 'empty',
    imports,
  })
  expect(file.length).toBeLessThan(1600)
})
