/** Generated C that counts how often each of its blocks is run, and what the counts say to clang about the C without them. */
import { createHash } from 'node:crypto'
import { append } from '../../append.ts'
import { profiledFunctions, type ProfiledFunction } from './blocks.ts'
import type { FunctionCounts, Profile } from './profile.ts'

/** C with counters in an array of u64, which holds for each function its key, the number of its blocks, and their counts. */
export interface CountedCode {
  code: string
  words: number
}

/** @param array its symbol */
export function countBlocks(code: string, array: string): CountedCode {
  const lines = code.split('\n')
  const words: string[] = []
  for (const func of profiledFunctions(lines)) {
    const key = keyOf(lines, func)
    words.push(`0x${key}ull`, String(func.starts.length))
    // From the last one on: two may stand in one line.
    for (const [block, { line, column }] of [...func.starts.entries()].toReversed()) {
      const counter = `${array}[${words.length + block}]++;`
      lines[line] = `${lines[line].slice(0, column)} ${counter} ${lines[line].slice(column)}`
    }
    append(
      words,
      func.starts.map(() => '0'),
    )
  }
  if (words.length === 0) return { code, words: 0 }
  const declaration = `extern unsigned long long ${array}[${words.length}] __attribute__((visibility("hidden")));`
  const definition = `unsigned long long ${array}[${words.length}] = {${words.join(', ')}};`
  return { code: `${declaration}\n${lines.join('\n')}\n${definition}\n`, words: words.length }
}

/** What clang reads. */
export interface Samples {
  text: string
  /** Functions that the profile knows, of all. */
  known: number
  functions: number
}

/**
 * The counts of C's lines as clang's option -fprofile-sample-use takes them, by a text as its users' manual describes it: of each
 * function its name, the sum of its counts and how often it was called, and below, for each line as far from its name's, a count.
 * @param seen how many functions of a key came before, in the program's other units too
 */
export function samplesOf(code: string, profile: Profile, seen = new Map<string, number>()): Samples {
  const lines = code.split('\n')
  const functions = profiledFunctions(lines)
  const rows: string[] = []
  let known = 0
  for (const func of functions) {
    const key = keyOf(lines, func)
    const nth = seen.get(key) ?? 0
    seen.set(key, nth + 1)
    const counts = profile.functions.get(key)?.[nth]
    if (counts?.length !== func.starts.length) continue
    known++
    append(rows, sampleRows(lines, func, counts))
  }
  return { text: rows.map((row) => `${row}\n`).join(''), known, functions: functions.length }
}

function sampleRows(lines: readonly string[], func: ProfiledFunction, counts: FunctionCounts): string[] {
  const { name, declared, end, starts } = func
  const rows: string[] = []
  let sum = 0
  for (const [block, { first }] of starts.entries())
    for (let line = first; line < (starts[block + 1]?.first ?? end); line++) {
      if (lines[line].trim() === '') continue
      rows.push(` ${line - declared}: ${counts[block]}`)
      sum += counts[block]
    }
  return [`${name}:${BigInt(sum)}:${counts[0]}`, ...rows]
}

/** 64 bits in hex, the same wherever a function stands among others: its numbers, which depend on that, have no part in it. */
function keyOf(lines: readonly string[], { declared, end }: ProfiledFunction): string {
  const text = lines.slice(declared, end).join('\n').replaceAll(/\d+/g, '')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
