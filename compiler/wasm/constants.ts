import { CompileError } from '../errors.ts'
import { use } from './features.ts'
import { Locals } from './locals.ts'
import type { ConstExpr } from './module.ts'
import { opcodeByName } from './opcodes.ts'
import { I32, type ValType } from './types.ts'
import type { Context } from './validate.ts'
import { FunctionValidator } from './validate-function.ts'

const CONSTANT = new Set([
  'i32.const',
  'i64.const',
  'f32.const',
  'f64.const',
  'v128.const',
  'ref.null',
  'ref.func',
  'global.get',
  'ref.i31',
  'struct.new',
  'struct.new_default',
  'array.new',
  'array.new_default',
  'array.new_fixed',
  'any.convert_extern',
  'extern.convert_any',
])
const NO_LOCALS = new Locals([])

const EXTENDED = new Set(['i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul'])

/**
 * Validates a constant expression (spec: Validation / Constant Expressions) that gives a `type` and may read the
 * first `globals` globals.
 */
export function validateConstant(context: Context, expr: ConstExpr, type: ValType, globals: number, at: number): void {
  // What most are.
  if (expr.length === 1 && expr[0].op.imm === 'i32' && type === I32) return
  const { module } = context
  for (const { op, offset, index } of expr) {
    if (EXTENDED.has(op.name)) use(module.features, 'extended-const', op.name, offset)
    else if (!CONSTANT.has(op.name)) fail(`constant expression required, found ${op.name}`, offset)
    if (op.name !== 'global.get') continue
    if (index! >= globals) fail(`unknown global ${index}`, offset)
    if (module.globals[index!].type.mutable)
      fail(`constant expression required, but global ${index} is mutable`, offset)
    if (!module.globals[index!].import) use(module.features, 'extended-const', 'a global of this module', offset)
  }
  const end = { op: opcodeByName.get('end')!, offset: expr.at(-1)?.offset ?? at }
  const validator = new FunctionValidator(context, [], NO_LOCALS, [type])
  validator.run(expr)
  validator.run([end])
}

function fail(reason: string, offset: number): never {
  throw new CompileError(reason, { code: 'invalid', offset })
}
