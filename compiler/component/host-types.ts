/**
 * Types of the functions of WASI that the host has, from the interfaces as they were published (0.2.12, whose older versions have the
 * same types, and 0.3.0). What a component declares is compared with them: a handle that it calls a number would be one it can make up.
 */

import { FILESYSTEM3_PARTS, filesystem3 } from './host-filesystem3.ts'
import { LOOKUP3, SOCKETS3, SOCKETS3_PARTS } from './host-sockets3.ts'

/** What stands in several of them. */
const PARTS: Record<string, string> = {
  ...FILESYSTEM3_PARTS,
  ...SOCKETS3_PARTS,
  ERROR:
    'enum {access, would-block, already, bad-descriptor, busy, deadlock, quota, exist, file-too-large, illegal-byte-sequence, in-progress, interrupted, invalid, io, is-directory, loop, too-many-links, message-size, name-too-long, no-device, no-entry, no-lock, insufficient-memory, insufficient-space, not-directory, not-empty, not-recoverable, unsupported, no-tty, no-such-device, overflow, not-permitted, pipe, read-only, invalid-seek, text-file-busy, cross-device}',
  TYPE: 'enum {unknown, block-device, character-device, directory, fifo, symbolic-link, regular-file, socket}',
  TIME: 'record {seconds: u64, nanoseconds: u32}',
  STREAM_ERROR: 'variant {last-operation-failed(own<wasi:io/error@0.2#error>), closed(_)}',
  INPUT: 'wasi:io/streams@0.2#input-stream',
  OUTPUT: 'wasi:io/streams@0.2#output-stream',
  POLLABLE: 'wasi:io/poll@0.2#pollable',
  DESCRIPTOR: 'wasi:filesystem/types@0.2#descriptor',
  SOCKET_ERROR:
    'enum {unknown, access-denied, not-supported, invalid-argument, out-of-memory, timeout, concurrency-conflict, not-in-progress, would-block, invalid-state, new-socket-limit, address-not-bindable, address-in-use, remote-unreachable, connection-refused, connection-reset, connection-aborted, datagram-too-large, name-unresolvable, temporary-resolver-failure, permanent-resolver-failure}',
  FAMILY: 'enum {ipv4, ipv6}',
  IP_ADDRESS: 'variant {ipv4(tuple<u8, u8, u8, u8>), ipv6(tuple<u16, u16, u16, u16, u16, u16, u16, u16>)}',
  SOCKET_ADDRESS:
    'variant {ipv4(record {port: u16, address: tuple<u8, u8, u8, u8>}), ipv6(record {port: u16, flow-info: u32, address: tuple<u16, u16, u16, u16, u16, u16, u16, u16>, scope-id: u32})}',
  NETWORK: 'wasi:sockets/network@0.2#network',
  TCP: 'wasi:sockets/tcp@0.2#tcp-socket',
  UDP: 'wasi:sockets/udp@0.2#udp-socket',
  INCOMING: 'wasi:sockets/udp@0.2#incoming-datagram-stream',
  OUTGOING: 'wasi:sockets/udp@0.2#outgoing-datagram-stream',
  CLI_RESULT: 'future<result<_, enum {io, illegal-byte-sequence, pipe}>>',
  ADDRESSES: 'wasi:sockets/ip-name-lookup@0.2#resolve-address-stream',
}

/** Methods of a socket, by their parameters beside it and their results. */
function methods(resource: string, list: Record<string, string>): Record<string, string> {
  const self = `self: borrow<$${resource}>`
  const name = PARTS[resource].split('#')[1]
  return Object.fromEntries(
    Object.entries(list).map(([method, type]) => {
      const [params, result] = type.split(' -> ')
      const failing = result.startsWith('!') ? `result<${result.slice(1)}, $SOCKET_ERROR>` : result
      return [
        `[method]${name}.${method}`,
        `func(${[self, ...(params === '' ? [] : [params])].join(', ')}) -> ${failing}`,
      ]
    }),
  )
}

/** What TCP and UDP have in common. `!` stands before what may fail. */
const SOCKET_METHODS = {
  'start-bind': 'network: borrow<$NETWORK>, local-address: $SOCKET_ADDRESS -> !_',
  'finish-bind': ' -> !_',
  'local-address': ' -> !$SOCKET_ADDRESS',
  'remote-address': ' -> !$SOCKET_ADDRESS',
  'address-family': ' -> $FAMILY',
  'receive-buffer-size': ' -> !u64',
  'set-receive-buffer-size': 'value: u64 -> !_',
  'send-buffer-size': ' -> !u64',
  'set-send-buffer-size': 'value: u64 -> !_',
  subscribe: ' -> own<$POLLABLE>',
}

