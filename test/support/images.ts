import { deflateSync } from 'node:zlib'

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  return out
}

/** A PNG image of one color; nobody here looks at its checksums. */
export function png(size: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6], 8)
  const rows = deflateSync(Buffer.alloc(size * (1 + 4 * size)))
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

/** A bitmap as icons have it: its header, 32 bits for each pixel, and a mask. */
export function bitmap(size: number): Buffer {
  const out = Buffer.alloc(40 + size * size * 4 + Math.ceil(size / 32) * 4 * size)
  out.writeUInt32LE(40, 0)
  out.writeInt32LE(size, 4)
  out.writeInt32LE(size * 2, 8)
  out.writeUInt16LE(1, 12)
  out.writeUInt16LE(32, 14)
  return out
}

/** An .ico file whose list leaves out what the images say themselves, as many do. */
export function ico(images: readonly [size: number, bytes: Buffer][]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let at = head.length
  for (const [index, [size, bytes]] of images.entries()) {
    const entry = 6 + 16 * index
    head.set([size % 256, size % 256], entry)
    head.writeUInt32LE(bytes.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += bytes.length
  }
  return Buffer.concat([head, ...images.map(([, bytes]) => bytes)])
}
