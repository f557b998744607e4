/** Puts code into a module's functions: what leaves the operand stack as it was fits between any two instructions. */
import { decodeBody } from '../../compiler/wasm/body.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import type { Module } from '../../compiler/wasm/module.ts'
import { leb, number, sectionsOf } from './rewrite.ts'

export function signed(value: bigint | number): number[] {
  const bytes: number[] = []
  for (let left = BigInt(value); ;) {
    const byte = Number(left & 0x7fn)
    left >>= 7n
    if ((left === 0n && (byte & 0x40) === 0) || (left === -1n && (byte & 0x40) !== 0)) return [...bytes, byte]
    bytes.push(byte | 0x80)
  }
}

/**
 * A module's bytes with snippets before one of `every` instructions.
 * @param local the type of a local that each function has for them, whose index they are given
 */
export function withSnippets(
  module: Module,
  random: () => number,
  every: number,
  { local, snippet }: { local: number; snippet: (random: () => number, local: number) => number[] },
): Uint8Array {
  const bodies = module.funcs
    .filter((func) => func.body)
    .map((func) => {
      const { start, end } = func.body!
      const { locals, instructions } = decodeBody(module, func)
      const [groups, first] = number(module.bytes, start)
      const begin = instructions[0].offset
      const own = func.type.params.length + locals.length
      const body = [...leb(groups + 1), ...module.bytes.subarray(first, begin), 1, local]
      let copied = begin
      for (const { offset } of instructions) {
        if (random() % every !== 0) continue
        body.push(...module.bytes.subarray(copied, offset), ...snippet(random, own))
        copied = offset
      }
      body.push(...module.bytes.subarray(copied, end))
      return [...leb(body.length), ...body]
    })
  const sections = sectionsOf(module.bytes).map(({ id, body }) =>
    id === 10 ? { id, body: Uint8Array.from([...leb(bodies.length), ...bodies.flat()]) } : { id, body },
  )
  const all = sections.flatMap(({ id, body }) => [id, ...leb(body.length), ...body])
  const bytes = Uint8Array.from([...module.bytes.subarray(0, 8), ...all])
  decode(bytes, { name: 'm' })
  return bytes
}
