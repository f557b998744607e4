import { printable, printableText } from './printable.ts'

/** What is known about a failure beyond its sentence. */
export interface ErrorDetails {
  /** Stable, for programs: 'malformed', 'invalid', 'unsupported', 'imports', 'toolchain' … */
  code: string
  /** The file the user knows, 'src/hello.wasm'. */
  file?: string
  /** Byte offset in the module. */
  offset?: number
  functionIndex?: number
  functionName?: string
  /** The next step to take, a sentence without its full stop. */
  hint?: string
  cause?: unknown
}

/**
 * The error of everything the compiler refuses or fails at. Its message says file, place, what, and the next step:
 *
 *     hello.wasm: invalid module at 0x1a2b in func[12] $parse: type mismatch: expected i32, got f64
 *       the tool that wrote this module is at fault: try another version of it
 */
export class CompileError extends Error {
  override name = 'CompileError'
  readonly code: string
  readonly file?: string
  readonly offset?: number
  readonly functionIndex?: number
  readonly functionName?: string
  readonly hint?: string

  /** The failure alone, without file, place and hint: 'type mismatch: expected i32, got f64'. */
  readonly reason: string

  constructor(reason: string, details: ErrorDetails) {
    const hint = details.hint ?? MODULE_FAULTS[details.code]?.hint
    super(message(reason, { ...details, hint }), details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = shown(reason, details.code)
    this.code = details.code
    this.file = details.file
    this.offset = details.offset
    this.functionIndex = details.functionIndex
    this.functionName = details.functionName
    this.hint = hint && shown(hint, details.code)
  }

  /** The same error with details that were not known where it was thrown. */
  with(details: Partial<ErrorDetails>): CompileError {
    const { code, file, offset, functionIndex, functionName, hint, cause } = this
    return new CompileError(this.reason, { code, file, offset, functionIndex, functionName, hint, cause, ...details })
  }
}

/** The same error with the file it is about, where it names none; other errors as they are. */
export function nameFile(error: unknown, file: string): unknown {
  return error instanceof CompileError && error.file === undefined ? error.with({ file }) : error
}

/** How a fault of the module itself is introduced, and the step to take if nothing better is known. */
const MODULE_FAULTS: Record<string, { label: string; hint?: string }> = {
  malformed: { label: 'malformed module', hint: 'the file is damaged or cut short: build it or download it again' },
  invalid: { label: 'invalid module', hint: 'the tool that wrote this module is at fault: try another version of it' },
  unsupported: { label: 'unsupported module' },
}

/** What quotes the lines of a file or of a compiler. Of all else the names may have line ends, and are not to begin lines of their own. */
const QUOTES_LINES = new Set(['text', 'toolchain'])

const shown = (text: string, code: string): string => (QUOTES_LINES.has(code) ? printableText(text) : printable(text))

function message(reason: string, details: ErrorDetails): string {
  const { code, file, offset, functionIndex, functionName, hint } = details
  const label = MODULE_FAULTS[code]?.label
  const hex = offset === undefined ? '' : `0x${offset.toString(16)}`
  const place = [
    label ?? '',
    hex && label ? `at ${hex}` : '',
    functionIndex === undefined ? '' : `in func[${functionIndex}]`,
    functionName === undefined ? '' : `$${printable(functionName)}`,
  ]
  const path = printable(file ?? '')
  const where = hex && !label ? `${path}+${hex}` : path
  const head = [where, place.filter(Boolean).join(' '), shown(reason, code)].filter(Boolean).join(': ')
  return hint === undefined ? head : `${head}\n  ${shown(hint, code)}`
}
