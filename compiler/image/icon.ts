/** Icons: the images of an .ico file, or a PNG image, as resources of a PE file. */
import { view, Writer } from './bytes.ts'
import { RESOURCE, type Resource } from './resources.ts'

const HEADER = 6
const FILE_ENTRY = 16
/** Windows asks for no larger image; the largest is written as 0. */
const LARGEST = 256
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

interface Image {
  width: number
  height: number
  colors: number
  planes: number
  bits: number
  bytes: Uint8Array
}

/** @throws RangeError that says what is wrong with the file */
export function iconResources(file: Uint8Array): Resource[] {
  const images = isPng(file) ? [pngImage(file)] : icoImages(file)
  const group = new Writer().u16(0).u16(1).u16(images.length)
  for (const [index, { width, height, colors, planes, bits, bytes }] of images.entries()) {
    group
      .u8(width % LARGEST)
      .u8(height % LARGEST)
      .u8(colors)
      .u8(0)
    group
      .u16(planes)
      .u16(bits)
      .u32(bytes.length)
      .u16(index + 1)
  }
  const icons = images.map(({ bytes }, index) => ({ type: RESOURCE.ICON, id: index + 1, bytes }))
  // Windows shows the group of the lowest number.
  return [...icons, { type: RESOURCE.GROUP_ICON, id: 1, bytes: group.finish() }]
}

const isPng = (file: Uint8Array): boolean => PNG.every((byte, index) => file[index] === byte)

function pngImage(bytes: Uint8Array): Image {
  if (bytes.length < 33) throw new RangeError('the image is cut off')
  const data = view(bytes)
  const [width, height] = [data.getUint32(16), data.getUint32(20)]
  if (width < 1 || height < 1 || width > LARGEST || height > LARGEST)
    throw new RangeError(`the image has ${width} × ${height} pixels; icons have at most ${LARGEST} × ${LARGEST}`)
  return { width, height, colors: 0, planes: 1, bits: 32, bytes }
}

function icoImages(file: Uint8Array): Image[] {
  const data = view(file)
  if (file.length < HEADER || data.getUint16(0, true) !== 0 || data.getUint16(2, true) !== 1)
    throw new RangeError('it is neither an .ico file nor a PNG image')
  const count = data.getUint16(4, true)
  if (count === 0) throw new RangeError('it has no image')
  if (file.length < HEADER + count * FILE_ENTRY) throw new RangeError('its list of images is cut off')
  return Array.from({ length: count }, (_, index) => icoImage(file, data, HEADER + index * FILE_ENTRY, index))
}

function icoImage(file: Uint8Array, data: DataView, at: number, index: number): Image {
  const size = data.getUint32(at + 8, true)
  const offset = data.getUint32(at + 12, true)
  if (size < 16 || offset + size > file.length) throw new RangeError(`its image ${index + 1} is cut off`)
  const bytes = file.slice(offset, offset + size)
  const image = view(bytes)
  // Many editors leave these fields of the list empty; the image's own header has them.
  const fromImage = isPng(bytes) ? [1, 32] : [image.getUint16(12, true), image.getUint16(14, true)]
  return {
    width: file[at],
    height: file[at + 1],
    colors: file[at + 2],
    planes: data.getUint16(at + 4, true) || fromImage[0],
    bits: data.getUint16(at + 6, true) || fromImage[1],
    bytes,
  }
}
