import { CompileError } from '../errors.ts'
import type { Instruction } from './instructions.ts'
import { checkLimit, LIMITS } from './limits.ts'
import { Locals } from './locals.ts'
import type { Opcode } from './opcodes.ts'
import { RULES } from './rules.ts'
import { isDefaultable, matches, typeName } from './subtyping.ts'
import { BOT, type FuncType, type ValType } from './types.ts'
import type { Context } from './validate.ts'

/** A block that is open (spec: Appendix / Validation Algorithm, control frames). */
export interface Frame {
  op: Opcode | undefined
  type: FuncType
  /** Heights of the operand stack and of the list of initialized locals when it was opened. */
  height: number
  initHeight: number
  unreachable: boolean
}

/** So many operands are no more work than their instruction. */
const FEW = 16

/** Validates a function body or constant expression, by the algorithm of the specification's appendix. */
export class FunctionValidator {
  readonly context: Context
  readonly #params: readonly ValType[]
  readonly #locals: Locals
  readonly results: ValType[]
  readonly frames: Frame[] = []
  private readonly stack: ValType[] = []
  private frame!: Frame
  /** Where the current instruction stands. */
  private offset = 0
  private op?: Opcode
  /** Whether there are locals without a default value, which must be set first; those that are, also in their order. */
  private readonly mustBeSet: boolean
  private readonly set = new Set<number>()
  private readonly inits: number[] = []

  constructor(context: Context, params: ValType[], locals: Locals, results: ValType[]) {
    this.context = context
    this.#params = params
    this.#locals = locals
    this.results = results
    this.mustBeSet = locals.groups.some(({ type }) => !isDefaultable(type))
    this.open(undefined, { params: [], results })
  }

  /** Checks instructions up to and including the `end` of the function. */
  run(instructions: Instruction[]): void {
    for (const instruction of instructions) {
      const { op } = instruction
      this.op = op
      this.offset = instruction.offset
      const rule = RULES[op.id]
      if (rule === undefined) this.apply(op.params!, op.results!)
      else rule(this, instruction)
    }
  }

  fail(reason: string): never {
    throw new CompileError(reason, { code: 'invalid', offset: this.offset })
  }

  /** For instructions that stand where the grammar of the binary format has no place for them. */
  malformed(reason: string): never {
    throw new CompileError(reason, { code: 'malformed', offset: this.offset })
  }

  mismatch(what: string): never {
    const where = this.op === undefined ? '' : ` in ${this.op.name}`
    this.fail(`type mismatch${where}: ${what}`)
  }

  push(type: ValType): void {
    const height = this.stack.push(type)
    if (height > LIMITS['operands on the stack']) checkLimit('operands on the stack', height, this.offset)
  }

  pushAll(types: readonly ValType[]): void {
    if (types.length > FEW) this.checkMany(types.length)
    for (let i = 0; i < types.length; i++) this.stack.push(types[i])
  }

  /** Takes the top operand, which must match `expected`; BOT expects nothing in particular. */
  pop(expected: ValType = BOT): ValType {
    const { stack, frame } = this
    if (stack.length === frame.height) {
      if (frame.unreachable) return BOT
      this.mismatch(
        expected === BOT ? 'an operand is missing' : `expected ${typeName(expected)}, but the stack is empty`,
      )
    }
    const actual = stack.pop()!
    if (actual !== expected && expected !== BOT && !this.matches(actual, expected)) {
      this.mismatch(`expected ${typeName(expected)}, got ${typeName(actual)}`)
    }
    return actual
  }

  popAll(types: readonly ValType[]): void {
    if (types.length > FEW) this.checkMany(types.length)
    for (let i = types.length - 1; i >= 0; i--) this.pop(types[i])
  }

  private checkMany(count: number): void {
    checkLimit('operands of blocks and calls', (this.context.moved += count), this.offset)
    checkLimit('operands on the stack', this.stack.length + count, this.offset)
  }

  /** Checks operands without taking them, and gives them the expected types. */
  check(types: readonly ValType[]): void {
    this.popAll(types)
    this.pushAll(types)
  }

  /** Checks operands without taking them; their types stay what they are (branches to several labels). */
  peek(types: readonly ValType[]): void {
    if (types.length > FEW) this.checkMany(types.length)
    const actual: ValType[] = []
    for (let i = types.length - 1; i >= 0; i--) actual.push(this.pop(types[i]))
    for (let i = actual.length - 1; i >= 0; i--) this.stack.push(actual[i])
  }

  apply(params: readonly ValType[], results: readonly ValType[]): void {
    this.popAll(params)
    this.pushAll(results)
  }

  matches(actual: ValType, expected: ValType): boolean {
    return matches(actual, expected, this.context.space)
  }

  allMatch(actual: readonly ValType[], expected: readonly ValType[]): boolean {
    if (actual.length > FEW) this.checkMany(actual.length)
    return actual.length === expected.length && actual.every((type, i) => this.matches(type, expected[i]))
  }

  /** Opens a block whose parameters have been taken from the stack. */
  open(op: Opcode | undefined, type: FuncType): void {
    this.frame = {
      op,
      type,
      height: this.stack.length,
      initHeight: this.inits.length,
      unreachable: false,
    }
    this.frames.push(this.frame)
    this.pushAll(type.params)
  }

  /** Closes the innermost block; its results are checked and taken from the stack. */
  close(): Frame {
    const { frame } = this
    this.popAll(frame.type.results)
    if (this.stack.length !== frame.height) {
      this.mismatch(`${this.stack.length - frame.height} operands are left over at the end of the block`)
    }
    while (this.inits.length > frame.initHeight) this.set.delete(this.inits.pop()!)
    this.frames.pop()
    this.frame = this.frames[this.frames.length - 1]
    return frame
  }

  unreachable(): void {
    this.stack.length = this.frame.height
    this.frame.unreachable = true
  }

  /** The types a branch to the label takes along. */
  label(depth: number): ValType[] {
    const { op, type } = this.target(depth)
    return op?.name === 'loop' ? type.params : type.results
  }

  target(depth: number): Frame {
    return this.frames[this.frames.length - 1 - depth] ?? this.fail(`unknown label ${depth}`)
  }

  local(index: number): ValType {
    const params = this.#params
    const type = index < params.length ? params[index] : this.#locals.type(index - params.length)
    return type ?? this.fail(`unknown local ${index}`)
  }

  readLocal(index: number): ValType {
    const type = this.local(index)
    if (this.mustBeSet && this.isUnset(index, type)) this.fail(`uninitialized local ${index}`)
    return type
  }

  private isUnset(index: number, type: ValType): boolean {
    return index >= this.#params.length && !isDefaultable(type) && !this.set.has(index)
  }

  writeLocal(index: number): ValType {
    const type = this.local(index)
    if (this.mustBeSet && this.isUnset(index, type)) {
      this.set.add(index)
      this.inits.push(index)
    }
    return type
  }
}
