/** Compares the logs of a case. */

export type Verdict =
  | 'same'
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
  [
    /(^|null function or )function signature mismatch$|^null function$/,
    ['uninitialized element', 'indirect call type mismatch'],
  ],
  [
    /^(dereferencing a null pointer|rethrowing null value)$/,
    [
      'null exception reference',
      'null reference',
      'null function reference',
      'null structure reference',
      'null array reference',
      'null i31 reference',
    ],
  ],
  [/^illegal cast$/, ['cast failure']],
  [/^array element access out of bounds$/, ['out of bounds array access']],
  [/^(requested new array is too large|.*memory)$/, ['out of memory']],
  [/^Maximum call stack size exceeded$/, [STACK]],
  [/data segment .*out of bounds/, [BOUNDS]],
  [/table .*out of bounds/, ['out of bounds table access']],
  [/^uncaught exception$/, ['uncaught exception']],
]

/** The words of a trap; V8's end with its offset in the module. */
const trapOf = (line = ''): string | undefined => /^trap (.*?)(?: @\d+)?$/.exec(line)?.[1]

/** A trap of V8 in the specification's words. @throws Error for words that are not known */
function specTraps(message: string): string[] {
  const known = TRAPS.find(([pattern]) => pattern.test(message.replace(/^WebAssembly\.Instance\(\): /, '')))
  if (!known) throw new Error(`V8 trapped with words that compare.ts does not know: ${message}`)
  return known[1]
}

/**
 * `expected` is V8's log, `actual` the executable's: what the module did up to the end or a trap, and which trap. One that is
 * lost, or comes before or behind a call that it should not, makes them differ.
 */
export function compareLogs(expected: string[], actual: string[]): { verdict: Verdict; line: number } {
  let line = 0
  while (line < expected.length && line < actual.length && expected[line] === actual[line]) line++
  if (line === expected.length && line === actual.length) return { verdict: 'same', line }
  const wanted = trapOf(expected[line])
  const texts = wanted === undefined ? [] : specTraps(wanted)
  const got = trapOf(actual[line])
  if (got !== undefined && texts.includes(got)) return { verdict: 'same', line: line + 1 }
  if (got === STACK || texts.includes(STACK)) return { verdict: 'stack', line }
  return { verdict: 'different', line }
}
