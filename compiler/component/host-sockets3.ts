/** Functions of WASI 0.3's sockets (wasi:sockets/types and ip-name-lookup of 0.3.0). */
import { LOOKUP_ERROR, SOCKET3_ERROR, SOCKET_RESULT } from './async/system-types.ts'
import { valueText } from './signature.ts'
import type { ValType } from './types.ts'

const text = (type: ValType): string => valueText(type, () => '')

/** The resource whose handles a stream of the system's carries. */
export const TCP_SOCKET = 'wasi:sockets/types@0.3#tcp-socket'

/** What stands in several of them. */
export const SOCKETS3_PARTS: Readonly<Record<string, string>> = {
  SOCKET3_ERROR: text(SOCKET3_ERROR),
  SOCKET3_RESULT: `future<${text(SOCKET_RESULT)}>`,
  LOOKUP_ERROR: text(LOOKUP_ERROR),
}

/** By their parameters beside the socket and their results, which may all fail but for those without `!`. */
function methods(resource: string, list: Readonly<Record<string, string>>): [name: string, type: string][] {
  const self = `self: borrow<wasi:sockets/types@0.3#${resource}>`
  return Object.entries(list).map(([method, type]) => {
    const [, async, params, result] = /^(async )?(.*)-> (.*)$/.exec(type)!
    const all = [self, ...(params === '' ? [] : [params.trim()])].join(', ')
    const failing = result.startsWith('!') ? `result<${result.slice(1)}, $SOCKET3_ERROR>` : result
    return [`[method]${resource}.${method}`, `${async ?? ''}func(${all}) -> ${failing}`]
  })
}

const create = (resource: string): [name: string, type: string] => [
  `[static]${resource}.create`,
  `func(address-family: $FAMILY) -> result<own<wasi:sockets/types@0.3#${resource}>, $SOCKET3_ERROR>`,
]

const COMMON = {
  bind: 'local-address: $SOCKET_ADDRESS -> !_',
  'get-local-address': '-> !$SOCKET_ADDRESS',
  'get-remote-address': '-> !$SOCKET_ADDRESS',
  'get-address-family': '-> $FAMILY',
  'get-receive-buffer-size': '-> !u64',
  'set-receive-buffer-size': 'value: u64 -> !_',
  'get-send-buffer-size': '-> !u64',
  'set-send-buffer-size': 'value: u64 -> !_',
}

export const SOCKETS3: Readonly<Record<string, string>> = Object.fromEntries([
  create('tcp-socket'),
  create('udp-socket'),
  ...methods('tcp-socket', {
    ...COMMON,
    connect: 'async remote-address: $SOCKET_ADDRESS -> !_',
    listen: `-> !stream<own<${TCP_SOCKET}>>`,
    send: 'data: stream<u8> -> $SOCKET3_RESULT',
    receive: '-> tuple<stream<u8>, $SOCKET3_RESULT>',
    'get-is-listening': '-> bool',
    'set-listen-backlog-size': 'value: u64 -> !_',
    'get-keep-alive-enabled': '-> !bool',
    'set-keep-alive-enabled': 'value: bool -> !_',
    'get-keep-alive-idle-time': '-> !u64',
    'set-keep-alive-idle-time': 'value: u64 -> !_',
    'get-keep-alive-interval': '-> !u64',
    'set-keep-alive-interval': 'value: u64 -> !_',
    'get-keep-alive-count': '-> !u32',
    'set-keep-alive-count': 'value: u32 -> !_',
    'get-hop-limit': '-> !u8',
    'set-hop-limit': 'value: u8 -> !_',
  }),
  ...methods('udp-socket', {
    ...COMMON,
    connect: 'remote-address: $SOCKET_ADDRESS -> !_',
    disconnect: '-> !_',
    send: 'async data: list<u8>, remote-address: option<$SOCKET_ADDRESS> -> !_',
    receive: 'async -> !tuple<list<u8>, $SOCKET_ADDRESS>',
    'get-unicast-hop-limit': '-> !u8',
    'set-unicast-hop-limit': 'value: u8 -> !_',
  }),
])

export const LOOKUP3: Readonly<Record<string, string>> = {
  'resolve-addresses': 'async func(name: string) -> result<list<$IP_ADDRESS>, $LOOKUP_ERROR>',
}
