/**
 * Writes one function: walks its instructions in order, keeping the operand stack as expressions (see expression.ts) and
 * emitting a statement where something is stored, called or branched to.
 */
import { branchHints } from '../wasm/branch-hints.ts'
import type { Body, Instruction } from '../wasm/instructions.ts'
import type { Func } from '../wasm/module.ts'
import { F32, F64, I32, I64, V128, type FuncType, type ValType } from '../wasm/types.ts'
import { EFFECTS, LOADS, settled, TRAPS, type Value } from './expression.ts'
import type { Frame } from './control.ts'
import { handlers } from './handlers.ts'
import { LineWriter, wrapped } from './lines.ts'
import type { Kept } from './demand.ts'
import { mayBeInlined } from './inlining.ts'
import { overlappingLoops } from './loops/overlapping.ts'
import { memoryPointer } from './memory.ts'
import type { TailCalls } from './call-graph.ts'
import type { Scope } from './scope.ts'
import { nothingOf, ordinaryForm, tailParameters } from './tail-calls.ts'
import { cType, prototype, zero } from './types.ts'
import type { Unrolling } from './unrolling.ts'
import { gainsByWideVectors, twoForms } from './wide.ts'

const isNumber = (type: ValType): boolean => [I32, I64, F32, F64, V128].includes(type)

/** Larger expressions are cut, for compilers and readers. */
const MAX_COST = 48
/** So many entries of the operand stack may wait for the instruction that takes them; each instruction looks at them. */
const MAX_UNSETTLED = 256

export class FunctionWriter extends LineWriter {
  readonly scope: Scope
  readonly func: Func
  readonly type: FuncType
  stack: Value[] = []
  /** As many entries from the bottom on are variables or constants, and stay as they are. */
  #settled = 0
  frames: Frame[] = []
  /** Since a branch away; nothing is written then. */
  unreachable = false
  #temporaries = 0
  #labels = 0
  #usedLocals = new Set<number>()
  #usedMemories = new Set<number>()
  /** A variable just written to the last line; an assignment of it can take its place. */
  #last: { name: string; line: number; text: string; call: boolean } | undefined
  /** Of the instruction being written. */
  #position = 0
  /** The function is written in the form for tail calls; see tail-calls.ts. */
  readonly tailForm: boolean
  readonly tailCalls: TailCalls
  /** clang makes one of all computed gotos in a function, and gcc does not inline a function with one. */
  mayComputeGoto: boolean
  #startLabel = ''
  readonly #body: Body
  readonly #bodyStart: number
  #names: Set<string> | undefined
  readonly #unrolling: Unrolling
  readonly #kept: Kept
  #overlapping: ReadonlySet<Instruction> | undefined

  constructor(scope: Scope, func: Func, body: Body, kept: Kept, unrolling: Unrolling = {}) {
    super(scope.lines)
    this.#kept = kept
    this.#unrolling = unrolling
    this.mayComputeGoto = unrolling.callee === undefined
    this.scope = scope
    this.func = func
    this.type = func.type
    this.#body = body
    this.#bodyStart = func.body!.start
    this.tailCalls = scope.graph?.tailCalls(func.index) ?? 'none'
    this.tailForm = this.tailCalls === 'memory'
  }

