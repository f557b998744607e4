import { CompileError } from './errors.ts'
import { opcodeByName } from './wasm/opcodes.ts'
import { refuseName } from './wasm/proposals.ts'

/**
 * What wabt's parser is to accept: all it knows, but typed function references, which it writes as a draft of them did.
 * What the compiler does not support it refuses itself, by the name of the proposal.
 */
const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  function_references: false,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  memory64: true,
  multi_memory: true,
  extended_const: true,
  relaxed_simd: true,
  annotations: true,
  code_metadata: true,
  gc: true,
}

const CODE = 'text'
/** What wabt calls the file: it takes names in ASCII alone, and ours stands in front of the message anyway. */
const NAME = 'text'

async function load(file: string): Promise<typeof import('wabt')> {
  try {
    return (await import('wabt')).default
  } catch (cause) {
    throw new CompileError('WebAssembly text needs the npm package wabt, which is not installed', {
      code: 'wabt',
      file,
      hint: 'run npm install -D wabt, or translate the file yourself: wat2wasm',
      cause,
    })
  }
}

/**
 * Translates a module in text format (.wat) to the binary format, names included. Bytes must be UTF-8.
 * @throws CompileError 'text' with file, line and column of a mistake; 'wabt' where that optional package is missing
 */
export async function assemble(
  text: string | Uint8Array,
  { file = 'module.wat' }: { file?: string } = {},
): Promise<Uint8Array> {
  const source = typeof text === 'string' ? text : decodeText(text, file)
  refuseTypedReferences(source, file)
  const createWabt = await load(file)
  const wabt = await createWabt()
  try {
    // A copy of exactly these bytes: wabt takes the whole buffer of a view, and of a string the low byte of each unit.
    const bytes = new Uint8Array(new TextEncoder().encode(source))
    const module = wabt.parseWat(NAME, bytes, FEATURES)
    try {
      return module.toBinary({ write_debug_names: true }).buffer
    } finally {
      module.destroy()
    }
  } catch (cause) {
    throw syntaxError(source, file, cause)
  }
}

const OTHER_TOOL =
  "npm's wabt does not know all of it: translate the file with another tool (wasm-tools parse), give the .wasm"

/** wabt takes `(ref $t)`, and writes what is another type today. */
function refuseTypedReferences(source: string, file: string): void {
  let comments = 0
  // No string or comment is part of a pattern: the stack that patterns need grows with what they match.
  const tokens = /"|;;|\(;|;\)|\(\s*ref\s/g
  for (let token = tokens.exec(source); token !== null; token = tokens.exec(source)) {
    if (token[0] === '"') tokens.lastIndex = endOfString(source, tokens.lastIndex)
    else if (token[0] === ';;') tokens.lastIndex = (source.indexOf('\n', token.index) + 1 || source.length + 1) - 1
    else if (token[0] === '(;') comments++
    else if (token[0] === ';)') comments--
    else if (comments === 0) {
      const before = source.slice(0, token.index).split('\n')
      throw new CompileError('typed references cannot be read as text', {
        code: CODE,
        file: `${file}:${before.length}:${before.at(-1)!.length + 1}`,
        hint: OTHER_TOOL,
      })
    }
  }
}

/** Where the text behind a string begins, of which `start` is the first character. */
function endOfString(source: string, start: number): number {
  const special = /["\\]/g
  special.lastIndex = start
  for (let found = special.exec(source); found !== null; found = special.exec(source)) {
    if (found[0] === '"') return special.lastIndex
    special.lastIndex++
  }
  return source.length
}

/** The text of a file, without the byte order mark that some editors write. */
function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const before = validPart(bytes).split('\n')
    throw new CompileError('malformed UTF-8 encoding', {
      code: CODE,
      file: `${file}:${before.length}:${before.at(-1)!.length + 1}`,
      hint: 'save the file as UTF-8',
      cause,
    })
  }
}

/** What is before the first byte that is not UTF-8. */
function validPart(bytes: Uint8Array): string {
  let text = ''
  for (let low = 0, high = bytes.length; low < high;) {
    const end = Math.ceil((low + high) / 2)
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true })
      low = end
    } catch {
      high = end - 1
    }
  }
  return text
}

/** What JavaScript and WebAssembly call running out of stack, which each nested expression takes some of. */
const STACK_ERRORS: ReadonlySet<string> = new Set(['RangeError', 'RuntimeError'])

/** wabt says 'parseWat failed:\nfile:line:column: error: reason\n<the line>\n   ^^^', once for each mistake. */
function syntaxError(source: string, file: string, cause: unknown): CompileError {
  if (cause instanceof Error && STACK_ERRORS.has(cause.name)) {
    return new CompileError(`is nested too deeply for the parser (${cause.message})`, {
      code: CODE,
      file,
      hint: 'write instructions one after the other instead of inside each other, or translate the file yourself: wat2wasm',
      cause,
    })
  }
  const text = cause instanceof Error ? cause.message : String(cause)
  const [, line, column, reason, excerpt = ''] =
    /:(\d+):(\d+): error: (.*)((?:\n(?!.*: error: ).*){0,2})/.exec(text) ?? []
  if (line === undefined) return new CompileError(text.trim(), { code: CODE, file, cause })
  const place = inCharacters(source.split('\n')[Number(line) - 1] ?? '', Number(column), excerpt)
  const where = { file: `${file}:${line}:${place.column}`, cause }
  const token = /^(?:unexpected token "?|opcode not allowed: )([\w.]+)/.exec(reason)?.[1] ?? ''
  const proposal = refuseName(token)
  if (proposal) return proposal.with(where)
  return new CompileError(`${reason.replace(/\.$/, '')}${place.excerpt.trimEnd()}`, {
    code: CODE,
    hint: opcodeByName.has(token) ? OTHER_TOOL : undefined,
    ...where,
  })
}

/** Characters before and behind a mistake that are shown. */
const SHOWN = 40

/** wabt counts bytes, which leaves the marks below a line with others than ASCII elsewhere. */
function inCharacters(line: string, column: number, excerpt: string): { column: number; excerpt: string } {
  const bytes = new TextEncoder().encode(line)
  if (bytes.length === line.length) return { column, excerpt }
  const decode = (start: number, end: number): string => new TextDecoder().decode(bytes.subarray(start, end))
  const before = decode(0, column - 1)
  const marks = decode(column - 1, column - 1 + (excerpt.match(/\^+/)?.[0].length ?? 1)).length
  const start = Math.max(0, before.length - SHOWN)
  const shown = line.slice(start, before.length + marks + SHOWN).trimEnd()
  return {
    column: before.length + 1,
    excerpt: `\n${shown}\n${' '.repeat(before.length - start)}${'^'.repeat(Math.max(1, marks))}`,
  }
}
