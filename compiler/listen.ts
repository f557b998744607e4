import { CompileError } from './errors.ts'

/** An address at which a program takes connections. */
export interface ListenAddress {
  /** The address as manifests and messages show it: 'tcp://127.0.0.1:8080', 'udp://[::1]:8080'. */
  text: string
  port: number
  /** It takes datagrams: of components alone. */
  udp: boolean
  /** Four or sixteen, in network order. */
  bytes: number[]
}

/**
 * Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`, with `tcp://` or `udp://` before it; without it is TCP. Names other than
 * localhost are refused: what they mean could change after the build.
 * @throws CompileError
 */
export function parseListen(text: unknown): ListenAddress {
  const [, protocol = 'tcp', host = '', port = ''] =
    (typeof text === 'string' && /^(?:(tcp|udp):\/\/)?(.+):(\d{1,5})$/.exec(text)) || []
  const name = host.toLowerCase() === 'localhost' ? '127.0.0.1' : host
  const v6 = /^\[(.*)\]$/.exec(name)?.[1]
  const bytes = v6 === undefined ? parseV4(name) : parseV6(v6)
  if (bytes === undefined || Number(port) > 65535) {
    throw new CompileError(`grants.listen: ${JSON.stringify(text)} is no address to listen at`, {
      code: 'option',
      hint: 'write "127.0.0.1:8080" or "[::1]:8080"; "0.0.0.0:8080" takes connections from everywhere',
    })
  }
  return { text: `${protocol}://${name}:${Number(port)}`, port: Number(port), udp: protocol === 'udp', bytes }
}

/** The bytes of an address; undefined if it is none. */
export function parseV4(text: string): number[] | undefined {
  const parts = text.split('.')
  const isByte = (part: string) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : undefined
}

/** The same of version 6, without brackets. */
export function parseV6(text: string): number[] | undefined {
  // An address that ends as one of version 4: ::ffff:127.0.0.1
  const tail = /(?<=:)[^:]*\.[^:]*$/.exec(text)?.[0] ?? ''
  const v4 = tail === '' ? undefined : parseV4(tail)
  const hex = (high: number, low: number) => (high * 256 + low).toString(16)
  const plain = v4 ? text.slice(0, -tail.length) + `${hex(v4[0], v4[1])}:${hex(v4[2], v4[3])}` : text
  const [before, after, ...more] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = after === undefined ? 0 : 8 - before.length - after.length
  if (more.length > 0 || zeros < (after === undefined ? 0 : 1)) return undefined
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...(after ?? [])]
  if (groups.length !== 8 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}
