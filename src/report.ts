import { CompileError } from '../compiler/index.ts'

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

export function describe(error: unknown): Report {
  if (!(error instanceof CompileError)) {
    const message = error instanceof Error ? error.message : String(error)
    return { message, summary: message, hint: undefined, frame: undefined }
  }
  const { message, hint } = error
  const summary = hint === undefined ? message : message.slice(0, message.lastIndexOf(`\n  ${hint}`))
  return { message, summary, hint, frame: frame(error) }
}

function frame({ file, offset, functionIndex, functionName, reason, hint }: CompileError): string | undefined {
  if (file === undefined) return undefined
  const place = [
    file,
    offset === undefined ? '' : `at 0x${offset.toString(16)}`,
    functionIndex === undefined ? '' : `in func[${functionIndex}]`,
    functionName === undefined ? '' : `$${functionName}`,
  ]
  const lines = [`> 1 | ${place.filter(Boolean).join(' ')}`, `    | ^ ${reason.replaceAll('\n', '\n    |   ')}`]
  if (hint !== undefined) lines.push(`    |   ${hint.replaceAll('\n', '\n    |   ')}`)
  return lines.join('\n')
}
