/**
 * What a loop computes, as terms over the values that its locals have where an iteration begins. Equal terms are one object,
 * and sums of integers have one form, whichever instructions made them.
 */
import type { MemArg } from '../../wasm/instructions.ts'
import { opcodeByName, type Opcode } from '../../wasm/opcodes.ts'
import { I64, type ValType } from '../../wasm/types.ts'

export type Term = Local | Constant | Sum | Operation | Load

interface Base {
  /** Larger than those of its parts. */
  id: number
  type: ValType
}
/** The value of a local where the iteration begins. */
export interface Local extends Base {
  kind: 'local'
  index: number
}
/** Of a float, by its bits. */
export interface Constant extends Base {
  kind: 'constant'
  value: number | bigint
}
/** Multiples of terms and a constant, of integers that wrap around. */
export interface Sum extends Base {
  kind: 'sum'
  parts: ReadonlyMap<Term, bigint>
  constant: bigint
}
export interface Operation extends Base {
  kind: 'operation'
  op: Opcode
  operands: readonly Term[]
}
export interface Load extends Base {
  kind: 'load'
  op: Opcode
  memarg: MemArg
  address: Term
  /** How many stores of the iteration come before it. */
  epoch: number
}

const bitsOf = (type: ValType): number => (type === I64 ? 64 : 32)
const wrap = (type: ValType, value: bigint): bigint => BigInt.asIntN(bitsOf(type), value)

export class Terms {
  readonly #known = new Map<string, Term>()

  local(index: number, type: ValType): Term {
    return this.#intern(`l${index}`, (id) => ({ kind: 'local', id, type, index }))
  }

  float(type: ValType, value: number | bigint): Term {
    return this.#intern(`f${type} ${value}`, (id) => ({ kind: 'constant', id, type, value }))
  }

  integer(type: ValType, value: bigint): Term {
    return this.#sum(type, new Map(), value)
  }

  load(op: Opcode, memarg: MemArg, address: Term, epoch: number): Term {
    const key = `m${op.id} ${memarg.memory} ${memarg.offset} ${address.id} ${epoch}`
    return this.#intern(key, (id) => ({ kind: 'load', id, type: op.results![0], op, memarg, address, epoch }))
  }

  /** `a` + `factor` × `b`. */
  add(a: Term, b: Term, factor: bigint): Term {
    const parts = new Map(partsOf(a))
    for (const [part, times] of partsOf(b)) parts.set(part, (parts.get(part) ?? 0n) + times * factor)
    return this.#sum(a.type, parts, constantOf(a) + constantOf(b) * factor)
  }

  operation(op: Opcode, operands: readonly Term[], type: ValType): Term {
    const [a, b] = operands
    const constant = operands.length === 2 && isConstant(b) ? constantOf(b) : undefined
    switch (op.name) {
      case 'i32.add':
      case 'i64.add':
        return this.add(a, b, 1n)
      case 'i32.sub':
      case 'i64.sub':
        return this.add(a, b, -1n)
      case 'i32.mul':
      case 'i64.mul':
        if (constant !== undefined) return this.add(this.integer(type, 0n), a, constant)
        break
      case 'i32.shl':
      case 'i64.shl':
        if (constant !== undefined)
          return this.add(this.integer(type, 0n), a, 1n << (constant & BigInt(bitsOf(type) - 1)))
    }
    const key = `o${op.id} ${operands.map(({ id }) => id).join(' ')}`
    return this.#intern(key, (id) => ({ kind: 'operation', id, type, op, operands }))
  }

