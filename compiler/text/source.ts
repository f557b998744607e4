import { CompileError } from '../errors.ts'

/** Characters before and behind a mistake that are shown. */
const SHOWN = 40

/** A text with the name that messages give it. Places are UTF-16 units from its beginning. */
export class Source {
  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** `file:line:column`, both from 1. */
  place(at: number): string {
    let line = 1
    for (let end = this.text.indexOf('\n'); end !== -1 && end < at; end = this.text.indexOf('\n', end + 1)) line++
    return `${this.file}:${line}:${at - this.#lineStart(at) + 1}`
  }

  /** Refuses what stands from `start` to `end`, and shows it. */
  fail(reason: string, start: number, end: number, hint?: string): never {
    throw this.mark(new CompileError(`${reason}${this.#excerpt(start, end)}`, { code: 'text', hint }), start)
  }

  /** The same error with its place in the text. */
  mark(error: CompileError, at: number): CompileError {
    return error.with({ file: this.place(at) })
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.text.lastIndexOf('\n', at - 1) + 1
  }

  /** The line, and marks below the place. */
  #excerpt(start: number, end: number): string {
    const newline = this.text.slice(start, start + 2 * SHOWN).search(/[\r\n]/)
    const lineEnd = newline === -1 ? Math.min(this.text.length, start + 2 * SHOWN) : start + newline
    const from = Math.max(this.#lineStart(start), start - SHOWN)
    const shown = Math.max(1, Math.min(end, lineEnd) - start)
    const line = this.text.slice(from, Math.max(lineEnd, start)).replaceAll(/[\t\r]/g, ' ')
    return `\n${line.trimEnd()}\n${' '.repeat(start - from)}${'^'.repeat(shown)}`
  }
}
