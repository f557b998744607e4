import { CompileError } from './errors.ts'

/** What wabt's parser is to accept; what the compiler does not support it refuses itself, by the name of the proposal. */
const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  function_references: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  memory64: true,
  extended_const: true,
  relaxed_simd: true,
  annotations: true,
}

const CODE = 'text'

async function load(file: string): Promise<typeof import('wabt')> {
  try {
    return (await import('wabt')).default
  } catch (cause) {
    throw new CompileError('WebAssembly text needs the npm package wabt, which is not installed', {
      code: 'wabt',
      file,
      hint: 'run: npm install wabt. Or translate the file yourself: wat2wasm',
      cause,
    })
  }
}

/**
 * Translates a module in text format (.wat) to the binary format, names included.
 * @throws CompileError 'text' with file, line and column of a mistake; 'wabt' where that optional package is missing
 */
export async function assemble(text: string, { file = 'module.wat' }: { file?: string } = {}): Promise<Uint8Array> {
  const createWabt = await load(file)
  const wabt = await createWabt()
  try {
    const module = wabt.parseWat(file, text, FEATURES)
    try {
      return module.toBinary({ write_debug_names: true }).buffer
    } finally {
      module.destroy()
    }
  } catch (cause) {
    throw syntaxError(file, cause)
  }
}

/** wabt says 'parseWat failed:\nfile:line:column: error: reason\n<the line>\n   ^^^', once for each mistake. */
function syntaxError(file: string, cause: unknown): CompileError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const [, line, column, reason, excerpt = ''] =
    /:(\d+):(\d+): error: (.*)((?:\n(?!.*: error: ).*){0,2})/.exec(text) ?? []
  if (line === undefined) return new CompileError(text.trim(), { code: CODE, file, cause })
  return new CompileError(`${reason.replace(/\.$/, '')}${excerpt.trimEnd()}`, {
    code: CODE,
    file: `${file}:${line}:${column}`,
    cause,
  })
}
