/** Where the basic blocks of generated C begin: what a profile counts, and which lines its counts are of. */

/** The beginning of a block, counted before the line or behind what opens the block in it. */
export interface BlockStart {
  line: number
  /** Where in the line. */
  column: number
  /** The first line of the block. */
  first: number
}

export interface ProfiledFunction {
  name: string
  /** The lines of its name and its last brace. */
  declared: number
  end: number
  starts: BlockStart[]
}

/** LLVM keeps 16 bits of a line's distance from its function's. */
const MAX_LINES = 0xffff

/** The functions that C defines, in their order; lines are numbers of `lines`. */
export function profiledFunctions(lines: readonly string[]): ProfiledFunction[] {
  const functions: ProfiledFunction[] = []
  for (let open = 1; open < lines.length; open++) {
    if (lines[open] !== '{') continue
    const name = /(\w+)\([^()]*\)$/.exec(lines[open - 1])?.[1]
    const end = lines.indexOf('}', open)
    if (end < 0) break
    if (name !== undefined && end - open < MAX_LINES)
      functions.push({ name, declared: open - 1, end, starts: blockStarts(lines, open, end) })
    open = end
  }
  return functions
}

function blockStarts(lines: readonly string[], open: number, end: number): BlockStart[] {
  const starts: BlockStart[] = [{ line: open, column: 1, first: open + 1 }]
  /** The next statement may be reached in another way than the last one. */
  let isApart = false
  let continues = false
  for (let line = open + 1; line < end; line++) {
    const text = lines[line].trimEnd()
    if (text === '' || text.trimStart().startsWith('#')) continue
    const isStatement = !continues
    continues = !/[;{}:]$/.test(text) || /=\s*\{$/.test(text)
    if (!isStatement) continue
    if (CASE.test(text)) {
      isApart = true
      continue
    }
    const label = LABEL.exec(text)?.[0]
    if (label !== undefined) starts.push({ line, column: label.length, first: line })
    else if (isApart && !/^\s*(\}|else\b)/.test(text)) starts.push({ line, column: text.search(/\S/), first: line })
    if (text.endsWith('{') && !continues && !/^\s*switch\b/.test(text))
      starts.push({ line, column: text.length, first: line + 1 })
    isApart = !text.endsWith('{') && /\b(goto|return|break|continue)\b|\}/.test(text.slice(label?.length ?? 0))
  }
  return starts
}

const CASE = /^\s*(case\b.*|default\s*):$/
const LABEL = /^\s*[A-Za-z_]\w*:;?/
