import { decode } from '../compiler/index.ts'
import { decodeBody } from '../compiler/wasm/body.ts'

/** The bytes of a module of which one function, of some size and in the middle, has another constant. */
export function editOneFunction(bytes: Uint8Array): Uint8Array {
  const module = decode(bytes, { name: 'edited' })
  const defined = module.funcs.filter((func) => func.body !== undefined)
  for (const func of defined.slice(defined.length >> 1)) {
    const { start, end } = func.body!
    if (end - start < 200 || end - start > 1000) continue
    const constant = decodeBody(module, func).instructions.find(
      ({ op, value }) => op.name === 'i32.const' && typeof value === 'number' && value >= 2 && value < 63,
    )
    if (constant === undefined) continue
    const edited = bytes.slice()
    // Values below 64 are one byte; an even one and the odd one after it differ in its last bit.
    edited[constant.offset + 1] ^= 1
    return edited
  }
  throw new Error('no function of a few hundred bytes with a small constant')
}