  /** The same term with other locals, so many stores later. `done` remembers what was replaced, of the same arguments. */
  replace(term: Term, locals: ReadonlyMap<number, Term>, epochs: number, done: Map<Term, Term>): Term {
    let made = done.get(term)
    if (made !== undefined) return made
    const inner = (part: Term) => this.replace(part, locals, epochs, done)
    switch (term.kind) {
      case 'constant':
        return term
      case 'local':
        return locals.get(term.index) ?? term
      case 'load':
        made = this.load(term.op, term.memarg, inner(term.address), term.epoch + epochs)
        break
      case 'operation':
        made = this.operation(term.op, term.operands.map(inner), term.type)
        break
      case 'sum':
        made = this.integer(term.type, term.constant)
        for (const [part, times] of term.parts) made = this.add(made, inner(part), times)
    }
    done.set(term, made)
    return made
  }

  #sum(type: ValType, parts: Map<Term, bigint>, constant: bigint): Term {
    for (const [part, times] of parts) {
      const wrapped = wrap(type, times)
      if (wrapped === 0n) parts.delete(part)
      else parts.set(part, wrapped)
    }
    constant = wrap(type, constant)
    const list = [...parts].sort(([a], [b]) => a.id - b.id)
    if (constant === 0n && list.length === 1 && list[0][1] === 1n) return list[0][0]
    const key = `s${type} ${constant} ${list.map(([part, times]) => `${times}*${part.id}`).join(' ')}`
    return this.#intern(key, (id) => ({ kind: 'sum', id, type, parts: new Map(list), constant }))
  }

  #intern(key: string, make: (id: number) => Term): Term {
    let term = this.#known.get(key)
    if (term === undefined) this.#known.set(key, (term = make(this.#known.size)))
    return term
  }
}

export const partsOf = (term: Term): Iterable<readonly [Term, bigint]> =>
  term.kind === 'sum' ? term.parts : [[term, 1n]]
export const constantOf = (term: Term): bigint => (term.kind === 'sum' ? term.constant : 0n)
export const isConstant = (term: Term): boolean => term.kind === 'sum' && term.parts.size === 0

/** What a term is made of. */
export function partsIn(term: Term): readonly Term[] {
  if (term.kind === 'load') return [term.address]
  if (term.kind === 'operation') return term.operands
  return term.kind === 'sum' ? [...term.parts.keys()] : []
}

/** The terms that one is made of, itself included, each once. */
export function visit(term: Term, seen: Set<Term>): void {
  if (seen.has(term)) return
  seen.add(term)
  for (const part of partsIn(term)) visit(part, seen)
}

/** The locals that terms are made of. */
export const localsOf = (all: Iterable<Term>): Set<Local> => partsOfKind(all, 'local')

/** The loads that terms are made of. */
export const loadsOf = (all: Iterable<Term>): Set<Load> => partsOfKind(all, 'load')

function partsOfKind<K extends Term['kind']>(all: Iterable<Term>, kind: K): Set<Extract<Term, { kind: K }>> {
  const seen = new Set<Term>()
  for (const term of all) visit(term, seen)
  return new Set([...seen].filter((term): term is Extract<Term, { kind: K }> => term.kind === kind))
}

/** An instruction by its name. */
export const opcode = (name: string): Opcode => opcodeByName.get(name)!

/** How often each of the operations that terms are made of is used: what is used more than once is written once, as loads are. */
export function usesOf(all: Iterable<Term>): Map<Term, number> {
  const uses = new Map<Term, number>()
  const use = (term: Term): void => {
    if (term.kind === 'sum') for (const part of term.parts.keys()) use(part)
    if (term.kind !== 'operation') return
    const before = uses.get(term) ?? 0
    uses.set(term, before + 1)
    if (before === 0) for (const operand of term.operands) use(operand)
  }
  for (const term of all) use(term)
  return uses
}

/** How many parts the terms have as they would be written: operations once, sums wherever they are used. */
export function sizeOf(all: readonly Term[]): number {
  const size = (term: Term): number => (term.kind === 'sum' ? 1 + 2 * term.parts.size : 1)
  let total = all.reduce((sum, term) => sum + size(term), 0)
  for (const term of usesOf(all).keys())
    if (term.kind === 'operation') for (const operand of term.operands) total += size(operand)
  return total
}
