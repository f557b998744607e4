import { expect, test } from 'vitest'
import { linkImage } from '../../../compiler/image/link.ts'
import { section, type Arch, type RelocatableObject, type Section } from '../../../compiler/image/object.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** A program of sections that are all kept. */
function link(arch: Arch, sections: Section[]): Buffer {
  const object: RelocatableObject = {
    name: 'a.o',
    sections: [section('text', '.text', bytes(0xc3, 0, 0, 0), 4), ...sections].map((each) => ({ ...each, root: true })),
    symbols: [{ name: '_start', section: 0, offset: 0, size: 0, binding: 'global' }],
  }
  return Buffer.from(linkImage([object], { target: { platform: 'linux', arch }, name: 'a', imports: new Map() }))
}

interface Header {
  type: number
  offset: number
  address: number
  fileSize: number
  size: number
  align: number
}

function segments(file: Buffer): Header[] {
  const table = Number(file.readBigUInt64LE(0x20))
  return Array.from({ length: file.readUInt16LE(0x38) }, (_, i) => {
    const at = table + i * 56
    const [offset, address, , fileSize, size, align] = [8, 16, 24, 32, 40, 48].map((field) =>
      Number(file.readBigUInt64LE(at + field)),
    )
    return { type: file.readUInt32LE(at), offset, address, fileSize, size, align }
  })
}

/** What the program finds at the address where the system put the byte pattern; undefined: zeros. */
function loaded(file: Buffer, address: number): number | undefined {
  const segment = segments(file).find(
    (each) => each.type === 1 && address >= each.address && address < each.address + each.size,
  )
  if (segment === undefined) throw new Error(`nothing at ${address.toString(16)}`)
  const place = address - segment.address
  return place < segment.fileSize ? file[segment.offset + place] : undefined
}

const PT_TLS = 7
const every = [
  section('tdata', '.tdata', bytes(0x11, 0x12, 0x13, 0x14), 4),
  section('tbss', '.tbss', 0x8028, 16),
  section('data', '.data', bytes(0x21, 0x22, 0x23, 0x24, 0x25), 8),
  section('bss', '.bss', 0x123, 32),
  section('bulk', '.bss.0bulk', 0x12345, 16),
]

test.each(['x64', 'arm64'] as const)('%s: what is loaded is what the sections hold', (arch) => {
  const file = link(arch, every)
  const page = arch === 'x64' ? 0x1000 : 0x10000
  const [code, data, tls, stack] = segments(file)
  expect(code).toMatchObject({ offset: 0, address: 0x1000000, align: page })
  for (const { offset, address } of [code, data]) expect(offset % page).toBe(address % page)
  expect(data.address).toBeGreaterThan(code.address + code.size)
  // Thread-local variables begin with the file's bytes, at an address that is aligned as they ask; zeros take no room.
  expect(tls).toMatchObject({ type: PT_TLS, fileSize: 4, size: 16 + 0x8028, align: 16 })
  expect(tls.address % 16).toBe(0)
  expect(file.length).toBeLessThan(2000)
  expect([0, 1, 2, 3].map((i) => loaded(file, tls.address + i))).toEqual([0x11, 0x12, 0x13, 0x14])
  const found = Array.from({ length: 64 }, (_, i) => loaded(file, data.address + i))
  const at = found.indexOf(0x21)
  expect(found.slice(at, at + 5)).toEqual([0x21, 0x22, 0x23, 0x24, 0x25])
  expect((data.address + at) % 8).toBe(0)
  expect(data.size).toBeGreaterThan(0x123 + 0x12345)
  expect(stack.type).toBe(0x6474e551)
})

test('a segment without bytes in the file begins with a page, as Linux before 6.7 asks', () => {
  const [, zeros] = segments(link('arm64', [section('bss', '.bss', 100, 8)]))
  expect(zeros).toMatchObject({ offset: 0, fileSize: 0, size: 100 })
  expect(zeros.address % 0x10000).toBe(0)
})

test('pages for the memory begin with a page in memory and in the file, and nothing lies between them', () => {
  const image = (fill: number) => section('rodata', '.image', new Uint8Array(0x2000).fill(fill), 0x1000)
  const file = link('x64', [image(1), section('rodata', '.rodata', bytes(9), 1), image(2)])
  const [code] = segments(file)
  const first = file.indexOf(Buffer.alloc(0x2000, 1))
  expect(first % 0x1000).toBe(0)
  expect(file.indexOf(Buffer.alloc(0x2000, 2))).toBe(first + 0x2000)
  expect(code.fileSize).toBe(first + 0x4000)
})

test('no more segments than a program needs', () => {
  expect(segments(link('x64', []))).toHaveLength(2)
  expect(segments(link('x64', [section('bss', '.bss', 8, 8)]))).toHaveLength(3)
})

test('on x64 an image ends before the guard of the stack, which nothing else keeps free', () => {
  const sized = (size: number): Section => section('bss', '.bss', size, 16)
  expect(segments(link('x64', [sized(0x39c00000)]))[1].size).toBe(0x39c00000)
  expect(() => link('x64', [sized(0x39d00000)])).toThrow(
    'the program takes 926 MiB without its memory; 924 are the limit',
  )
  expect(segments(link('arm64', [sized(0x39d00000)]))[1].size).toBe(0x39d00000)
})
