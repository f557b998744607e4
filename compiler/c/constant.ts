/** Constant expressions: initial values of globals and elements, offsets of segments. */
import { constantValue } from '../wasm/constant-value.ts'
import { checkLimit } from '../wasm/limits.ts'
import type { ConstExpr } from '../wasm/module.ts'
import { FUNCREF, I31, ref, V128, type ValType } from '../wasm/types.ts'
import { f32Literal, f64Literal, i32Literal, i64Literal } from './consts.ts'
import { apply, settled, type Value } from './expression.ts'
import { objectConstant } from './objects.ts'
import type { Scope } from './scope.ts'
import { vectorLiteral } from './simd.ts'
import { cType, nullReference } from './types.ts'

export interface Constant {
  text: string
  /** C takes it as the initial value of a static variable. */
  static: boolean
  /** All of its bytes are. */
  zero: boolean
}

export function constant(scope: Scope, expr: ConstExpr): Constant {
  const integer = constantValue(scope.module, expr)
  if (integer !== undefined) {
    const text = typeof integer === 'bigint' ? i64Literal(integer) : i32Literal(integer)
    return { text, static: true, zero: integer === 0 || integer === 0n }
  }
  const operations = expr.filter(({ op }) => op.params?.length === 2).length
  if (operations > 0) checkLimit('operations on imported constants', operations, expr[0].offset)
  const stack: Value[] = []
  let isStatic = true
  for (const { op, value, index, index2, types, lanes } of expr) {
    switch (op.name) {
      case 'i32.const':
        stack.push(settled(i32Literal(value as number), op.results![0]))
        break
      case 'i64.const':
        stack.push(settled(i64Literal(value as bigint), op.results![0]))
        break
      case 'f32.const':
        stack.push(settled(f32Literal(value as number), op.results![0]))
        break
      case 'f64.const':
        stack.push(settled(f64Literal(value as bigint), op.results![0]))
        break
      case 'v128.const':
        stack.push(settled(vectorLiteral(lanes!), op.results![0]))
        break
      case 'ref.null':
        stack.push(settled(nullReference(types![0]), types![0]))
        break
      case 'ref.func':
        stack.push(settled(functionReference(scope, index!), FUNCREF))
        break
      case 'global.get':
        isStatic = false
        stack.push(settled(scope.global(index!), scope.module.globals[index!].type.type))
        break
      case 'ref.i31':
        isStatic = false
        stack.push(settled(`gc_i31(${stack.pop()!.text})`, ref(I31, false)))
        break
      case 'any.convert_extern':
      case 'extern.convert_any':
      case 'end':
        break
      case 'struct.new':
      case 'struct.new_default':
      case 'array.new':
      case 'array.new_default':
      case 'array.new_fixed': {
        isStatic = false
        const count = operandCount(scope, op.name, index!, index2)
        const operands = stack.splice(stack.length - count).map(({ text }) => text)
        stack.push(settled(objectConstant(scope, op.name, index!, operands), scope.objectReference(index!)))
        break
      }
      default:
        stack.push(apply(op, stack.splice(-op.params!.length), ''))
    }
  }
  const { text } = stack[0]
  const [{ op, value }] = expr
  const zero = op.name === 'ref.null' || value === 0 || value === 0n
  return { text, static: isStatic && !text.includes('reinterpret'), zero: zero && expr.length === 1 }
}

function operandCount(scope: Scope, name: string, type: number, fixed: number | undefined): number {
  if (name === 'struct.new') return scope.module.types[type].fields!.length
  return { 'struct.new_default': 0, 'array.new': 2, 'array.new_default': 1 }[name] ?? fixed!
}

/** A reference to a function, as an expression. */
export function functionReference(scope: Scope, index: number): string {
  return `FUNCREF(${scope.func(index)}, ${scope.functionId(index)})`
}

/** A constant as the initial value of a static variable, where C takes no compound literal. */
export function initializer(text: string, type: ValType): string {
  if (type === V128) return text.replace(/^V128\((.*)\)$/, '{$1}')
  if (cType(type) !== 'funcref' && cType(type) !== 'exnref') return text
  if (text === nullReference(type)) return '{0, 0}'
  return text.replace(/^FUNCREF\((\w+), (.*)\)$/, '{(wasm_code)$1, $2}')
}
