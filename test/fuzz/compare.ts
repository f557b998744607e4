/** Compares the logs of a case. */

export type Verdict =
  | 'same'
  /** Optimized code left out a load whose value no one needs, which would have trapped: a known limit of level 1 and up. */
  | 'missed trap'
  /** One of the two ran out of stack, of which V8 has less; the same up to there. */
  | 'stack'
  | 'different'

const STACK = 'call stack exhausted'
const BOUNDS = 'out of bounds memory access'

/** V8's words, and those of the specification that they stand for. */
const TRAPS: [pattern: RegExp, texts: string[]][] = [
  [/^unreachable$/, ['unreachable']],
  [/^memory access out of bounds$/, [BOUNDS]],
  [/^(divide|remainder) by zero$/, ['integer divide by zero']],
  [/^divide result unrepresentable$/, ['integer overflow']],
  [/^float unrepresentable in integer range$/, ['integer overflow', 'invalid conversion to integer']],
  [/^table index is out of bounds$/, ['out of bounds table access', 'undefined element']],
  [
    /^table access out of bounds|table or memory out of bounds|element segment out of bounds/,
    ['out of bounds table access'],
  ],
  [/^invalid index into function table$/, ['undefined element']],
  [/(^|null function or )function signature mismatch$/, ['uninitialized element', 'indirect call type mismatch']],
  [
    /^(dereferencing a null pointer|rethrowing null value)$/,
    ['null exception reference', 'null reference', 'null function reference'],
  ],
  [/^Maximum call stack size exceeded$/, [STACK]],
  [/data segment .*out of bounds/, [BOUNDS]],
  [/table .*out of bounds/, ['out of bounds table access']],
  [/^uncaught exception$/, ['uncaught exception']],
]

interface Trap {
  message: string
  /** In the module, where V8 says it. */
  offset?: number
}

function trapOf(line = ''): Trap | undefined {
  const [, message, offset] = /^trap (.*?)(?: @(\d+))?$/.exec(line) ?? []
  return message === undefined ? undefined : { message, offset: offset === undefined ? undefined : Number(offset) }
}

/** A trap of V8 in the specification's words. @throws Error for words that are not known */
function specTraps(message: string): string[] {
  const known = TRAPS.find(([pattern]) => pattern.test(message.replace(/^WebAssembly\.Instance\(\): /, '')))
  if (!known) throw new Error(`V8 trapped with words that compare.ts does not know: ${message}`)
  return known[1]
}

/**
 * `expected` is V8's log, `actual` the executable's. `optimizedLoad` tells whether a trap at an offset is one of a load
 * that optimized code may leave out.
 */
export function compareLogs(
  expected: string[],
  actual: string[],
  optimizedLoad: (offset: number) => boolean,
): { verdict: Verdict; line: number } {
  let line = 0
  while (line < expected.length && line < actual.length && expected[line] === actual[line]) line++
  if (line === expected.length && line === actual.length) return { verdict: 'same', line }
  const wanted = trapOf(expected[line])
  const texts = wanted === undefined ? [] : specTraps(wanted.message)
  const got = trapOf(actual[line])?.message
  if (got !== undefined && texts.includes(got)) return { verdict: 'same', line: line + 1 }
  if (got === STACK || texts.includes(STACK)) return { verdict: 'stack', line }
  const missed = texts.includes(BOUNDS) && wanted!.offset !== undefined && optimizedLoad(wanted!.offset)
  return { verdict: missed ? 'missed trap' : 'different', line }
}
