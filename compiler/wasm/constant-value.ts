import type { ConstExpr, Module } from './module.ts'

/** An integer that a constant expression gives, signed: a number for i32, a bigint for i64. */
export type Integer = number | bigint

const known = new WeakMap<Module['globals'], (Integer | undefined)[]>()

/** The values of a module's own immutable integer globals, as far as they do not depend on imports. */
function globalValues(module: Module): (Integer | undefined)[] {
  let values = known.get(module.globals)
  if (values === undefined) {
    // One after the other, since each may be made of those before it.
    values = []
    for (const { type, init } of module.globals) values.push(init && !type.mutable ? evaluate(init, values) : undefined)
    known.set(module.globals, values)
  }
  return values
}

/** The integer that an expression of a valid module gives; undefined for other types, and for what only imports decide. */
export function constantValue(module: Module, expr: ConstExpr): Integer | undefined {
  // Nearly all are: modules have a hundred thousand segments.
  const [first] = expr
  if (first.op.name === 'i32.const' && expr.length === 1) return first.value
  return evaluate(expr, expr.some(({ op }) => op.name === 'global.get') ? globalValues(module) : [])
}

function evaluate(expr: ConstExpr, globals: readonly (Integer | undefined)[]): Integer | undefined {
  const stack: Integer[] = []
  for (const { op, value, index } of expr) {
    switch (op.name) {
      case 'i32.const':
      case 'i64.const':
        stack.push(value!)
        break
      case 'global.get': {
        const global = globals[index!]
        if (global === undefined) return undefined
        stack.push(global)
        break
      }
      default: {
        const apply = OPERATIONS[op.name]
        if (apply === undefined) return undefined
        const right = stack.pop()!
        stack.push(apply(stack.pop()!, right))
      }
    }
  }
  return stack[0]
}

const i32 =
  (apply: (a: number, b: number) => number) =>
  (a: Integer, b: Integer): Integer =>
    apply(a as number, b as number) | 0
const i64 =
  (apply: (a: bigint, b: bigint) => bigint) =>
  (a: Integer, b: Integer): Integer =>
    BigInt.asIntN(64, apply(a as bigint, b as bigint))

const OPERATIONS: Record<string, ((a: Integer, b: Integer) => Integer) | undefined> = {
  'i32.add': i32((a, b) => a + b),
  'i32.sub': i32((a, b) => a - b),
  'i32.mul': i32(Math.imul),
  'i64.add': i64((a, b) => a + b),
  'i64.sub': i64((a, b) => a - b),
  'i64.mul': i64((a, b) => a * b),
}
