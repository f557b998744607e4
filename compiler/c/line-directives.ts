import { SourceLines } from '../wasm/dwarf-lines.ts'
import type { Module } from '../wasm/module.ts'
import { stringLiteral } from './consts.ts'

/**
 * `#line` for what debuggers and profilers are to show: the source's file and line where the module's DWARF tells them,
 * else the module's file, with the byte offset of the instruction as the line.
 */
export class LineDirectives {
  readonly #source: SourceLines
  readonly #file: string

  /** @param file name of the module: 'hello.wasm' */
  constructor(module: Module, file: string) {
    this.#source = new SourceLines(module)
    this.#file = file
  }

  /** The line that ends before the one it is about. @param offset of an instruction in the module */
  directive(offset: number): string {
    const { file, line } = this.#source.at(offset) ?? { file: this.#file, line: offset }
    return `#line ${line} ${stringLiteral(file)}\n`
  }

  /** Ends what comes from the module's code. */
  end(file: string): string {
    return `#line 1 ${stringLiteral(file)}`
  }
}
