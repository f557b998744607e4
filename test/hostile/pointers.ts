import { WASI_FUNCTIONS, WASI_MODULE } from '../../compiler/wasi.ts'
import { I32, I64, type ValType } from '../../compiler/wasm/types.ts'

const VALUE_TYPES = new Map<ValType, string>([
  [I32, 'i32'],
  [I64, 'i64'],
])

/**
 * What a call gets when nothing is wrong: a plain number, or a range of the guest's memory. A range's size is constant, or
 * stands in the next argument: as bytes, or as a count of items of `unit` bytes.
 */
type Argument = number | bigint | { at: number; size: number } | { at: number; unit: number }

/** Where the program keeps what good arguments point to: see {@link data}. */
const HELLO = 0
const NEW = 16
const IOVEC = 32
const SUBSCRIPTION = 64
const RESULT = 128
const BUFFER = 256
const BAD_IOVECS = 512

const bytes = (at: number): Argument => ({ at, unit: 1 })
const result = (size: number): Argument => ({ at: RESULT, size })
const hello = [bytes(HELLO), 9]
const fresh = [bytes(NEW), 3]
const iovecs = [{ at: IOVEC, unit: 8 }, 1]

/** Standard input is a socket, 3 the granted directory, 4 a file. */
const SOCKET = 0
const DIRECTORY = 3
const FILE = 4

/** Every call that takes a pointer. None may have an effect if one of its pointers is bad. */
const CALLS: Record<string, Argument[]> = {
  args_get: [result(4), { at: BUFFER, size: 8 }],
  args_sizes_get: [result(4), result(4)],
  environ_get: [result(4), { at: BUFFER, size: 8 }],
  environ_sizes_get: [result(4), result(4)],
  clock_res_get: [0, result(8)],
  clock_time_get: [0, 0n, result(8)],
  fd_fdstat_get: [FILE, result(24)],
  fd_filestat_get: [FILE, result(64)],
  fd_pread: [FILE, ...iovecs, 0n, result(4)],
  fd_prestat_get: [DIRECTORY, result(8)],
  fd_prestat_dir_name: [DIRECTORY, { at: BUFFER, size: 1 }, 1],
  fd_pwrite: [FILE, ...iovecs, 0n, result(4)],
  fd_read: [FILE, ...iovecs, result(4)],
  fd_readdir: [DIRECTORY, bytes(BUFFER), 100, 0n, result(4)],
  fd_seek: [FILE, 0n, 1, result(8)],
  fd_tell: [FILE, result(8)],
  fd_write: [1, ...iovecs, result(4)],
  path_create_directory: [DIRECTORY, ...fresh],
  path_filestat_get: [DIRECTORY, 0, ...hello, result(64)],
  path_filestat_set_times: [DIRECTORY, 0, ...hello, 1n, 1n, 5],
  path_link: [DIRECTORY, 0, ...hello, DIRECTORY, ...fresh],
  path_open: [DIRECTORY, 0, ...fresh, 1, 2n, 0n, 0, result(4)],
  path_readlink: [DIRECTORY, ...hello, bytes(BUFFER), 10, result(4)],
  path_remove_directory: [DIRECTORY, ...fresh],
  path_rename: [DIRECTORY, ...hello, DIRECTORY, ...fresh],
  path_symlink: [...hello, DIRECTORY, ...fresh],
  path_unlink_file: [DIRECTORY, ...hello],
  poll_oneoff: [{ at: SUBSCRIPTION, size: 48 }, { at: BUFFER, size: 32 }, 1, result(4)],
  random_get: [bytes(BUFFER), 8],
  sock_accept: [SOCKET, 0, result(4)],
  sock_recv: [SOCKET, ...iovecs, 0, result(4), result(2)],
  sock_send: [SOCKET, ...iovecs, 0, result(4)],
}

/** The calls that take none. */
const WITHOUT = new Set(
  'fd_advise fd_allocate fd_close fd_datasync fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_set_size fd_filestat_set_times fd_renumber fd_sync proc_exit proc_raise sched_yield sock_shutdown'.split(
    ' ',
  ),
)

export interface PointerCase {
  /** `fd_read, argument 2 = 0xffffffff`. */
  title: string
  call: string
  args: (number | bigint)[]
}

