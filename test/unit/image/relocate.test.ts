import { describe, expect, test } from 'vitest'
import { linkImage } from '../../../compiler/image/link.ts'
import {
  ABSOLUTE,
  Reloc,
  Relocations,
  section,
  type Arch,
  type RelocatableObject,
  type RelocKind,
} from '../../../compiler/image/object.ts'

const TARGET = 0x1000

/**
 * Links a field at the beginning of _start with an absolute symbol's or, without a value, a constant's address. Answers the
 * field, and where the linker put it and the constant.
 */
function relocated(
  arch: Arch,
  kind: RelocKind,
  before: number,
  { value, addend = 0, align = 16 }: { value?: number; addend?: number; align?: number } = {},
): { field: number; place: number; constant: number; file: DataView } {
  const relocations = new Relocations()
  relocations.add(4, kind, 1, addend)
  const code = new DataView(new ArrayBuffer(12))
  code.setUint32(4, before, true)
  const object: RelocatableObject = {
    name: 'a.o',
    sections: [
      section('text', '.text', new Uint8Array(code.buffer), 4, relocations),
      section('rodata', '.rodata', Uint8Array.of(0x5a, 0xa5, 0x5a, 0xa5), align),
    ],
    symbols: [
      { name: '_start', section: 0, offset: 0, size: 0, binding: 'global' },
      value === undefined
        ? { name: 'constant', section: 1, offset: 0, size: 0, binding: 'local' }
        : { name: 'absolute', section: ABSOLUTE, offset: value, size: 0, binding: 'local' },
    ],
  }
  const bytes = linkImage([object], { target: { platform: 'linux', arch }, name: 'a', imports: new Map() })
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entry = file.getUint32(0x18, true)
  const constant = 0x1000000 + Buffer.from(bytes).indexOf(Buffer.of(0x5a, 0xa5, 0x5a, 0xa5))
  return { field: file.getUint32(entry - 0x1000000 + 4, true), place: entry + 4, constant, file }
}

/** The field alone, of an absolute symbol. */
const at = (arch: Arch, kind: RelocKind, before: number, value: number): string =>
  (relocated(arch, kind, before, { value }).field >>> 0).toString(16)

describe('x64', () => {
  test('distances count from the field', () => {
    const { field, place, constant } = relocated('x64', Reloc.REL32, 0, { addend: -4 })
    expect(field | 0).toBe(constant - (place + 4))
  })

  test('addresses of 32 bits', () => {
    expect(at('x64', Reloc.ABS32S, 0, 0x7fffffff)).toBe('7fffffff')
    expect(at('x64', Reloc.ABS32S, 0, -4096)).toBe('fffff000')
    expect(at('x64', Reloc.ABS32, 0, 0xfffffffc)).toBe('fffffffc')
  })

  test('what does not fit is refused by name', () => {
    const message = 'absolute is out of reach of .text (a.o)'
    expect(() => at('x64', Reloc.ABS32S, 0, 0x80000000)).toThrow(message)
    expect(() => at('x64', Reloc.ABS32, 0, -1)).toThrow(message)
    expect(() => at('x64', Reloc.ABS32, 0, 2 ** 32)).toThrow(message)
    expect(() => at('x64', Reloc.REL32, 0, 2 ** 33)).toThrow(message)
  })

  test('a load of a pointer to what is in the image becomes a lea', () => {
    // mov rax, [rip + field]: 48 8b 05
    const { field, place, constant, file } = relocated('x64', Reloc.GOT32_LOAD, 0, { addend: -4 })
    expect(field | 0).toBe(constant - (place + 4))
    expect(file.getUint8(place - 0x1000000 - 2)).toBe(0x8d)
  })
})

/** Of Arm's Architecture Reference Manual: what the fields of these instructions are. */
describe('arm64', () => {
  test('branches count words', () => {
    const { field, place, constant } = relocated('arm64', Reloc.BRANCH26, 0x94000000)
    expect(field >>> 26).toBe(0x25)
    expect((field << 6) >> 6).toBe((constant - place) / 4)
    expect(() => relocated('arm64', Reloc.BRANCH26, 0x94000000, { value: 0x1000000 + 2 ** 28 })).toThrow('out of reach')
    expect(() => relocated('arm64', Reloc.BRANCH14, 0x36000000, { value: 0x1000000 + 2 ** 16 })).toThrow('out of reach')
    expect(() => relocated('arm64', Reloc.BRANCH19, 0x54000000, { value: 0x1000000 + 2 ** 21 })).toThrow('out of reach')
  })

  test('adrp takes the distance of pages', () => {
    // adrp x3, 2 GiB up: immlo 1, immhi the rest.
    const pages = 0x80001
    const page = Math.floor(relocated('arm64', Reloc.PAGE21, 0x90000003).place / TARGET)
    const field = relocated('arm64', Reloc.PAGE21, 0x90000003, { value: (page + pages) * TARGET + 0xabc }).field
    expect(field & 0x9f00001f).toBe(0x90000003 | 0)
    expect((((field >> 5) & 0x7ffff) << 2) | ((field >>> 29) & 3)).toBe(pages)
    expect(() => relocated('arm64', Reloc.PAGE21, 0x90000003, { value: 2 ** 34 })).toThrow('out of reach')
  })

  test.each([
    ['add x1, x1, #low', Reloc.LO12_ADD, 0x91000021, 0x5ab0, 0xab0],
    ['ldrb w1, [x1, #low]', Reloc.LO12_LDST8, 0x39400021, 0x5abf, 0xabf],
    ['ldrh w1, [x1, #low]', Reloc.LO12_LDST16, 0x79400021, 0x5abe, 0xabe >> 1],
    ['ldr w1, [x1, #low]', Reloc.LO12_LDST32, 0xb9400021, 0x5abc, 0xabc >> 2],
    ['ldr x1, [x1, #low]', Reloc.LO12_LDST64, 0xf9400021, 0x5ab8, 0xab8 >> 3],
    ['ldr q1, [x1, #low]', Reloc.LO12_LDST128, 0x3dc00021, 0x5ab0, 0xab0 >> 4],
  ] as const)('%s', (_, kind, instruction, value, immediate) => {
    const { field } = relocated('arm64', kind, instruction, { value })
    expect((field >> 10) & 0xfff).toBe(immediate)
    expect((field & ~0x3ffc00) >>> 0).toBe(instruction >>> 0)
  })

  test('an access that is not aligned to its size is refused', () => {
    expect(() => relocated('arm64', Reloc.LO12_LDST64, 0xf9400021, { value: 0x5ab4 })).toThrow('out of reach')
  })

  test('a load of a pointer to what is in the image becomes an addition', () => {
    const { field } = relocated('arm64', Reloc.GOT_LO12, 0xf9400021, { value: 0x5ab3 })
    expect(field >>> 0).toBe(0x91000021 + (0xab3 << 10))
  })
})
