import { WASI_FUNCTIONS, WASI_MODULE, WASI_UNSTABLE } from '../../compiler/wasi.ts'
import { I32, I64, type ValType } from '../../compiler/wasm/types.ts'

const VALUE_TYPES = new Map<ValType, string>([
  [I32, 'i32'],
  [I64, 'i64'],
])

const EFAULT = 21
const EINVAL = 28

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
/** The arguments of the call that is made, 8 bytes each. */
const ARGUMENTS = 1024
/** The error numbers of all calls, 16 bits each. */
const RESULTS = 4096

const bytes = (at: number): Argument => ({ at, unit: 1 })
const result = (size: number): Argument => ({ at: RESULT, size })
const hello = [bytes(HELLO), 9]
const fresh = [bytes(NEW), 3]
const iovecs = [{ at: IOVEC, unit: 8 }, 1]

/** 3 is a granted address, 4 the granted directory, 5 a file, 6 a connection. */
const LISTENER = 3
const DIRECTORY = 4
const FILE = 5
const CONNECTION = 6

/** Every call that takes a pointer. None may have an effect if one of its pointers is bad. */
const CALLS: [name: string, Argument[]][] = [
  ['args_get', [result(4), { at: BUFFER, size: 8 }]],
  ['args_sizes_get', [result(4), result(4)]],
  ['environ_get', [result(4), { at: BUFFER, size: 8 }]],
  ['environ_sizes_get', [result(4), result(4)]],
  ['clock_res_get', [0, result(8)]],
  ['clock_time_get', [0, 0n, result(8)]],
  ['fd_fdstat_get', [FILE, result(24)]],
  ['fd_filestat_get', [FILE, result(64)]],
  ['fd_pread', [FILE, ...iovecs, 0n, result(4)]],
  ['fd_prestat_get', [DIRECTORY, result(8)]],
  ['fd_prestat_get', [LISTENER, result(8)]],
  ['fd_prestat_dir_name', [DIRECTORY, { at: BUFFER, size: 1 }, 1]],
  ['fd_pwrite', [FILE, ...iovecs, 0n, result(4)]],
  ['fd_read', [FILE, ...iovecs, result(4)]],
  ['fd_read', [CONNECTION, ...iovecs, result(4)]],
  ['fd_readdir', [DIRECTORY, bytes(BUFFER), 100, 0n, result(4)]],
  ['fd_seek', [FILE, 0n, 1, result(8)]],
  ['fd_tell', [FILE, result(8)]],
  ['fd_write', [1, ...iovecs, result(4)]],
  ['fd_write', [CONNECTION, ...iovecs, result(4)]],
  ['path_create_directory', [DIRECTORY, ...fresh]],
  ['path_filestat_get', [DIRECTORY, 0, ...hello, result(64)]],
  ['path_filestat_set_times', [DIRECTORY, 0, ...hello, 1n, 1n, 5]],
  ['path_link', [DIRECTORY, 0, ...hello, DIRECTORY, ...fresh]],
  ['path_open', [DIRECTORY, 0, ...fresh, 1, 2n, 0n, 0, result(4)]],
  ['path_readlink', [DIRECTORY, ...hello, bytes(BUFFER), 10, result(4)]],
  ['path_remove_directory', [DIRECTORY, ...fresh]],
  ['path_rename', [DIRECTORY, ...hello, DIRECTORY, ...fresh]],
  ['path_symlink', [...hello, DIRECTORY, ...fresh]],
  ['path_unlink_file', [DIRECTORY, ...hello]],
  ['poll_oneoff', [{ at: SUBSCRIPTION, size: 48 }, { at: BUFFER, size: 32 }, 1, result(4)]],
  ['random_get', [bytes(BUFFER), 8]],
  ['sock_accept', [LISTENER, 0, result(4)]],
  ['sock_recv', [CONNECTION, ...iovecs, 0, result(4), result(2)]],
  ['sock_recv', [LISTENER, ...iovecs, 0, result(4), result(2)]],
  ['sock_send', [CONNECTION, ...iovecs, 0, result(4)]],
  ['sock_send', [LISTENER, ...iovecs, 0, result(4)]],
]

/** The calls that take none. */
const WITHOUT = new Set(
  'fd_advise fd_allocate fd_close fd_datasync fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_set_size fd_filestat_set_times fd_renumber fd_sync proc_exit proc_raise sched_yield sock_shutdown'.split(
    ' ',
  ),
)

