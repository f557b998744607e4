/** Terms as instructions, and loops of them. */
import type { Instruction, MemArg } from '../../wasm/instructions.ts'
import { F32, I32, I64, type ValType } from '../../wasm/types.ts'
import type { Pointers } from './pointers.ts'
import { countersOf, type Way } from './rerolling.ts'
import { termsOf, type Iteration } from './straight-loop.ts'
import type { Load, Operation, Term } from './terms.ts'
import { constantOf, isConstant, opcode, partsOf, usesOf } from './terms.ts'

/** Locals of a function, to which some are added. */
export interface NewLocals {
  /** The index of one more. */
  add(type: ValType): number
}

const prefix = (type: ValType): string => (type === I64 ? 'i64' : 'i32')

export class LoopWriter {
  readonly instructions: Instruction[] = []
  readonly #locals: NewLocals
  readonly #offset: number
  /** Locals that hold what was loaded, or computed and is used again. */
  readonly #held = new Map<Term, number>()
  readonly #pointers: Pointers
  /** How often what is written uses each operation. */
  #uses: ReadonlyMap<Term, number>

  /** All instructions are said to come from an offset in the module. */
  constructor(locals: NewLocals, pointers: Pointers, offset: number) {
    this.#locals = locals
    this.#pointers = pointers
    this.#offset = offset
    // They are written before the loop, and what they are made of does not change in it.
    this.#uses = usesOf(pointers.all.map(({ start }) => start))
  }

