import { describe, expect, test } from 'vitest'
import {
  ABSOLUTE,
  Reloc,
  Relocations,
  section,
  UNDEFINED,
  type ObjectSymbol,
  type RelocatableObject,
  type RelocKind,
} from '../../../compiler/image/object.ts'
import { resolve, UndefinedSymbolsError, type ImageTarget, type Program } from '../../../compiler/image/resolve.ts'

const linux: ImageTarget = { platform: 'linux', arch: 'x64' }
const windows: ImageTarget = { platform: 'win32', arch: 'x64' }

type Binding = ObjectSymbol['binding']

/** An object of functions, each in a section of its own, with what they call. */
function object(name: string, functions: Record<string, string[]>, binding: Binding = 'global'): RelocatableObject {
  const names = Object.keys(functions)
  const symbols: ObjectSymbol[] = names.map((symbol, index) => ({
    name: symbol,
    section: index,
    offset: 0,
    size: 0,
    binding,
  }))
  const sections = names.map((symbol) => {
    const relocations = new Relocations()
    for (const called of functions[symbol]) {
      let index = symbols.findIndex((known) => known.name === called)
      if (index < 0)
        index = symbols.push({ name: called, section: UNDEFINED, offset: 0, size: 0, binding: 'global' }) - 1
      relocations.add(0, Reloc.REL32, index, -4)
    }
    return section('text', `.text.${symbol}`, new Uint8Array(8), 1, relocations)
  })
  return { name, sections, symbols }
}

const kept = (program: Program): string[] =>
  program.sections.filter((_, index) => program.live[index]).map(({ name }) => name.replace('.text.', ''))

describe('what an executable holds', () => {
  test('is what the entry reaches, in circles too, and nothing else', () => {
    const program = resolve(
      linux,
      [object('a.o', { start: ['f'], unused: ['missing'] }), object('b.o', { g: [], f: ['h'], h: ['f'], lonely: [] })],
      'start',
      [],
      new Map(),
    )
    expect(kept(program)).toEqual(['start', 'f', 'h'])
  })

  test('and sections that ask for it, with what they reach', () => {
    const kept1 = object('a.o', { start: [], info: ['f'], f: [] })
    kept1.sections[1].root = true
    expect(kept(resolve(linux, [kept1], 'start', [], new Map()))).toEqual(['start', 'info', 'f'])
  })

  test('equal constants once, at the largest alignment', () => {
    const a = object('a.o', { start: ['one', 'two', 'three'] })
    const constant = (text: string, align: number) => ({
      ...section('rodata', text, new TextEncoder().encode(text), align),
      merge: true,
    })
    const constants: RelocatableObject = {
      name: 'b.o',
      sections: [constant('same', 1), constant('same', 8), constant('other', 1)],
      symbols: ['one', 'two', 'three'].map((name, index) => ({
        name,
        section: index,
        offset: 0,
        size: 0,
        binding: 'global',
      })),
    }
    const program = resolve(linux, [a, constants], 'start', [], new Map())
    expect([...program.live]).toEqual([1, 0, 1, 1])
    expect([...program.equal]).toEqual([[1, 2]])
  })
})

describe('symbols', () => {
  test('a definition goes before weak ones, and of these the first', () => {
    const weak = object('weak.o', { f: [], g: [] }, 'weak')
    const other = object('other.o', { f: [], g: [] }, 'weak')
    const strong = object('strong.o', { f: [] })
    const program = resolve(linux, [object('a.o', { start: ['f', 'g'] }), weak, other, strong], 'start', [], new Map())
    expect(program.sections.flatMap((_, index) => (program.live[index] ? [program.owners[index]] : []))).toEqual([
      0, 1, 3,
    ])
  })

  test('locals are seen by their own object alone', () => {
    const local = object('local.o', { f: [] }, 'local')
    expect(() => resolve(linux, [object('a.o', { start: ['f'] }), local], 'start', [], new Map())).toThrow(
      new UndefinedSymbolsError(['f']),
    )
  })

  test('two definitions are refused, and the files named', () => {
    expect(() =>
      resolve(linux, [object('a.o', { start: [], f: [] }), object('b.o', { f: [] })], 'start', [], new Map()),
    ).toThrow('f is defined twice, in a.o and in b.o')
  })

  test('all that nothing provides is named, and only if it is reached', () => {
    const a = object('a.o', { start: ['x', 'y'], unreached: ['z'] })
    expect(() => resolve(linux, [a], 'start', [], new Map())).toThrow('nothing provides x, y')
    expect(() => resolve(linux, [object('a.o', {})], 'start', [], new Map())).toThrow('nothing provides start')
  })

  test('weak ones that nothing provides are 0', () => {
    const a = object('a.o', { start: ['f'] })
    a.symbols[1].binding = 'weak'
    const program = resolve(linux, [a], 'start', [], new Map())
    expect(program.targets[0][1]).toBe(ABSOLUTE)
    expect(program.offsets[0][1]).toBe(0)
  })
})

describe('imports', () => {
  const imports = new Map([
    ['KERNEL32.dll', new Set(['ExitProcess', 'WriteFile', 'Unused'])],
    ['ADVAPI32.dll', new Set(['Random'])],
  ])
  const calling = (...names: string[]) => object('a.o', { start: names })

  test('are those that are used, by library and name', () => {
    const program = resolve(windows, [calling('WriteFile', '__imp_ExitProcess', '__imp_Random')], 'start', [], imports)
    expect(program.imports.map(({ library, name }) => `${library} ${name}`)).toEqual([
      'ADVAPI32.dll Random',
      'KERNEL32.dll ExitProcess',
      'KERNEL32.dll WriteFile',
    ])
  })

  test('a call goes to code that jumps there, a pointer is the one that the system fills in', () => {
    const program = resolve(windows, [calling('WriteFile', '__imp_ExitProcess')], 'start', [], imports)
    expect([...program.stubs].map((stub) => stub !== 0)).toEqual([false, true])
    expect(program.targets[0][2]).toBe(program.imports[0].slot)
  })

  test('an address in data is that of the code, where the system fills in nothing else', () => {
    const kinds: RelocKind[] = [Reloc.ABS64]
    const a = calling('WriteFile')
    a.sections[0].relocations.kinds.set(kinds)
    expect(resolve(windows, [a], 'start', [], imports).stubs[0]).not.toBe(0)
    const darwin: ImageTarget = { platform: 'darwin', arch: 'x64' }
    expect(resolve(darwin, [a], 'start', [], imports).stubs[0]).toBe(0)
  })
})
