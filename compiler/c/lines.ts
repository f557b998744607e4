import { checkLimit } from '../wasm/limits.ts'
import type { LineDirectives } from './line-directives.ts'

/** Deeper blocks are not indented further. */
const MAX_INDENT = 12

const INDENT = Array.from({ length: MAX_INDENT + 1 }, (_, i) => '    '.repeat(i))

/** The lines of a C function, in order, and the place in the module that each of them was written for. */
export abstract class LineWriter {
  /** Braces that are open. */
  depth = 1
  protected readonly lines: string[] = []
  readonly #offsets: number[] = []
  #size = 0
  readonly #directives: LineDirectives | undefined

  constructor(directives: LineDirectives | undefined) {
    this.#directives = directives
  }

  /** The byte offset of the instruction being written. */
  protected abstract offset(): number

  line(text: string): void {
    this.#append(this.indentation() + text)
  }

  /** A line at the left edge of its block: a label. */
  label(text: string): void {
    this.#append(INDENT[Math.min(this.depth, MAX_INDENT) - 1] + text)
  }

  /** An empty line that may be filled later. */
  reserve(): number {
    this.#append('')
    return this.lines.length - 1
  }

  fill(slot: number, text: string): void {
    this.lines[slot] = text
  }

  indentation(): string {
    return INDENT[Math.min(this.depth, MAX_INDENT)]
  }

  /** All lines but empty ones, each after its directive if there are any. */
  protected text(): string {
    const directives = this.#directives
    const lines = directives
      ? this.lines.map((line, i) => (line === '' ? line : directives.directive(this.#offsets[i]) + line))
      : this.lines
    return lines.filter((line) => line !== '').join('\n')
  }

  #append(line: string): void {
    this.#size += line.length
    checkLimit('characters of C in a file', this.#size, this.offset())
    if (this.#directives) this.#offsets[this.lines.length] = this.offset()
    this.lines.push(line)
  }
}

/** `start a, b, c;`, broken at 100 columns. */
export function wrapped(start: string, items: readonly string[]): string {
  const lines: string[] = []
  let line = start
  items.forEach((item, i) => {
    const text = item + (i < items.length - 1 ? ',' : ';')
    if (line.length + text.length > 100 && line.trim() !== '') {
      lines.push(line.trimEnd())
      line = ' '.repeat(8)
    }
    line += text + ' '
  })
  lines.push(line.trimEnd())
  return lines.join('\n')
}
