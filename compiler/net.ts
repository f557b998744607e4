/** Grants of the net: what a component may open and look up, as users write it and as rows of runtime/program.h. */
import { CompileError } from './errors.ts'
import { parseV4, parseV6 } from './listen.ts'
import type { NormalGrants } from './options.ts'
import { NET_MODULE } from './wasi.ts'
import type { ImportName } from './wasm/module.ts'

/** struct wasm_grant_net */
export interface NetRow {
  /** Of a name; else the row is one of addresses. */
  name?: string
  port: number
  flags: number
  prefix: number
  /** Four, sixteen or none, in network order. */
  bytes: number[]
}

/** NET_… of runtime/program.h. */
const FLAG = { tcp: 1, udp: 2, anyPort: 4, v6: 8, anyAddress: 16, lookup: 32 } as const

interface Connect {
  text: string
  rows: NetRow[]
}

/**
 * Reads `api.example.com:443`, `*.example.com:443`, `10.0.0.0/8:*`, `[::1]:80` or `*:5432`, for TCP and UDP, or with `tcp://` or
 * `udp://` before it for one of them.
 * @throws CompileError
 */
export function parseConnect(text: unknown): Connect {
  const [, protocol, host = '', port = ''] =
    (typeof text === 'string' && /^(?:(tcp|udp):\/\/)?(.+):(\d{1,5}|\*)$/.exec(text)) || []
  const number = port === '*' ? 0 : Number(port)
  const target = number > 65535 || (number === 0 && port !== '*') ? undefined : parseHost(host)
  if (target === undefined) {
    throw new CompileError(`grants.connect: ${JSON.stringify(text)} is nothing to connect to`, {
      code: 'option',
      hint: 'write "api.example.com:443", "10.0.0.0/8:*" (all its ports), "[::1]:80" or "*:5432" (port 5432 of all)',
    })
  }
  const flags =
    (protocol === 'udp' ? 0 : FLAG.tcp) | (protocol === 'tcp' ? 0 : FLAG.udp) | (port === '*' ? FLAG.anyPort : 0)
  const rows = target.rows.map((row) => ({
    ...row,
    port: number,
    // Any name goes with any address: that is no name whose addresses are then known.
    flags: row.flags | (row.name === '*' ? 0 : flags),
  }))
  return { text: `${protocol === undefined ? '' : `${protocol}://`}${target.text}:${port}`, rows }
}

/** Reads `api.example.com`, `*.example.com` or `*`. @throws CompileError */
export function parseResolve(text: unknown): Connect {
  const name = typeof text === 'string' ? parseName(text) : undefined
  if (name !== undefined) return { text: name, rows: [nameRow(name)] }
  throw new CompileError(`grants.resolve: ${JSON.stringify(text)} is no name to look up`, {
    code: 'option',
    hint: 'write "api.example.com", "*.example.com" (all below it) or "*" (all)',
  })
}

/** All rows of a program's grants. */
export const netRows = ({ connect, resolve }: NormalGrants): NetRow[] => [
  ...connect.flatMap((text) => parseConnect(text).rows),
  ...resolve.flatMap((text) => parseResolve(text).rows),
]

/** Whether a program calls for sockets. */
export const usesNet = (imports: readonly ImportName[]): boolean => imports.some(({ module }) => module === NET_MODULE)

const nameRow = (name: string): NetRow => ({ name, port: 0, flags: FLAG.lookup, prefix: 0, bytes: [] })

function parseHost(host: string): Connect | undefined {
  if (host === '*') {
    const any = { port: 0, flags: FLAG.anyAddress, prefix: 0, bytes: [] }
    return { text: host, rows: [any, nameRow('*')] }
  }
  // That name is this machine, whoever is asked.
  if (host.toLowerCase() === 'localhost') {
    const rows = ['127.0.0.1', '[::1]'].flatMap((address) => parseHost(address)!.rows)
    return { text: 'localhost', rows: [nameRow('localhost'), ...rows] }
  }
  const [, v6, v4, bits] = /^(?:\[(.*)\]|([\d.]+))(?:\/(\d{1,3}))?$/.exec(host) ?? []
  if (v6 !== undefined || v4 !== undefined) return parseAddresses(v6, v4, bits)
  const name = parseName(host)
  return name === undefined ? undefined : { text: name, rows: [nameRow(name)] }
}

function parseAddresses(v6: string | undefined, v4: string, bits: string | undefined): Connect | undefined {
  const bytes = v6 === undefined ? parseV4(v4) : parseV6(v6)
  if (bytes === undefined) return undefined
  const prefix = bits === undefined ? bytes.length * 8 : Number(bits)
  // An address of version 4 in one of version 6 is never opened as such.
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join() === [...Array(10).fill(0), 255, 255].join()
  const isOutside = (at: number) => at >= prefix
  const hasRest = bytes.some((byte, i) =>
    Array.from({ length: 8 }, (_, bit) => bit).some((bit) => isOutside(i * 8 + bit) && (byte >> (7 - bit)) & 1),
  )
  if (prefix > bytes.length * 8 || isMapped || hasRest) return undefined
  const text = `${v6 === undefined ? v4 : `[${v6.toLowerCase()}]`}${bits === undefined ? '' : `/${prefix}`}`
  return { text, rows: [{ port: 0, flags: v6 === undefined ? 0 : FLAG.v6, prefix, bytes }] }
}

/** In lower case, and in ASCII as the DNS has it. */
function parseName(text: string): string | undefined {
  if (text === '*') return text
  const [, star = '', rest] = /^(\*\.)?([^*\s/:@?#%[\]\\]+?)\.?$/.exec(text) ?? []
  if (rest === undefined) return undefined
  const url = `http://${rest}/`
  const name = URL.canParse(url) ? new URL(url).hostname : ''
  const labels = name.split('.')
  const isName = labels.every((label) => /^[a-z\d_-]{1,63}$/.test(label)) && name.length <= 253
  // What ends in a number would be an address.
  return isName && !/^\d+$/.test(labels.at(-1)!) ? star + name : undefined
}