  /** Whether accesses of a loop overlap those of the iteration before. */
  overlaps(loop: Instruction): boolean {
    const { params } = this.type
    this.#overlapping ??= overlappingLoops(this.#body, (local) =>
      local < params.length ? params[local] : this.#body.locals.type(local - params.length)!,
    )
    return this.#overlapping.has(loop)
  }

  /** The C of the whole function. `hidden` is the linkage of what the module does not export. */
  write(linkage: string, hidden: string): string {
    const { func, type, scope } = this
    if (this.tailForm) for (const line of tailParameters(type)) this.line(line)
    const beginning = this.reserve()
    const declarations = this.reserve()
    const routine = this.#routine()
    this.frames.push({
      kind: 'function',
      label: '',
      results: type.results,
      branchTypes: type.results,
      variables: [],
      height: 0,
      targeted: false,
      reachable: true,
      start: 0,
      depth: 0,
      slot: 0,
      guard: 0,
    })
    const { instructions } = this.#body
    for (this.#position = 0; this.#position < instructions.length; this.#position++) {
      const instruction = instructions[this.#position]
      handlers[instruction.op.id]!(this, instruction)
    }
    if (this.#startLabel) this.fill(beginning, `${this.#startLabel}:;`)
    this.fill(declarations, [...this.#declareMemories(), this.#declareLocals()].filter(Boolean).join('\n'))
    scope.inlining.add(func, instructions, routine)
    const start = func.body!.start.toString(16)
    const lines = this.text()
    const name = scope.functions[func.index]
    const top = this.tailForm
      ? `${hidden}void *${scope.tailName(func.index)}(void)`
      : this.#unrolling.part !== undefined
        ? `WASM_INLINE ${prototype(this.#unrolling.part, type, true)}`
        : `${mayBeInlined(func) ? '' : 'NOT_INLINED '}${this.tailCalls === 'registers' ? 'TAIL_FUNCTION ' : ''}${linkage}${prototype(name, type, true)}`
    const at = scope.lines?.directive(instructions[0].offset) ?? ''
    const heading = `${at}/* func[${func.index}] at 0x${start} */`
    const block = `{\n${lines}${lines ? '\n' : ''}}`
    if (!routine && this.#isTwice()) return `${heading}\n${twoForms(scope, func, top, block)}`
    const text = `${heading}\n${top}\n${block}\n`
    return this.tailForm ? `${text}\n${ordinaryForm(scope, func, linkage)}` : text
  }

  /** Whether it is compiled for other processors as well. What jumps to addresses cannot be inlined; routines of libc look for AVX2 themselves. */
  #isTwice(): boolean {
    const { scope, func } = this
    if (this.tailCalls !== 'none' || this.#unrolling.callee !== undefined || scope.lines !== undefined) return false
    return !this.uses('br_table') && gainsByWideVectors(func, this.#body)
  }

  protected offset(): number {
    return this.#body.instructions[this.#position]?.offset ?? this.#bodyStart
  }

  /** What a function is called by in this one. */
  callee(index: number): string {
    const name = this.scope.func(index)
    return index === this.func.index ? (this.#unrolling.callee ?? name) : name
  }

  /** Begins a function of the C library with a faster form of it; false if it is none. What that leaves is done as it is. */
  #routine(): boolean {
    const { scope, func, type } = this
    const routine = scope.routines?.find(func, this.#body)
    if (routine === undefined) return false
    scope.uses.libc.add(routine)
    const args = type.params.map((_, i) => `l${i}`)
    const call = [`&${scope.memory(0)}`, memoryPointer(this, 0), ...args, '&known'].join(', ')
    this.line('u32 known;')
    this.line(`if (libc_${routine}(${call})) return known;`)
    return true
  }

  // Locals

  readLocal(index: number): string {
    return this.#local(index)
  }

  assignLocal(index: number, value: Value): void {
    this.settleReaders(index)
    const name = this.#local(index)
    const text = this.last(value)
    if (text !== name) this.line(`${name} = ${text};`)
  }

  /** Whether the load being written may have no use. */
  keepsLoad(): boolean {
    return this.#kept.loads.has(this.#position)
  }

  /** Keeps what the call just written gives, and so the loads it comes from, if there may be no use of it. */
  keepResults(results: readonly ValType[]): void {
    if (!this.#kept.calls.has(this.#position)) return
    const { text, type } = this.stack.at(-1)!
    if (results.length > 1) this.line(`KEEP_RESULTS(${text.slice(0, text.indexOf('.'))});`)
    else if (isNumber(type)) this.line(`keep_${cType(type)}(${text});`)
  }

  #local(index: number): string {
    this.#usedLocals.add(index)
    return `l${index}`
  }

  /** Of a parameter or local. */
  localType(index: number): ValType {
    const { params } = this.type
    return index < params.length ? params[index] : this.#body.locals.type(index - params.length)!
  }

  #declareLocals(): string {
    const byType = new Map<ValType, string[]>()
    for (const index of [...this.#usedLocals].sort((a, b) => a - b)) {
      if (index < this.type.params.length) continue
      const type = this.localType(index)
      const names = byType.get(type) ?? []
      if (names.length === 0) byType.set(type, names)
      names.push(`l${index} = ${zero(type)}`)
    }
    return [...byType].map(([type, names]) => wrapped(`    ${cType(type)} `, names)).join('\n')
  }

  /** A variable that holds the address of a memory, which never changes. */
  memoryBase(index: number): string {
    this.#usedMemories.add(index)
    return `m${index}`
  }

  #declareMemories(): string[] {
    const declare = (index: number): string => `    u8 *const m${index} = ${this.scope.memory(index)}.base;`
    return [...this.#usedMemories].sort((a, b) => a - b).map(declare)
  }

  // The operand stack

  push(value: Value): void {
    this.stack.push(value)
    if (value.flags & TRAPS) this.settleBelow(LOADS | TRAPS, 1)
    else if (value.flags & LOADS) this.settleBelow(TRAPS, 1)
    if (value.cost > MAX_COST) this.settleAt(this.stack.length - 1)
    if (this.stack.length - this.#settled > MAX_UNSETTLED) this.settleAll(MAX_UNSETTLED / 2)
  }

  pop(): Value {
    const value = this.stack.pop()!
    this.#settled = Math.min(this.#settled, this.stack.length)
    return value
  }

  /** Drops all entries above a height. */
  truncate(height: number): void {
    this.stack.length = height
    this.#settled = Math.min(this.#settled, height)
  }

  /** Takes `count` operands, in order. */
  popMany(count: number): Value[] {
    const values = this.stack.splice(this.stack.length - count, count)
    this.#settled = Math.min(this.#settled, this.stack.length)
    return values
  }

  /** Evaluates an entry of the stack into a variable. */
  settleAt(index: number): void {
    this.stack[index] = this.settle(this.stack[index])
  }

  settle(value: Value): Value {
    if ((value.flags & EFFECTS) === 0 && value.reads.length === 0 && value.cost <= 1) return value
    return this.define(value.text, value.type)
  }

  /** Evaluates what has one of the effects, all entries but the `top` uppermost ones. */
  settleBelow(effects: number, top = 0): void {
    for (let i = this.stack.length - top - 1; i >= this.#settled; i--) {
      if (this.stack[i].flags & effects) {
        for (let k = this.#settled; k <= i; k++) if (this.stack[k].flags & effects) this.settleAt(k)
        return
      }
    }
  }

  /** Evaluates all entries from the bottom of the stack on but the `top` uppermost ones. */
  settleAll(top = 0): void {
    const end = this.stack.length - top
    for (let i = this.#settled; i < end; i++) this.settleAt(i)
    this.#settled = Math.max(this.#settled, end)
  }

  /** Evaluates what reads a local that is about to change. */
  settleReaders(local: number): void {
    for (let i = this.#settled; i < this.stack.length; i++) if (this.stack[i].reads.includes(local)) this.settleAt(i)
  }

  /** Writes `type t1 = text;` and gives the variable. */
  define(text: string, type: ValType, call = false): Value {
    const name = this.variable(cType(type), text)
    this.#last = { name, line: this.lines.length - 1, text, call }
    return settled(name, type)
  }

  /** Declares a variable of a C type. */
  variable(type: string, text: string): string {
    const name = `t${this.#temporaries++}`
    this.line(`${type} ${name} = ${text};`)
    return name
  }

  /** The text of a value whose only use is the statement written next: takes back the definition of a variable just written. */
  last(value: Value): string {
    const last = this.#last
    if (last === undefined || last.name !== value.text || last.line !== this.lines.length - 1) return value.text
    this.lines.pop()
    this.#temporaries--
    this.#last = undefined
    return last.text
  }

  /** Evaluates a value for its traps only. */
  discard(value: Value): void {
    if (this.#last?.call) {
      const text = this.last(value)
      if (text !== value.text) return this.line(`${text};`)
    }
    if (value.flags & (LOADS | TRAPS)) this.line(`(void)(${value.text});`)
  }

  /** Pushes the results of a call written as `text`. */
  pushCall(text: string, results: ValType[]): void {
    if (results.length === 0) this.line(`${text};`)
    else if (results.length === 1) this.push(this.define(text, results[0], true))
    else {
      const name = `t${this.#temporaries++}`
      this.line(`${this.scope.results(results)} ${name} = ${text};`)
      results.forEach((type, i) => this.push(settled(`${name}._${i}`, type)))
    }
  }

  /** Returns without results: there are none, or no one looks at them. */
  leaveStatement(): string {
    if (this.tailForm) return 'return NULL;'
    const { results } = this.type
    return results.length === 0 ? 'return;' : `return ${nothingOf(results)};`
  }

  /** Of the place behind the parameters. */
  startLabel(): string {
    return (this.#startLabel = 'start')
  }

  /** The instruction `back` places before the one being written. */
  previous(back: number): Instruction | undefined {
    return this.#body.instructions[this.#position - back]
  }

  /** The condition of the branch that is being written, with what the module says of it. */
  hinted(condition: string): string {
    const likely = branchHints(this.scope.module, this.func.index).get(this.offset() - this.#bodyStart)
    return likely === undefined ? condition : `${likely ? 'LIKELY' : 'UNLIKELY'}(${condition})`
  }

  newLabel(): number {
    return this.#labels++
  }

  /** The instructions behind the one being written. */
  *following(): Iterable<Instruction> {
    const { instructions } = this.#body
    for (let i = this.#position + 1; i < instructions.length; i++) yield instructions[i]
  }

  /** Whether an instruction of that name is in the function. */
  uses(name: string): boolean {
    this.#names ??= new Set(this.#body.instructions.map(({ op }) => op.name))
    return this.#names.has(name)
  }

  /** Where an instruction is, for traps: function and offset in its body. */
  site(offset: number): string {
    return `${this.func.index - this.scope.importedFunctions}, ${offset - this.#bodyStart}`
  }
}
