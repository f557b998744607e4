/** What our decoder and validator say of the components in a script. */
import { CompileError } from '../../compiler/errors.ts'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { validateComponent } from '../../compiler/component/validate.ts'
import { COMPONENTS } from './component-suite.ts'
import { toBytes } from './convert.ts'
import type { Result } from './report.ts'
import { readSuiteFile } from './suite.ts'
import { readScript, type Command, type Source } from './wast.ts'

export type Asserted = Extract<Command, { source: Source }>

function verdict(bytes: Uint8Array): CompileError | undefined {
  try {
    validateComponent(decodeComponent(bytes, { file: 'component.wasm' }), { file: 'component.wasm' })
    return undefined
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
}

/** What of text the parser refuses is none of our business: unknown syntax, and names that it resolves itself. */
async function bytesOf(source: Source): Promise<Uint8Array | string> {
  return toBytes(source).catch((error: unknown) => String(error).split('\n')[0])
}

/** Judges one module or component of a script, or what is asserted about it. */
export async function judge(command: Asserted, result: Result): Promise<Uint8Array | undefined> {
  const { line, kind, source } = command
  const bytes = await bytesOf(source)
  const rejects = kind === 'assert_invalid' || kind === 'assert_malformed'
  if (typeof bytes === 'string') {
    if (kind === 'assert_malformed' && source.kind === 'quote') result.passed++
    else result.skipped.push({ line, text: `the text parser refuses it (${bytes.slice(0, 120)})` })
    return undefined
  }
  const error = verdict(bytes)
  if (!rejects) {
    if (error === undefined) return bytes
    if (error.code === 'unsupported') result.skipped.push({ line, text: error.message })
    else result.failed.push({ line, text: error.message })
    return undefined
  }
  // Text may be malformed in what its bytes express well.
  if (error?.code === kind.slice('assert_'.length) || (error && source.kind === 'quote')) result.passed++
  else if (error?.code === 'unsupported') result.skipped.push({ line, text: error.message })
  else if (error === undefined) result.failed.push({ line, text: `${kind}: accepted, but: ${command.message}` })
  else result.failed.push({ line, text: `${kind}: ${error.message}` })
  return undefined
}

/** All verdicts of a script. */
export async function judgeScript(dir: string, script: string): Promise<Result> {
  const result: Result = { script: COMPONENTS + script, passed: 0, failed: [], skipped: [] }
  for (const command of readScript(readSuiteFile(dir, script))) {
    if (!('source' in command)) {
      if (command.kind !== 'instance')
        result.skipped.push({ line: command.line, text: 'components run where machine code of ours does' })
      continue
    }
    const bytes = await judge(command, result)
    if (bytes !== undefined) result.passed++
  }
  return result
}