  emit(name: string, rest: Partial<Instruction> = {}): void {
    this.instructions.push({ op: opcode(name), offset: this.#offset, ...rest })
  }

  integer(type: ValType, value: bigint): void {
    this.emit(`${prefix(type)}.const`, { value: type === I64 ? value : Number(BigInt.asIntN(32, value)) })
  }

  term(term: Term): void {
    switch (term.kind) {
      case 'local':
        return this.emit('local.get', { index: term.index })
      case 'load':
        return this.emit('local.get', { index: this.#held.get(term)! })
      case 'constant':
        return this.emit(term.type === F32 ? 'f32.const' : 'f64.const', { value: term.value })
      case 'operation':
        return this.#operation(term)
      case 'sum':
        return this.#sum(term)
    }
  }

  #operation(operation: Operation): void {
    const held = this.#held.get(operation)
    if (held !== undefined) return this.emit('local.get', { index: held })
    for (const operand of operation.operands) this.term(operand)
    this.instructions.push({ op: operation.op, offset: this.#offset })
    if ((this.#uses.get(operation) ?? 1) < 2) return
    const index = this.#locals.add(operation.type)
    this.emit('local.tee', { index })
    this.#held.set(operation, index)
  }

  #sum(sum: Term): void {
    const { type } = sum
    const constant = constantOf(sum)
    const parts = isConstant(sum) ? [] : [...partsOf(sum)].sort(([, a], [, b]) => Number(a < 0n) - Number(b < 0n))
    const constantFirst = parts.length === 0 || parts[0][1] < 0n
    if (constantFirst) this.integer(type, constant)
    parts.forEach(([part, factor], i) => {
      this.term(part)
      const times = factor < 0n ? -factor : factor
      if (times !== 1n) {
        this.integer(type, times)
        this.emit(`${prefix(type)}.mul`)
      }
      if (i > 0 || constantFirst) this.emit(`${prefix(type)}.${factor < 0n ? 'sub' : 'add'}`)
    })
    if (constantFirst || constant === 0n) return
    this.integer(type, constant)
    this.emit(`${prefix(type)}.add`)
  }

  /** Begins what is run where no pointer leaves 32 bits and, if a way is given, its length is whole; see {@link isWhole}. */
  beginIf(way: Way | undefined): void {
    let conditions = 0
    const and = () => conditions++ > 0 && this.emit('i32.and')
    if (way !== undefined) {
      this.#multiple(way)
      and()
      if ((way.step & (way.step - 1n)) !== 0n) {
        this.#compare('ne', way.distance, 0n)
        and()
      }
    }
    if (this.#pointers.way !== undefined) this.#ends(this.#pointers.way, and)
    this.emit('if', { block: { params: [], results: [] } })
  }

  /** Whether the loop ends after that way, and no pointer is beyond 4 GiB then. */
  #ends(way: Way, and: () => void): void {
    const { distance, step } = way
    this.#multiple(way)
    and()
    this.#compare('ne', distance, 0n)
    and()
    for (const { start, step: growth, reach } of this.#pointers.all) {
      this.term(start)
      this.emit('i64.extend_i32_u')
      this.term(distance)
      this.integer(I32, step)
      this.emit('i32.div_u')
      this.emit('i64.extend_i32_u')
      this.integer(I64, growth)
      this.emit('i64.mul')
      this.emit('i64.add')
      this.integer(I64, (1n << 32n) - reach)
      this.emit('i64.le_u')
      and()
    }
  }

  #multiple({ distance, step }: Way): void {
    const name = prefix(distance.type)
    const isPower = (step & (step - 1n)) === 0n
    this.term(distance)
    this.integer(distance.type, isPower ? step - 1n : step)
    this.emit(isPower ? `${name}.and` : `${name}.rem_u`)
    this.emit(`${name}.eqz`)
  }

  #compare(how: string, term: Term, value: bigint): void {
    this.term(term)
    this.integer(term.type, value)
    this.emit(`${prefix(term.type)}.${how}`)
  }

  /**
   * A loop of such iterations. `loop` and `branch` are the instructions that it had.
   * @param exit locals that are set behind it, by those that there are where the last iteration begins; see Rolled
   */
  loop(
    { stores, loads, locals, condition }: Iteration,
    loop: Instruction,
    branch: Instruction,
    exit?: ReadonlyMap<number, Term>,
  ): void {
    const counters = countersOf({ locals })
    const counts = new Set([...counters.keys()].map(({ index }) => index))
    const others = [...locals].filter(([index]) => !counts.has(index))
    for (const { start, local } of this.#pointers.all) {
      this.term(start)
      this.emit('i64.extend_i32_u')
      this.emit('local.set', { index: local })
    }
    this.#uses = usesOf([...termsOf({ stores, loads, locals, condition }), ...(exit?.values() ?? [])])
    // Another instruction than the loop's that may stand beside it: overlapping.ts tells them apart.
    this.instructions.push({ ...loop })
    const before = new Map(exit && others.map(([index, { type }]) => [index, this.#locals.add(type)]))
    for (const [index, local] of before) this.#copy(index, local)
    const waiting = [...loads].sort((a, b) => a.id - b.id)
    for (let epoch = 0; epoch <= stores.length; epoch++) {
      for (const load of waiting) if (load.epoch === epoch) this.#load(load)
      const store = stores[epoch]
      if (store === undefined) break
      const memarg = this.#address(store)
      this.term(store.value)
      this.instructions.push({ op: store.op, memarg, offset: store.offset })
    }
    const goesOn = this.#locals.add(I32)
    if (condition.type === I64) this.#compare('ne', condition, 0n)
    else this.term(condition)
    this.emit('local.set', { index: goesOn })
    // What is set may be used by the other values, but for a counter by its own alone.
    this.#set(others)
    for (const { index } of counters.keys()) {
      this.term(locals.get(index)!)
      this.emit('local.set', { index })
    }
    for (const { local, step } of this.#pointers.all) {
      this.emit('local.get', { index: local })
      this.integer(I64, step)
      this.emit('i64.add')
      this.emit('local.set', { index: local })
    }
    this.emit('local.get', { index: goesOn })
    this.instructions.push(branch)
    this.emit('end')
    if (exit === undefined) return
    for (const [local, step] of counters) {
      this.emit('local.get', { index: local.index })
      this.integer(local.type, -step)
      this.emit(`${prefix(local.type)}.add`)
      this.emit('local.set', { index: local.index })
    }
    for (const [index, local] of before) this.#copy(local, index)
    this.#set([...exit])
  }

  /** Locals to what terms are before. */
  #set(values: readonly (readonly [number, Term])[]): void {
    for (const [, term] of values) this.term(term)
    for (const [index] of values.toReversed()) this.emit('local.set', { index })
  }

  #copy(from: number, to: number): void {
    this.emit('local.get', { index: from })
    this.emit('local.set', { index: to })
  }

  #load(load: Load): void {
    const index = this.#locals.add(load.type)
    const memarg = this.#address(load)
    this.instructions.push({ op: load.op, memarg, offset: this.#offset })
    this.emit('local.set', { index })
    this.#held.set(load, index)
  }

  /** Pushes the address of an access, and gives its immediate. */
  #address({ address, memarg }: Pick<Load, 'address' | 'memarg'>): MemArg {
    const pointer = this.#pointers.of(address, memarg.memory)
    if (pointer === undefined) {
      this.term(address)
      return memarg
    }
    this.emit('local.get', { index: pointer.local })
    if (pointer.behind > 0n) {
      this.integer(I64, pointer.behind)
      this.emit('i64.add')
    }
    return { ...memarg, wide: true }
  }
}