/** Every call with every bad value of every pointer and length, one at a time, for a memory of so many bytes. */
export function pointerCases(memorySize: number): PointerCase[] {
  const cases: PointerCase[] = []
  for (const name of WASI_FUNCTIONS.keys()) {
    if (WITHOUT.has(name)) continue
    const good = CALLS[name]
    if (good === undefined) throw new Error(`test/hostile/pointers.ts does not know the arguments of ${name}`)
    const plain = good.map((argument) => (typeof argument === 'object' ? argument.at : argument))
    const add = (index: number, value: number): void => {
      const title = `${name}, argument ${index + 1} = 0x${value.toString(16)}`
      cases.push({ title, call: name, args: plain.with(index, value) })
    }
    good.forEach((argument, index) => {
      if (typeof argument !== 'object') return
      const size = 'size' in argument ? argument.size : argument.unit * Number(good[index + 1])
      const pointers = [memorySize, memorySize - size + 1, 0x7fffffff, 0x80000000, 0xffffffff - size + 2, 0xffffffff]
      for (const pointer of new Set(pointers))
        if (pointer <= 0xffffffff && pointer + size > memorySize) add(index, pointer)
      if ('unit' in argument) {
        const giant = [0xffffffff, 0x80000000, 0xfffffffe, Math.ceil((memorySize + 1) / argument.unit)]
        for (const length of new Set(giant))
          if (length <= 0xffffffff && argument.at + length * argument.unit > memorySize) add(index + 1, length)
      }
      if ('unit' in argument && argument.unit === 8) for (const bad of badIovecs(memorySize)) add(index, bad.at)
    })
  }
  return cases
}

interface BadIovec {
  at: number
  pointer: number
  size: number
}

/** The iovec itself is in memory, what it points to is not. */
function badIovecs(memorySize: number): BadIovec[] {
  const values = [
    [0xffffffff, 2],
    [0xfffffff0, 0x20],
    [BUFFER, 0xffffffff],
    [memorySize - 1, 2],
    [memorySize, 1],
  ]
  return values
    .map(([pointer, size], index) => ({ at: BAD_IOVECS + index * 8, pointer, size }))
    .filter(({ pointer }) => pointer <= 0xffffffff)
}

const word = (value: number): string => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return [...buffer].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
}

function data(memorySize: number): string[] {
  const entries: [number, string][] = [
    [HELLO, 'hello.txt'],
    [NEW, 'new'],
    [IOVEC, word(BUFFER) + word(8)],
    // A subscription to the monotonic clock, due at once.
    [SUBSCRIPTION + 16, word(1)],
    ...badIovecs(memorySize).map(({ at, pointer, size }): [number, string] => [at, word(pointer) + word(size)]),
  ]
  return entries.map(([at, text]) => `(data (i32.const ${at}) "${text}")`)
}

/**
 * A program that makes all the calls and writes their error numbers, 16 bits each, to standard output. They are kept from
 * 4096 on.
 */
export function pointerProgram(cases: PointerCase[], pages: number): string {
  const memorySize = pages * 0x10000
  const names = [...new Set([...cases.map(({ call }) => call), 'path_open', 'fd_write', 'proc_exit'])]
  const results = 4096
  return `(module
    ${names.map(importOf).join('\n    ')}
    (memory (export "memory") ${pages})
    ${data(memorySize).join('\n    ')}
    ${cases.map((one, at) => `(func $case${at} (i32.store16 (i32.const ${results + at * 2}) ${callOf(one)}))`).join('\n    ')}
    (func (export "_start")
      (if ${callOf({ call: 'path_open', args: [DIRECTORY, 0, HELLO, 9, 0, 0x6000ffn, 0n, 0, RESULT] })}
        (then (call $proc_exit (i32.const 2))))
      ${cases.map((_, index) => `(call $case${index})`).join('\n      ')}
      (i32.store (i32.const ${IOVEC}) (i32.const ${results}))
      (i32.store (i32.const ${IOVEC + 4}) (i32.const ${cases.length * 2}))
      (drop ${callOf({ call: 'fd_write', args: [1, IOVEC, 1, RESULT] })})))`
}

function importOf(name: string): string {
  const { params, results } = WASI_FUNCTIONS.get(name)!.type
  const types = [...params.map((type) => `(param ${VALUE_TYPES.get(type)})`), ...results.map(() => '(result i32)')]
  return `(import "${WASI_MODULE}" "${name}" (func $${name} ${types.join(' ')}))`
}

function callOf({ call, args }: { call: string; args: (number | bigint)[] }): string {
  const { params } = WASI_FUNCTIONS.get(call)!.type
  if (params.length !== args.length) throw new Error(`${call} has ${params.length} arguments, not ${args.length}`)
  const values = args.map((value, index) => `(${VALUE_TYPES.get(params[index])}.const ${value})`)
  return `(call $${call} ${values.join(' ')})`
}