/** What is smaller or larger in {@link WASI_UNSTABLE}, by its size in preview 1. */
const UNSTABLE_SIZES = new Map([
  [64, 56], // a file's status
  [48, 56], // a subscription
])

export interface PointerCase {
  /** `wasi_unstable fd_read(5, 0xffffffff, 1, 0x80): argument 2`. */
  title: string
  module: string
  call: string
  args: (number | bigint)[]
  /** The error number that has to come. */
  error: number
}

/** Every call with every bad value of every pointer and length, one at a time, for a memory of so many bytes. */
export function pointerCases(memorySize: number): PointerCase[] {
  const known = new Set(CALLS.map(([name]) => name))
  for (const name of WASI_FUNCTIONS.keys())
    if (!known.has(name) && !WITHOUT.has(name))
      throw new Error(`test/hostile/pointers.ts does not know the arguments of ${name}`)
  return [WASI_MODULE, WASI_UNSTABLE].flatMap((module) =>
    CALLS.filter(([name]) => module === WASI_MODULE || name !== 'sock_accept').flatMap(([name, good]) =>
      casesOf(module, name, good, memorySize),
    ),
  )
}

function casesOf(module: string, call: string, good: Argument[], memorySize: number): PointerCase[] {
  const cases: PointerCase[] = []
  const plain = good.map((argument) => (typeof argument === 'object' ? argument.at : argument))
  const add = (index: number, value: number, error = EFAULT): void => {
    const args = plain.with(index, value)
    const shown = args.map((arg) => `0x${arg.toString(16)}`).join(', ')
    cases.push({ title: `${module} ${call}(${shown}): argument ${index + 1}`, module, call, args, error })
  }
  good.forEach((argument, index) => {
    if (typeof argument !== 'object') return
    let size = 'size' in argument ? argument.size : argument.unit * Number(good[index + 1])
    if (module === WASI_UNSTABLE) size = UNSTABLE_SIZES.get(size) ?? size
    const pointers = [memorySize, memorySize - size + 1, 0x7fffffff, 0x80000000, 0xffffffff - size + 2, 0xffffffff]
    for (const pointer of new Set(pointers))
      if (pointer <= 0xffffffff && pointer + size > memorySize) add(index, pointer)
    if ('size' in argument) return
    // With the counts, count × unit is 2³² or a little more.
    const wrapping = [0, 1, 2].map((more) => Math.ceil(2 ** 32 / argument.unit) + more)
    const giant = [
      0xffffffff,
      0xfffffffe,
      0x80000000,
      0x7fffffff,
      Math.ceil((memorySize + 1) / argument.unit),
      ...wrapping,
    ]
    for (const length of new Set(giant))
      if (length <= 0xffffffff && argument.at + length * argument.unit > memorySize) add(index + 1, length)
    if (argument.unit === 8) for (const bad of badIovecs(memorySize)) add(index, bad.at)
  })
  // More subscriptions than there may be, the last three so many that their size wraps around.
  if (call === 'poll_oneoff')
    for (const count of [0, 4097, 0x7fffffff, 0x80000000, 0xffffffff, 0x5555556, 0x4924925, 0x8000000])
      add(2, count, EINVAL)
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

const text = (buffer: Uint8Array): string =>
  Array.from(buffer, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')

const words = (...values: number[]): string => text(new Uint8Array(Uint32Array.from(values).buffer))

const MAX_ARGUMENTS = 9

/** A case in a data segment: the arguments, 8 bytes each, and which wrapper is to be called. */
const CASE_SIZE = (MAX_ARGUMENTS + 1) * 8

function caseData(cases: PointerCase[], wrappers: string[]): string {
  const fields = new BigUint64Array(cases.length * (MAX_ARGUMENTS + 1))
  cases.forEach(({ args, module, call }, index) => {
    fields.set(args.map(BigInt), index * (MAX_ARGUMENTS + 1))
    fields[index * (MAX_ARGUMENTS + 1) + MAX_ARGUMENTS] = BigInt(wrappers.indexOf(`${module} ${call}`))
  })
  return text(new Uint8Array(fields.buffer))
}

/**
 * A program that takes a connection and makes all the calls: first those for one page of memory, then, with as much of it as
 * there can be, those for 4 GiB. It writes their error numbers, 16 bits each, to standard output.
 */
export function pointerProgram(small: PointerCase[], large: PointerCase[]): string {
  const wrappers = [...new Set([...small, ...large].map(({ module, call }) => `${module} ${call}`))]
  const needed = ['path_open', 'fd_write', 'proc_exit', 'sock_accept'].map((name) => `${WASI_MODULE} ${name}`)
  const largeIovecs = words(...badIovecs(2 ** 32).flatMap(({ pointer, size }) => [pointer, size]))
  const count = small.length + large.length
  if (RESULTS + count * 2 > 0x10000) throw new Error('the error numbers do not fit the first page of memory')
  return `(module
    ${[...new Set([...wrappers, ...needed])].map(importOf).join('\n    ')}
    (memory (export "memory") 1)
    ${data().join('\n    ')}
    (data $iovecs "${largeIovecs}")
    (data $small "${caseData(small, wrappers)}")
    (data $large "${caseData(large, wrappers)}")
    (type $wrapper (func (result i32)))
    (table funcref (elem ${wrappers.map((name) => `$with_${idOf(name)}`).join(' ')}))
    ${wrappers.map(wrapperOf).join('\n    ')}
    (func $must (param i32)
      (if (local.get 0) (then ${callOf('proc_exit', [2])})))
    ${makeAll('small', small.length, RESULTS)}
    ${makeAll('large', large.length, RESULTS + small.length * 2)}
    (func (export "_start")
      (call $must ${callOf('path_open', [DIRECTORY, 0, HELLO, 9, 0, 0x6000ffn, 0n, 0, RESULT])})
      (call $must ${callOf('sock_accept', [LISTENER, 0, RESULT])})
      (call $small)
      (drop (memory.grow (i32.const 65535)))
      (memory.init $iovecs (i32.const ${BAD_IOVECS}) (i32.const 0) (i32.const ${badIovecs(2 ** 32).length * 8}))
      (call $large)
      (i32.store (i32.const ${IOVEC}) (i32.const ${RESULTS}))
      (i32.store (i32.const ${IOVEC + 4}) (i32.const ${count * 2}))
      (drop ${callOf('fd_write', [1, IOVEC, 1, RESULT])})))`
}

function data(): string[] {
  const entries: [number, string][] = [
    [HELLO, 'hello.txt'],
    [NEW, 'new'],
    [IOVEC, words(BUFFER, 8)],
    // A subscription to the monotonic clock, due at once: by the older layout too, where its number stands 8 bytes on.
    [SUBSCRIPTION + 16, words(1, 0, 1)],
    ...badIovecs(0x10000).map(({ at, pointer, size }): [number, string] => [at, words(pointer, size)]),
  ]
  return entries.map(([at, bytesOf]) => `(data (i32.const ${at}) "${bytesOf}")`)
}

const idOf = (name: string): string => name.replace(' ', '.')

function importOf(name: string): string {
  const [module, call] = name.split(' ')
  const { params, results } = WASI_FUNCTIONS.get(call)!.type
  const types = [...params.map((type) => `(param ${VALUE_TYPES.get(type)})`), ...results.map(() => '(result i32)')]
  return `(import "${module}" "${call}" (func $${idOf(name)} ${types.join(' ')}))`
}

/** A function that makes the call with the arguments that lie at {@link ARGUMENTS}. */
function wrapperOf(name: string): string {
  const { params } = WASI_FUNCTIONS.get(name.split(' ')[1])!.type
  const values = params.map((type, index) => `(${VALUE_TYPES.get(type)}.load (i32.const ${ARGUMENTS + index * 8}))`)
  return `(func $with_${idOf(name)} (type $wrapper) (call $${idOf(name)} ${values.join(' ')}))`
}

/** A function that makes the calls of a data segment, one after the other. */
function makeAll(segment: string, count: number, results: number): string {
  return `(func $${segment} (local $i i32)
      (loop $next
        (memory.init $${segment} (i32.const ${ARGUMENTS})
          (i32.mul (local.get $i) (i32.const ${CASE_SIZE})) (i32.const ${CASE_SIZE}))
        (i32.store16 (i32.add (i32.const ${results}) (i32.mul (local.get $i) (i32.const 2)))
          (call_indirect (type $wrapper) (i32.load (i32.const ${ARGUMENTS + MAX_ARGUMENTS * 8}))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $i) (i32.const ${count})))))`
}

function callOf(call: string, args: (number | bigint)[]): string {
  const { params } = WASI_FUNCTIONS.get(call)!.type
  const values = args.map((value, index) => `(${VALUE_TYPES.get(params[index])}.const ${value})`)
  return `(call $${idOf(`${WASI_MODULE} ${call}`)} ${values.join(' ')})`
}
