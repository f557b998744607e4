/** What a program that counts its blocks writes when it ends: see runtime/profile.c. */
import { CompileError } from '../../errors.ts'

/** How often each block of a function was run. */
export type FunctionCounts = readonly number[]

export interface Profile {
  /** The program that wrote it. */
  program: string
  /** By the functions' keys; several functions may have the same. */
  functions: ReadonlyMap<string, readonly FunctionCounts[]>
}

/** More is as much: clang adds them up in 64 bits. */
const atMost = (count: number): number => Math.min(count, 2 ** 48)

const HEADER = /^wasm-exe profile 1 ([^\n]*)\n/
/** Of the name, which escapes may make long, and the words before it. */
const HEADER_MAX = 0x10000

/**
 * Reads a profile: a line, then numbers of 64 bits, the least byte first: of each function its key, how many blocks it has, and
 * their counts.
 * @throws CompileError if it is none
 */
export function parseProfile(bytes: Uint8Array, file: string): Profile {
  const damaged = (reason: string): CompileError =>
    new CompileError(`${file} is no profile: ${reason}`, {
      code: 'option',
      hint: 'build the program with profileGenerate, run it, and name the file that it writes',
    })
  const header = HEADER.exec(new TextDecoder().decode(bytes.subarray(0, HEADER_MAX)))
  if (header === null) throw damaged('it does not begin as one')
  const start = new TextEncoder().encode(header[0]).length
  if ((bytes.length - start) % 8 !== 0) throw damaged('it ends within a number')
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  const word = (index: number): bigint => view.getBigUint64(8 * index, true)
  const words = view.byteLength / 8
  const functions = new Map<string, FunctionCounts[]>()
  for (let at = 0; at < words;) {
    const key = word(at).toString(16).padStart(16, '0')
    const blocks = at + 1 < words ? Number(word(at + 1)) : Infinity
    if (blocks > words - at - 2)
      throw damaged(`function ${functions.size + 1} has more blocks than the file has numbers`)
    const counts = Array.from({ length: blocks }, (_, i) => atMost(Number(word(at + 2 + i))))
    const same = functions.get(key)
    if (same) same.push(counts)
    else functions.set(key, [counts])
    at += 2 + blocks
  }
  return { program: header[1], functions }
}

/** The sum of several, which may be of different runs, versions and programs. */
export function sumProfiles(profiles: readonly Profile[]): Profile | undefined {
  if (profiles.length === 0) return undefined
  const functions = new Map<string, FunctionCounts[]>()
  for (const profile of profiles)
    for (const [key, list] of profile.functions) {
      const sums = functions.get(key)
      functions.set(
        key,
        list.map((counts, nth) => sumCounts(counts, sums?.[nth])),
      )
    }
  return { program: profiles[0].program, functions }
}

const sumCounts = (counts: FunctionCounts, others: FunctionCounts | undefined): FunctionCounts =>
  others?.length === counts.length ? counts.map((count, block) => atMost(count + others[block])) : counts
