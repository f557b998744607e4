/** Types of what the system itself puts into streams and futures, as runtime/component/async/pumps.c lays them out. */
import { primitiveType, valType, type ValType } from '../types.ts'

const TEXT = valType({ kind: 'option', type: primitiveType('string') }, 0)

/** The last case may have a text. */
const cases = (names: string): ValType =>
  valType({ kind: 'variant', cases: [...names.split(' ').map((name) => ({ name })), { name: 'other', type: TEXT }] }, 0)

const CLI_ERROR = valType({ kind: 'enum', labels: ['io', 'illegal-byte-sequence', 'pipe'] }, 0)
/** result<_, error-code> of wasi:cli. */
export const CLI_RESULT = valType({ kind: 'result', error: CLI_ERROR }, 0)

/** error-code of wasi:filesystem. */
export const FILE_ERROR = cases(
  'access already bad-descriptor busy deadlock quota exist file-too-large illegal-byte-sequence in-progress interrupted invalid io ' +
    'is-directory loop too-many-links message-size name-too-long no-device no-entry no-lock insufficient-memory insufficient-space ' +
    'not-directory not-empty not-recoverable unsupported no-tty no-such-device overflow not-permitted pipe read-only invalid-seek ' +
    'text-file-busy cross-device',
)
/** result<_, error-code> of wasi:filesystem. */
export const FILE_RESULT = valType({ kind: 'result', error: FILE_ERROR }, 0)

export const FILE_TYPE = cases('block-device character-device directory fifo symbolic-link regular-file socket')

export const DIRECTORY_ENTRY = valType(
  {
    kind: 'record',
    fields: [
      { name: 'type', type: FILE_TYPE },
      { name: 'name', type: primitiveType('string') },
    ],
  },
  0,
)

/** error-code of wasi:sockets/types. */
export const SOCKET3_ERROR = cases(
  'access-denied not-supported invalid-argument out-of-memory timeout invalid-state address-not-bindable address-in-use ' +
    'remote-unreachable connection-refused connection-broken connection-reset connection-aborted datagram-too-large',
)
/** result<_, error-code> of wasi:sockets/types. */
export const SOCKET_RESULT = valType({ kind: 'result', error: SOCKET3_ERROR }, 0)

/** error-code of wasi:sockets/ip-name-lookup. */
export const LOOKUP_ERROR = cases(
  'access-denied invalid-argument name-unresolvable temporary-resolver-failure permanent-resolver-failure',
)
