import type { FuncType, ValType } from './wasm/types.ts'
import { I32, I64 } from './wasm/types.ts'

/** The import module of WASI preview 1. */
export const WASI_MODULE = 'wasi_snapshot_preview1'

/** Its name in modules of 2019 (snapshot 0): the same calls but sock_accept, some with other structures. */
export const WASI_UNSTABLE = 'wasi_unstable'

/** Calls for sockets, in runtime/wasi/net.c, which the system's side of components makes and no other module may. */
export const NET_MODULE = 'wasi_net'

/** What calls between components say of a trap, in runtime/wasi/component.c: nothing else calls it either. */
export const COMPONENT_MODULE = 'wasm:component'

/** A call of WASI preview 1. */
export interface WasiFunction {
  name: string
  type: FuncType
  /** False: the runtime answers ENOSYS on every platform. */
  implemented: boolean
}

/** Parameters of every call, i for i32 and I for i64; all but proc_exit return an i32, the error number. */
const PARAMS: Record<string, string> = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  sched_yield: '',
  random_get: 'ii',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
}

/** Calls that the runtime answers with ENOSYS; a test compares this with runtime/wasi. */
const MISSING: ReadonlySet<string> = new Set<string>()

const VALUE_TYPES: Record<string, ValType> = { i: I32, I: I64 }

/** All calls of WASI preview 1 by name, with their types in wasm. */
export const WASI_FUNCTIONS: ReadonlyMap<string, WasiFunction> = new Map(
  Object.entries(PARAMS).map(([name, params]) => {
    const results = name === 'proc_exit' ? [] : [I32]
    const type = { params: Array.from(params, (letter) => VALUE_TYPES[letter]), results }
    return [name, { name, type, implemented: !MISSING.has(name) }]
  }),
)

/** The call that an import of that module and name means; undefined if it is none of WASI's. */
export function findWasiFunction(module: string, name: string): WasiFunction | undefined {
  const known = module === WASI_MODULE || (module === WASI_UNSTABLE && name !== 'sock_accept')
  return known ? WASI_FUNCTIONS.get(name) : undefined
}

/** Modules whose calls the runtime has. */
export const isWasiModule = (module: string): boolean =>
  module === WASI_MODULE || module === WASI_UNSTABLE || module === NET_MODULE
