/** Constant expressions: as values that are known, and as code that makes an operand. */
import type { ConstExpr } from '../wasm/module.ts'
import { target, ADD, MUL, SUB } from './assembler.ts'
import { room } from './code.ts'
import { alu } from './numeric.ts'
import { arrayNew, arrayNewDefault, arrayNewFixed, referenceI31, structureNew, structureNewDefault } from './objects.ts'
import { globalGet, pushFunction } from './references.ts'
import { allocate, push, pushConstant } from './stack.ts'
import { F32, F64, I32, I64, V128 } from './types.ts'

const low = (bits: bigint): number => Number(BigInt.asIntN(32, bits))
const high = (bits: bigint): number => Number(BigInt.asIntN(32, bits >> 32n))

/** Of a number that stands there, and of null. */
export function knownConstant(init: ConstExpr): { lo: number; hi: number } | undefined {
  const [{ op, value }, next] = init
  if (next !== undefined && next.op.name !== 'end') return undefined
  switch (op.name) {
    case 'i32.const':
    case 'f32.const':
      return { lo: (value as number) | 0, hi: 0 }
    case 'i64.const':
    case 'f64.const':
      return { lo: low(value as bigint), hi: high(value as bigint) }
    case 'ref.null':
      return { lo: 0, hi: 0 }
  }
  return undefined
}

export function pushExpression(expression: ConstExpr): void {
  for (const { op, value, index, index2, lanes } of expression) {
    room(256)
    switch (op.name) {
      case 'i32.const':
        pushConstant(I32, value as number, 0)
        break
      case 'f32.const':
        pushConstant(F32, (value as number) | 0, 0)
        break
      case 'i64.const':
      case 'f64.const':
        pushConstant(op.name === 'i64.const' ? I64 : F64, low(value as bigint), high(value as bigint))
        break
      case 'v128.const': {
        const register = allocate(V128)
        target.asm.vector(register, lanes!, 0)
        push(V128, register)
        break
      }
      case 'ref.null':
        pushConstant(I64, 0, 0)
        break
      case 'ref.func':
        pushFunction(index!)
        break
      case 'global.get':
        globalGet(index!)
        break
      case 'struct.new':
        structureNew(index!)
        break
      case 'struct.new_default':
        structureNewDefault(index!)
        break
      case 'array.new':
        arrayNew(index!)
        break
      case 'array.new_default':
        arrayNewDefault(index!)
        break
      case 'array.new_fixed':
        arrayNewFixed(index!, index2!)
        break
      case 'ref.i31':
        referenceI31()
        break
      case 'any.convert_extern':
      case 'extern.convert_any':
      case 'end':
        break
      default: {
        const [type, name] = op.name.split('.')
        alu({ add: ADD, sub: SUB, mul: MUL }[name]!, type === 'i32' ? I32 : I64)
      }
    }
  }
}