/** By interface and function. */
const FUNCTIONS: Record<string, Record<string, string>> = {
  'wasi:cli/environment@0.2': {
    'get-environment': 'func() -> list<tuple<string, string>>',
    'get-arguments': 'func() -> list<string>',
    'initial-cwd': 'func() -> option<string>',
  },
  'wasi:cli/exit@0.2': {
    exit: 'func(status: result<_, _>)',
    'exit-with-code': 'func(status-code: u8)',
  },
  'wasi:cli/environment@0.3': {
    'get-environment': 'func() -> list<tuple<string, string>>',
    'get-arguments': 'func() -> list<string>',
    'get-initial-cwd': 'func() -> option<string>',
  },
  'wasi:cli/exit@0.3': {
    exit: 'func(status: result<_, _>)',
    'exit-with-code': 'func(status-code: u8)',
  },
  'wasi:cli/stdin@0.3': {
    'read-via-stream': 'func() -> tuple<stream<u8>, $CLI_RESULT>',
  },
  'wasi:cli/stdout@0.3': {
    'write-via-stream': 'func(data: stream<u8>) -> $CLI_RESULT',
  },
  'wasi:cli/stderr@0.3': {
    'write-via-stream': 'func(data: stream<u8>) -> $CLI_RESULT',
  },
  'wasi:cli/terminal-stdin@0.3': {
    'get-terminal-stdin': 'func() -> option<own<wasi:cli/terminal-input@0.3#terminal-input>>',
  },
  'wasi:cli/terminal-stdout@0.3': {
    'get-terminal-stdout': 'func() -> option<own<wasi:cli/terminal-output@0.3#terminal-output>>',
  },
  'wasi:cli/terminal-stderr@0.3': {
    'get-terminal-stderr': 'func() -> option<own<wasi:cli/terminal-output@0.3#terminal-output>>',
  },
  'wasi:clocks/monotonic-clock@0.3': {
    now: 'func() -> u64',
    'get-resolution': 'func() -> u64',
    'wait-until': 'async func(when: u64)',
    'wait-for': 'async func(how-long: u64)',
  },
  'wasi:clocks/system-clock@0.3': {
    now: 'func() -> $INSTANT',
    'get-resolution': 'func() -> u64',
  },
  'wasi:random/random@0.3': {
    'get-random-bytes': 'func(max-len: u64) -> list<u8>',
    'get-random-u64': 'func() -> u64',
  },
  'wasi:random/insecure@0.3': {
    'get-insecure-random-bytes': 'func(max-len: u64) -> list<u8>',
    'get-insecure-random-u64': 'func() -> u64',
  },
  'wasi:random/insecure-seed@0.3': {
    'get-insecure-seed': 'func() -> tuple<u64, u64>',
  },
  'wasi:io/error@0.2': {
    '[method]error.to-debug-string': 'func(self: borrow<wasi:io/error@0.2#error>) -> string',
  },
  'wasi:io/poll@0.2': {
    '[method]pollable.ready': 'func(self: borrow<$POLLABLE>) -> bool',
    '[method]pollable.block': 'func(self: borrow<$POLLABLE>)',
    poll: 'func(in: list<borrow<$POLLABLE>>) -> list<u32>',
  },
  'wasi:io/streams@0.2': {
    '[method]input-stream.read': 'func(self: borrow<$INPUT>, len: u64) -> result<list<u8>, $STREAM_ERROR>',
    '[method]input-stream.blocking-read': 'func(self: borrow<$INPUT>, len: u64) -> result<list<u8>, $STREAM_ERROR>',
    '[method]input-stream.skip': 'func(self: borrow<$INPUT>, len: u64) -> result<u64, $STREAM_ERROR>',
    '[method]input-stream.blocking-skip': 'func(self: borrow<$INPUT>, len: u64) -> result<u64, $STREAM_ERROR>',
    '[method]input-stream.subscribe': 'func(self: borrow<$INPUT>) -> own<$POLLABLE>',
    '[method]output-stream.check-write': 'func(self: borrow<$OUTPUT>) -> result<u64, $STREAM_ERROR>',
    '[method]output-stream.write': 'func(self: borrow<$OUTPUT>, contents: list<u8>) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.blocking-write-and-flush':
      'func(self: borrow<$OUTPUT>, contents: list<u8>) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.flush': 'func(self: borrow<$OUTPUT>) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.blocking-flush': 'func(self: borrow<$OUTPUT>) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.subscribe': 'func(self: borrow<$OUTPUT>) -> own<$POLLABLE>',
    '[method]output-stream.write-zeroes': 'func(self: borrow<$OUTPUT>, len: u64) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.blocking-write-zeroes-and-flush':
      'func(self: borrow<$OUTPUT>, len: u64) -> result<_, $STREAM_ERROR>',
    '[method]output-stream.splice':
      'func(self: borrow<$OUTPUT>, src: borrow<$INPUT>, len: u64) -> result<u64, $STREAM_ERROR>',
    '[method]output-stream.blocking-splice':
      'func(self: borrow<$OUTPUT>, src: borrow<$INPUT>, len: u64) -> result<u64, $STREAM_ERROR>',
  },
  'wasi:cli/stdin@0.2': {
    'get-stdin': 'func() -> own<$INPUT>',
  },
  'wasi:cli/stdout@0.2': {
    'get-stdout': 'func() -> own<$OUTPUT>',
  },
  'wasi:cli/stderr@0.2': {
    'get-stderr': 'func() -> own<$OUTPUT>',
  },
  'wasi:cli/terminal-stdin@0.2': {
    'get-terminal-stdin': 'func() -> option<own<wasi:cli/terminal-input@0.2#terminal-input>>',
  },
  'wasi:cli/terminal-stdout@0.2': {
    'get-terminal-stdout': 'func() -> option<own<wasi:cli/terminal-output@0.2#terminal-output>>',
  },
  'wasi:cli/terminal-stderr@0.2': {
    'get-terminal-stderr': 'func() -> option<own<wasi:cli/terminal-output@0.2#terminal-output>>',
  },
  'wasi:clocks/monotonic-clock@0.2': {
    now: 'func() -> u64',
    resolution: 'func() -> u64',
    'subscribe-instant': 'func(when: u64) -> own<$POLLABLE>',
    'subscribe-duration': 'func(when: u64) -> own<$POLLABLE>',
  },
  'wasi:clocks/wall-clock@0.2': {
    now: 'func() -> $TIME',
    resolution: 'func() -> $TIME',
  },
  'wasi:filesystem/types@0.2': {
    '[method]descriptor.read-via-stream': 'func(self: borrow<$DESCRIPTOR>, offset: u64) -> result<own<$INPUT>, $ERROR>',
    '[method]descriptor.write-via-stream':
      'func(self: borrow<$DESCRIPTOR>, offset: u64) -> result<own<$OUTPUT>, $ERROR>',
    '[method]descriptor.append-via-stream': 'func(self: borrow<$DESCRIPTOR>) -> result<own<$OUTPUT>, $ERROR>',
    '[method]descriptor.advise':
      'func(self: borrow<$DESCRIPTOR>, offset: u64, length: u64, advice: enum {normal, sequential, random, will-need, dont-need, no-reuse}) -> result<_, $ERROR>',
    '[method]descriptor.sync-data': 'func(self: borrow<$DESCRIPTOR>) -> result<_, $ERROR>',
    '[method]descriptor.get-flags':
      'func(self: borrow<$DESCRIPTOR>) -> result<flags {read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory}, $ERROR>',
    '[method]descriptor.get-type': 'func(self: borrow<$DESCRIPTOR>) -> result<$TYPE, $ERROR>',
    '[method]descriptor.set-size': 'func(self: borrow<$DESCRIPTOR>, size: u64) -> result<_, $ERROR>',
    '[method]descriptor.set-times':
      'func(self: borrow<$DESCRIPTOR>, data-access-timestamp: variant {no-change(_), now(_), timestamp($TIME)}, data-modification-timestamp: variant {no-change(_), now(_), timestamp($TIME)}) -> result<_, $ERROR>',
    '[method]descriptor.read':
      'func(self: borrow<$DESCRIPTOR>, length: u64, offset: u64) -> result<tuple<list<u8>, bool>, $ERROR>',
    '[method]descriptor.write': 'func(self: borrow<$DESCRIPTOR>, buffer: list<u8>, offset: u64) -> result<u64, $ERROR>',
    '[method]descriptor.read-directory':
      'func(self: borrow<$DESCRIPTOR>) -> result<own<wasi:filesystem/types@0.2#directory-entry-stream>, $ERROR>',
    '[method]descriptor.sync': 'func(self: borrow<$DESCRIPTOR>) -> result<_, $ERROR>',
    '[method]descriptor.create-directory-at': 'func(self: borrow<$DESCRIPTOR>, path: string) -> result<_, $ERROR>',
    '[method]descriptor.stat':
      'func(self: borrow<$DESCRIPTOR>) -> result<record {type: $TYPE, link-count: u64, size: u64, data-access-timestamp: option<$TIME>, data-modification-timestamp: option<$TIME>, status-change-timestamp: option<$TIME>}, $ERROR>',
    '[method]descriptor.stat-at':
      'func(self: borrow<$DESCRIPTOR>, path-flags: flags {symlink-follow}, path: string) -> result<record {type: $TYPE, link-count: u64, size: u64, data-access-timestamp: option<$TIME>, data-modification-timestamp: option<$TIME>, status-change-timestamp: option<$TIME>}, $ERROR>',
    '[method]descriptor.set-times-at':
      'func(self: borrow<$DESCRIPTOR>, path-flags: flags {symlink-follow}, path: string, data-access-timestamp: variant {no-change(_), now(_), timestamp($TIME)}, data-modification-timestamp: variant {no-change(_), now(_), timestamp($TIME)}) -> result<_, $ERROR>',
    '[method]descriptor.link-at':
      'func(self: borrow<$DESCRIPTOR>, old-path-flags: flags {symlink-follow}, old-path: string, new-descriptor: borrow<$DESCRIPTOR>, new-path: string) -> result<_, $ERROR>',
    '[method]descriptor.open-at':
      'func(self: borrow<$DESCRIPTOR>, path-flags: flags {symlink-follow}, path: string, open-flags: flags {create, directory, exclusive, truncate}, flags: flags {read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory}) -> result<own<$DESCRIPTOR>, $ERROR>',
    '[method]descriptor.readlink-at': 'func(self: borrow<$DESCRIPTOR>, path: string) -> result<string, $ERROR>',
    '[method]descriptor.remove-directory-at': 'func(self: borrow<$DESCRIPTOR>, path: string) -> result<_, $ERROR>',
    '[method]descriptor.rename-at':
      'func(self: borrow<$DESCRIPTOR>, old-path: string, new-descriptor: borrow<$DESCRIPTOR>, new-path: string) -> result<_, $ERROR>',
    '[method]descriptor.symlink-at':
      'func(self: borrow<$DESCRIPTOR>, old-path: string, new-path: string) -> result<_, $ERROR>',
    '[method]descriptor.unlink-file-at': 'func(self: borrow<$DESCRIPTOR>, path: string) -> result<_, $ERROR>',
    '[method]descriptor.is-same-object': 'func(self: borrow<$DESCRIPTOR>, other: borrow<$DESCRIPTOR>) -> bool',
    '[method]descriptor.metadata-hash':
      'func(self: borrow<$DESCRIPTOR>) -> result<record {lower: u64, upper: u64}, $ERROR>',
    '[method]descriptor.metadata-hash-at':
      'func(self: borrow<$DESCRIPTOR>, path-flags: flags {symlink-follow}, path: string) -> result<record {lower: u64, upper: u64}, $ERROR>',
    '[method]directory-entry-stream.read-directory-entry':
      'func(self: borrow<wasi:filesystem/types@0.2#directory-entry-stream>) -> result<option<record {type: $TYPE, name: string}>, $ERROR>',
    'filesystem-error-code': 'func(err: borrow<wasi:io/error@0.2#error>) -> option<$ERROR>',
  },
  'wasi:sockets/network@0.2': {
    'network-error-code': 'func(err: borrow<wasi:io/error@0.2#error>) -> option<$SOCKET_ERROR>',
  },
  'wasi:sockets/instance-network@0.2': {
    'instance-network': 'func() -> own<$NETWORK>',
  },
  'wasi:sockets/tcp-create-socket@0.2': {
    'create-tcp-socket': 'func(address-family: $FAMILY) -> result<own<$TCP>, $SOCKET_ERROR>',
  },
  'wasi:sockets/tcp@0.2': methods('TCP', {
    ...SOCKET_METHODS,
    'start-connect': 'network: borrow<$NETWORK>, remote-address: $SOCKET_ADDRESS -> !_',
    'finish-connect': ' -> !tuple<own<$INPUT>, own<$OUTPUT>>',
    'start-listen': ' -> !_',
    'finish-listen': ' -> !_',
    accept: ' -> !tuple<own<$TCP>, own<$INPUT>, own<$OUTPUT>>',
    'is-listening': ' -> bool',
    'set-listen-backlog-size': 'value: u64 -> !_',
    'keep-alive-enabled': ' -> !bool',
    'set-keep-alive-enabled': 'value: bool -> !_',
    'keep-alive-idle-time': ' -> !u64',
    'set-keep-alive-idle-time': 'value: u64 -> !_',
    'keep-alive-interval': ' -> !u64',
    'set-keep-alive-interval': 'value: u64 -> !_',
    'keep-alive-count': ' -> !u32',
    'set-keep-alive-count': 'value: u32 -> !_',
    'hop-limit': ' -> !u8',
    'set-hop-limit': 'value: u8 -> !_',
    shutdown: 'shutdown-type: enum {receive, send, both} -> !_',
  }),
  'wasi:sockets/udp-create-socket@0.2': {
    'create-udp-socket': 'func(address-family: $FAMILY) -> result<own<$UDP>, $SOCKET_ERROR>',
  },
  'wasi:sockets/udp@0.2': {
    ...methods('UDP', {
      ...SOCKET_METHODS,
      stream: 'remote-address: option<$SOCKET_ADDRESS> -> !tuple<own<$INCOMING>, own<$OUTGOING>>',
      'unicast-hop-limit': ' -> !u8',
      'set-unicast-hop-limit': 'value: u8 -> !_',
    }),
    ...methods('INCOMING', {
      receive: 'max-results: u64 -> !list<record {data: list<u8>, remote-address: $SOCKET_ADDRESS}>',
      subscribe: ' -> own<$POLLABLE>',
    }),
    ...methods('OUTGOING', {
      'check-send': ' -> !u64',
      send: 'datagrams: list<record {data: list<u8>, remote-address: option<$SOCKET_ADDRESS>}> -> !u64',
      subscribe: ' -> own<$POLLABLE>',
    }),
  },
  'wasi:sockets/ip-name-lookup@0.2': {
    'resolve-addresses': 'func(network: borrow<$NETWORK>, name: string) -> result<own<$ADDRESSES>, $SOCKET_ERROR>',
    ...methods('ADDRESSES', {
      'resolve-next-address': ' -> !option<$IP_ADDRESS>',
      subscribe: ' -> own<$POLLABLE>',
    }),
  },
  'wasi:filesystem/preopens@0.2': {
    'get-directories': 'func() -> list<tuple<own<$DESCRIPTOR>, string>>',
  },
  'wasi:random/random@0.2': {
    'get-random-bytes': 'func(len: u64) -> list<u8>',
    'get-random-u64': 'func() -> u64',
  },
  'wasi:random/insecure@0.2': {
    'get-insecure-random-bytes': 'func(len: u64) -> list<u8>',
    'get-insecure-random-u64': 'func() -> u64',
  },
  'wasi:random/insecure-seed@0.2': {
    'insecure-seed': 'func() -> tuple<u64, u64>',
  },
}

FUNCTIONS['wasi:filesystem/types@0.3'] = filesystem3(FUNCTIONS['wasi:filesystem/types@0.2'])
FUNCTIONS['wasi:sockets/types@0.3'] = SOCKETS3
FUNCTIONS['wasi:sockets/ip-name-lookup@0.3'] = LOOKUP3
FUNCTIONS['wasi:filesystem/preopens@0.3'] = { 'get-directories': 'func() -> list<tuple<own<$FILE>, string>>' }

/** The type of a function of the host by its key; undefined if there is none. */
export function hostSignature(key: string): string | undefined {
  const [face, item] = key.split('#', 2)
  if (!Object.hasOwn(FUNCTIONS, face) || !Object.hasOwn(FUNCTIONS[face], item)) return undefined
  return FUNCTIONS[face][item].replaceAll(/\$([A-Z_0-9]+)/g, (_, name: string) => PARTS[name])
}
