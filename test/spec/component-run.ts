/** Runs what scripts of the component model assert: each instance of a component is an executable that makes the calls. */
import { writeFileSync, mkdtempSync, rmSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompileError } from '../../compiler/errors.ts'
import { FunctionBuilder, type ModuleBuilder } from '../../compiler/component/builder.ts'
import { flattenFunction, layoutOf } from '../../compiler/component/canonical-abi.ts'
import { decodeComponent } from '../../compiler/component/decode.ts'
import { outside } from '../../compiler/component/link-system.ts'
import type { Linker } from '../../compiler/component/link.ts'
import type { LiftedFunction, Value } from '../../compiler/component/link-scope.ts'
import { HOST_FILES, hostPart, type HostPart } from '../../compiler/component/host.ts'
import { planCalls } from '../../compiler/component/program.ts'
import { validateComponent } from '../../compiler/component/validate.ts'
import { MachineProgram } from '../../compiler/machine-program.ts'
import { hasMachineCode } from '../../compiler/machine-targets.ts'
import { describeProgram, USUAL_GRANTS } from '../../compiler/program-info.ts'
import { readRuntime } from '../../compiler/runtime-file.ts'
import type { Target } from '../../compiler/targets.ts'
import { I32 } from '../../compiler/wasm/types.ts'
import { runExecutable } from '../support/run-target.ts'
import { judge } from './component-verdict.ts'
import { constantOf, ValueWriter } from './component-values.ts'
import { COMPONENTS } from './component-suite.ts'
import type { Result } from './report.ts'
import { readSuiteFile } from './suite.ts'
import { readScript, type Action, type Command } from './wast.ts'

type Assertion = Extract<Command, { action: Action }>

type Trapping = Extract<Command, { kind: 'assert_trap' | 'assert_exhaustion' | 'assert_exception' }>

/** An instance and what is done with it. */
interface Segment {
  bytes: Uint8Array
  assertions: Assertion[]
}

