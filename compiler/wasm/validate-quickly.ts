/**
 * Validation of a function's bytes as they are read, without an object for each instruction. It accepts what
 * `validateFunction` accepts; where it throws, that one has to say what is wrong.
 */
import { blockType, readInstruction, readLocals } from './body.ts'
import { checkLimit } from './limits.ts'
import type { Func } from './module.ts'
import { plainOpcodes, type Opcode } from './opcodes.ts'
import { Reader } from './reader.ts'
import { RULES } from './rules.ts'
import { F32, F64, I32, I64, isRef } from './types.ts'
import type { Context } from './validate.ts'
import { FunctionValidator } from './validate-function.ts'

/** What is done here with an instruction of one byte; the others are decoded, and checked by their rules. */
const RULE = 0
const APPLY = 1
const ACCESS = 2
const LOCAL_GET = 3
const LOCAL_SET = 4
const LOCAL_TEE = 5
const I32_CONST = 6
const I64_CONST = 7
const F32_CONST = 8
const F64_CONST = 9
const BLOCK = 10
const LOOP = 11
const IF = 12
const CALL = 13
const BR = 14
const BR_IF = 15
const DROP = 16
const GLOBAL_GET = 17

const NAMED: Record<string, number> = {
  'local.get': LOCAL_GET,
  'local.set': LOCAL_SET,
  'local.tee': LOCAL_TEE,
  'i32.const': I32_CONST,
  'i64.const': I64_CONST,
  'f32.const': F32_CONST,
  'f64.const': F64_CONST,
  block: BLOCK,
  loop: LOOP,
  if: IF,
  call: CALL,
  br: BR,
  br_if: BR_IF,
  drop: DROP,
  'global.get': GLOBAL_GET,
}

const FORMS = Uint8Array.from(plainOpcodes, (op) => {
  if (op === undefined || op.feature !== 'mvp') return RULE
  const { name, imm, id } = op
  return NAMED[name] ?? (imm === 'memarg' ? ACCESS : imm === '' && RULES[id] === undefined ? APPLY : RULE)
})

/** log2 of what an access's alignment may be. */
const ALIGNMENTS = Uint8Array.from(plainOpcodes, (op) => (op?.size === undefined ? 0 : Math.log2(op.size)))
/** A first byte of a memarg with more than the alignment. */
const MORE = 0x40

/** @throws if the function is not valid, or beyond a limit */
export function validateQuickly(context: Context, func: Func): void {
  const { module } = context
  const { start, end } = func.body!
  checkLimit('bytes of a function', end - start, start)
  const r = new Reader(module.bytes, start, end)
  const { params, results } = func.type
  const locals = readLocals(r, module, params.length)
  for (const { type } of locals.groups) context.checkType(type, () => r.fail('unknown type'))
  const v = new FunctionValidator(context, params, locals, results)
  while (v.frames.length > 0) instruction(v, r, context)
  if (!r.done) r.fail('END opcode expected')
}

function instruction(v: FunctionValidator, r: Reader, context: Context): void {
  const at = r.pos
  if (at >= r.end) r.fail('unexpected end')
  const byte = r.bytes[at]
  switch (FORMS[byte]) {
    case APPLY: {
      r.pos++
      const { params, results } = plainOpcodes[byte] as Opcode
      return v.apply(params!, results!)
    }
    case ACCESS:
      return access(v, r, context, byte)
    case LOCAL_GET:
      r.pos++
      return v.push(v.readLocal(r.u32()))
    case LOCAL_SET:
      r.pos++
      v.pop(v.writeLocal(r.u32()))
      return
    case LOCAL_TEE: {
      r.pos++
      const type = v.writeLocal(r.u32())
      v.pop(type)
      return v.push(type)
    }
    case I32_CONST:
      r.pos++
      r.s32()
      return v.push(I32)
    case I64_CONST:
      r.pos++
      r.skipS64()
      return v.push(I64)
    case F32_CONST:
      r.pos++
      r.skip(4)
      return v.push(F32)
    case F64_CONST:
      r.pos++
      r.skip(8)
      return v.push(F64)
    case BLOCK:
    case LOOP:
    case IF: {
      r.pos++
      const block = blockType(r, context.module)
      if (FORMS[byte] === IF) v.pop(I32)
      for (const type of block.results) if (isRef(type)) context.checkType(type, () => r.fail('unknown type'))
      v.popAll(block.params)
      return v.open(plainOpcodes[byte], block)
    }
    case CALL: {
      r.pos++
      const { params, results } = (context.module.funcs[r.u32()] ?? r.fail('unknown function')).type
      return v.apply(params, results)
    }
    case BR:
      r.pos++
      v.popAll(v.label(r.u32()))
      return v.unreachable()
    case BR_IF: {
      r.pos++
      const types = v.label(r.u32())
      v.pop(I32)
      return types.length === 0 ? undefined : v.check(types)
    }
    case DROP:
      r.pos++
      v.pop()
      return
    case GLOBAL_GET:
      r.pos++
      return v.push((context.module.globals[r.u32()] ?? r.fail('unknown global')).type.type)
  }
  rule(v, r, context)
}

/** Loads and stores of a memory 0 of 32 bits are what most are. */
function access(v: FunctionValidator, r: Reader, context: Context, byte: number): void {
  const memory = context.module.memories[0]
  const at = r.pos
  const align = at + 1 < r.end ? r.bytes[at + 1] : MORE
  if (memory === undefined || memory.type.is64 || align >= MORE) return rule(v, r, context)
  r.pos += 2
  if (align > ALIGNMENTS[byte] || r.u64() > 0xffffffff) r.fail('alignment or offset', at)
  const { params, results } = plainOpcodes[byte] as Opcode
  if (params!.length > 1) v.pop(params![1])
  v.pop(I32)
  v.pushAll(results!)
}

function rule(v: FunctionValidator, r: Reader, context: Context): void {
  const decoded = readInstruction(r, context.module)
  const { id, params, results } = decoded.op
  const check = RULES[id]
  if (check === undefined) v.apply(params!, results!)
  else check(v, decoded)
}
