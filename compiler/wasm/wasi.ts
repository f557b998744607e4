import { I32, I64, type FuncType, type ValType } from './types.ts'

export const WASI_MODULE = 'wasi_snapshot_preview1'

/** A call of WASI preview 1. */
export interface WasiCall {
  name: string
  type: FuncType
  /** Whether the runtime does it; a program may import the others, they answer ENOSYS. */
  implemented: boolean
}

/** Every call with its parameters; all but proc_exit return an errno. */
const CALLS: Record<string, string> = {
  args_get: 'i32 i32',
  args_sizes_get: 'i32 i32',
  environ_get: 'i32 i32',
  environ_sizes_get: 'i32 i32',
  clock_res_get: 'i32 i32',
  clock_time_get: 'i32 i64 i32',
  fd_advise: 'i32 i64 i64 i32',
  fd_allocate: 'i32 i64 i64',
  fd_close: 'i32',
  fd_datasync: 'i32',
  fd_fdstat_get: 'i32 i32',
  fd_fdstat_set_flags: 'i32 i32',
  fd_fdstat_set_rights: 'i32 i64 i64',
  fd_filestat_get: 'i32 i32',
  fd_filestat_set_size: 'i32 i64',
  fd_filestat_set_times: 'i32 i64 i64 i32',
  fd_pread: 'i32 i32 i32 i64 i32',
  fd_prestat_get: 'i32 i32',
  fd_prestat_dir_name: 'i32 i32 i32',
  fd_pwrite: 'i32 i32 i32 i64 i32',
  fd_read: 'i32 i32 i32 i32',
  fd_readdir: 'i32 i32 i32 i64 i32',
  fd_renumber: 'i32 i32',
  fd_seek: 'i32 i64 i32 i32',
  fd_sync: 'i32',
  fd_tell: 'i32 i32',
  fd_write: 'i32 i32 i32 i32',
  path_create_directory: 'i32 i32 i32',
  path_filestat_get: 'i32 i32 i32 i32 i32',
  path_filestat_set_times: 'i32 i32 i32 i32 i64 i64 i32',
  path_link: 'i32 i32 i32 i32 i32 i32 i32',
  path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
  path_readlink: 'i32 i32 i32 i32 i32 i32',
  path_remove_directory: 'i32 i32 i32',
  path_rename: 'i32 i32 i32 i32 i32 i32',
  path_symlink: 'i32 i32 i32 i32 i32',
  path_unlink_file: 'i32 i32 i32',
  poll_oneoff: 'i32 i32 i32 i32',
  proc_exit: 'i32 -> nothing',
  proc_raise: 'i32',
  sched_yield: '',
  random_get: 'i32 i32',
  sock_accept: 'i32 i32 i32',
  sock_recv: 'i32 i32 i32 i32 i32 i32',
  sock_send: 'i32 i32 i32 i32 i32',
  sock_shutdown: 'i32 i32',
}

const MISSING = new Set(['sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown'])

const TYPES: Record<string, ValType> = { i32: I32, i64: I64 }

function call(name: string, text: string): WasiCall {
  const [params, nothing] = text.split('->')
  const type = {
    params: params
      .split(' ')
      .filter(Boolean)
      .map((param) => TYPES[param]),
    results: nothing === undefined ? [I32] : [],
  }
  return { name, type, implemented: !MISSING.has(name) }
}

/** All 46 calls of wasi_snapshot_preview1, by name. */
export const wasiCalls: ReadonlyMap<string, WasiCall> = new Map(
  Object.entries(CALLS).map(([name, text]) => [name, call(name, text)]),
)