const hostFile = (part: HostPart): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../dist/runtime/${HOST_FILES[part]}`, import.meta.url)))

/** How executables end whose n-th call had another result. */
const WRONG = 10
const TRAPPED = 134
const NOT_ENTERED = 'cannot enter component instance'

/** All verdicts and runs of a script. */
export async function runComponentScript(dir: string, script: string, target: Target): Promise<Result> {
  const result: Result = { script: COMPONENTS + script, passed: 0, failed: [], skipped: [] }
  const definitions = new Map<string, Uint8Array>()
  let latest: Uint8Array | undefined
  let segment: Segment | undefined
  const finish = async (): Promise<void> => {
    if (segment !== undefined) await runSegment(segment, target, result)
    segment = undefined
  }
  for (const command of readScript(readSuiteFile(dir, script))) {
    switch (command.kind) {
      case 'component':
      case 'module': {
        await finish()
        latest = await judge(command, result)
        if (latest === undefined) break
        result.passed++
        if (command.name !== undefined) definitions.set(command.name, latest)
        if (!command.definition) segment = { bytes: latest, assertions: [] }
        break
      }
      case 'instance': {
        await finish()
        const bytes = command.of === undefined ? latest : definitions.get(command.of)
        if (bytes !== undefined) segment = { bytes, assertions: [] }
        break
      }
      case 'assert_return':
      case 'assert_trap':
      case 'action':
        if (segment === undefined) result.skipped.push({ line: command.line, text: 'its component is left out' })
        else segment.assertions.push(command)
        break
      case 'assert_invalid':
      case 'assert_malformed':
        await judge(command, result)
        break
      case 'assert_trap_module': {
        await finish()
        const bytes = await judge(command, result)
        if (bytes !== undefined) await expectTrap({ bytes, assertions: [] }, command, target, result)
        break
      }
      default:
        result.skipped.push({ line: command.line, text: `${command.kind} is not run` })
    }
  }
  await finish()
  return isUnsettled(dir, script) ? withoutFailures(result) : result
}

/** The scripts come with a list of those that no implementation passes yet. */
const isUnsettled = (dir: string, script: string): boolean =>
  readSuiteFile(dir, 'nyi.txt').split('\n').includes(`./${script}`)

const withoutFailures = ({ failed, skipped, ...result }: Result): Result => ({
  ...result,
  failed: [],
  skipped: [
    ...skipped,
    ...failed.map(({ line, text }) => ({ line, text: `in nyi.txt, which nobody passes yet (${text})` })),
  ],
})

async function runSegment({ bytes, assertions }: Segment, target: Target, result: Result): Promise<void> {
  const isTrap = (assertion: Assertion): assertion is Trapping => assertion.kind === 'assert_trap'
  const trap = assertions.findIndex(isTrap)
  const returns = trap < 0 ? assertions : assertions.slice(0, trap)
  const [line, count] = [assertions[0]?.line ?? 0, assertions.filter(({ kind }) => kind !== 'action').length]
  try {
    const { code, stderr } = await run({ bytes, assertions: returns }, target)
    const asserted = returns.filter(({ kind }) => kind === 'assert_return')
    if (code === 0) result.passed += asserted.length
    else {
      const wrong = returns[code - WRONG]
      const what = wrong ? 'another result' : stderr.slice(-200)
      result.failed.push({ line: wrong?.line ?? line, text: `${what} (${asserted.length} assertions)` })
      return
    }
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    const list = error.code === 'unsupported' ? result.skipped : result.failed
    for (let i = 0; i < count; i++) list.push({ line, text: error.message.split('\n')[0] })
    return
  }
  if (trap < 0) return
  const first = assertions.find(isTrap)!
  await expectTrap({ bytes, assertions: assertions.slice(0, trap + 1) }, first, target, result)
  for (const [i, later] of assertions.entries()) {
    if (i <= trap) continue
    // What has trapped is not entered again: the process has ended, with the words of the first trap, when it would be.
    if (isTrap(later) && later.message === NOT_ENTERED)
      await expectTrap(
        { bytes, assertions: assertions.slice(0, i + 1) },
        { ...first, line: later.line },
        target,
        result,
      )
    else result.skipped.push({ line: later.line, text: 'a process ends with its first trap' })
  }
}

/** What the scripts say of a trap, or we, is the beginning of what the other says. */
const sameWords = (said: string, expected: string): boolean =>
  said !== '' && (said.includes(expected) || expected.includes(said))

async function expectTrap(
  segment: Segment,
  { line, message }: { line: number; message: string },
  target: Target,
  result: Result,
): Promise<void> {
  try {
    const { code, stderr } = await run(segment, target)
    const said = /^wasm trap: (.*)/.exec(stderr)?.[1] ?? ''
    if (code === TRAPPED && sameWords(said, message.replace(/^wasm trap: /, ''))) result.passed++
    else if (code === TRAPPED) result.failed.push({ line, text: `traps with ${said}, not ${message}` })
    else result.failed.push({ line, text: `no trap, but exit code ${code} ${stderr.slice(-200)}` })
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    const list = error.code === 'unsupported' ? result.skipped : result.failed
    list.push({ line, text: error.message.split('\n')[0] })
  }
}

async function run(segment: Segment, target: Target): Promise<{ code: number; stderr: string }> {
  if (!hasMachineCode(target)) throw new Error(`no machine code for ${target.name}`)
  const file = 'script.wasm'
  const component = decodeComponent(segment.bytes, { file })
  validateComponent(component, { file })
  const host = hostFile(hostPart(component, []))
  const plan = planCalls(component, { name: 'script', file, host }, (program, linker, exports) => {
    writeCalls(program, linker, exports, segment.assertions)
  })
  const info = describeProgram(plan, { name: 'script', size: segment.bytes.length, integrity: '' }, [], {
    grants: USUAL_GRANTS,
    embedded: [],
    backend: 'machine',
    toolchain: { name: '', version: '' },
    optimize: 1,
  })
  const program = new MachineProgram(plan, info, [])
  await program.prepare()
  const steps = program.generate(target)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const executable = program.link(target, step.value, await readRuntime(target.name))
  const folder = mkdtempSync(join(tmpdir(), 'component-script-'))
  try {
    const path = join(folder, `script${target.ext}`)
    writeFileSync(path, executable, { mode: 0o755 })
    const { code, stderr } = await runExecutable(target.name, path, [], { timeout: 60_000 })
    return { code: code ?? -1, stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeCalls(
  program: ModuleBuilder,
  linker: Linker,
  exports: ReadonlyMap<string, Value>,
  assertions: readonly Assertion[],
): void {
  const code = new FunctionBuilder(0)
  const memoryItem = { ...linker.item('memory'), kind: 'memory' as const }
  const reallocItem = linker.item('host_realloc')
  const memory = program.memory(memoryItem)
  const realloc = program.function(reallocItem, { params: [I32, I32, I32, I32], results: [I32] })
  const exitItem = { module: 'wasi_snapshot_preview1', name: 'proc_exit', kind: 'func' as const }
  const exit = program.function(exitItem, { params: [I32], results: [] })
  assertions.forEach((assertion, index) => {
    const func = functionOf(exports, assertion)
    const fail = (): void => void code.i32(WRONG + index).call(exit)
    const writer = new ValueWriter(code, memory, realloc, fail)
    const { params, result } = func.type
    const { type, paramsInMemory, resultInMemory } = flattenFunction(func.type, 'lower')
    const constants = assertion.action.args.map(constantOf)
    const to = result && resultInMemory ? writer.allocate(layoutOf(result).size, layoutOf(result).alignment) : -1
    writer.arguments(
      params.map((param) => param.type),
      constants,
      paramsInMemory,
    )
    if (to >= 0) code.get(to)
    const side = { ...outside, memory: memoryItem, realloc: reallocItem }
    code.call(program.function(linker.call(program, func, side), type))
    const expected = assertion.kind === 'assert_return' ? assertion.expected : []
    if (type.results.length > 0) {
      const local = code.local(type.results[0])
      code.set(local)
      if (expected.length > 0) writer.expectFlat(result!, constantOf(expected[0]), local)
    } else if (to >= 0 && expected.length > 0) writer.expectInMemory(result!, constantOf(expected[0]), to)
  })
  program.export('_start', program.define({ params: [], results: [] }, code))
}

function functionOf(exports: ReadonlyMap<string, Value>, { action }: Assertion): LiftedFunction {
  const value = exports.get(action.field)
  if (value?.sort === 'func') return value.func
  throw new CompileError(`exports no function ${action.field}`, { code: 'test' })
}
