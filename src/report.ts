import { sep } from 'node:path'
import { CompileError } from '../compiler/index.ts'
import { printable, printableText } from '../compiler/printable.ts'

/** An error as bundlers show it. */
export interface Report {
  /** File, place, what, and on a second line the next step. */
  message: string
  /** The first line of the message. */
  summary: string
  hint: string | undefined
  /** Place and reason in the form of a code frame, which Vite's overlay shows. */
  frame: string | undefined
}

/** @param root the project's directory, which messages leave out of paths */
export function describe(error: unknown, root: string): Report {
  const short = (text: string) => text.replaceAll(root + sep, '')
  if (!(error instanceof CompileError)) {
    const message = printableText(error instanceof Error ? error.message : String(error))
    return { message, summary: message, hint: undefined, frame: undefined }
  }
  const message = short(error.message)
  const hint = error.hint && short(error.hint)
  const summary = hint === undefined ? message : message.slice(0, message.lastIndexOf(`\n  ${hint}`))
  const frame = codeFrame(error)
  return { message, summary, hint, frame: frame && short(frame) }
}

function codeFrame({ file, offset, functionIndex, functionName, reason }: CompileError): string | undefined {
  if (file === undefined) return undefined
  const place = [
    printable(file),
    offset === undefined ? '' : `at 0x${offset.toString(16)}`,
    functionIndex === undefined ? '' : `in func[${functionIndex}]`,
    functionName === undefined ? '' : `$${printable(functionName)}`,
  ]
  return `> 1 | ${place.filter(Boolean).join(' ')}\n    | ^ ${reason.replaceAll('\n', '\n    |   ')}`
}
