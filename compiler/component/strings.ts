/** Strings of one encoding in memory to strings of another one: functions of a module that has both memories. */
import { I32 } from '../wasm/types.ts'
import { FunctionBuilder, type FunctionRef, type ModuleBuilder } from './builder.ts'

/** What a string is in memory, once it is known which of two it is. */
export type SimpleEncoding = 'utf8' | 'utf16' | 'latin1'

/** Bytes of a unit in which strings are counted. */
export const unitSize = (encoding: SimpleEncoding): 1 | 2 => (encoding === 'utf16' ? 2 : 1)

const known = new WeakMap<ModuleBuilder, Map<string, FunctionRef>>()

function once(module: ModuleBuilder, key: string, make: () => FunctionRef): FunctionRef {
  const functions = known.get(module) ?? new Map<string, FunctionRef>()
  known.set(module, functions)
  let found = functions.get(key)
  if (found === undefined) functions.set(key, (found = make()))
  return found
}

/** (address, bytes): traps unless they are UTF-8. */
export const checkUtf8 = (module: ModuleBuilder, memory: number): FunctionRef =>
  once(module, `check ${memory}`, () => module.define({ params: [I32, I32], results: [] }, utf8Check(memory)))

/** (address, bytes) → bytes in the other encoding; all ones where it lacks a character. UTF-8 must have been checked. */
export const measure = (module: ModuleBuilder, memory: number, from: SimpleEncoding, to: SimpleEncoding): FunctionRef =>
  once(module, `measure ${memory} ${from} ${to}`, () => {
    const code = new FunctionBuilder(2)
    const size = code.local(I32)
    eachPoint(code, memory, from, (point) => {
      if (to === 'latin1') {
        code.get(point).i32(0xff).op('i32_gt_u').if().i32(-1).op('return', 'end')
        code.get(size).i32(1).op('i32_add').set(size)
      } else if (to === 'utf16') {
        code
          .get(size)
          .i32(2)
          .op('i32_add')
          .get(point)
          .i32(0x10000)
          .op('i32_ge_u')
          .i32(1)
          .op('i32_shl', 'i32_add')
          .set(size)
      } else {
        code.get(size).i32(1).op('i32_add')
        for (const bound of [0x80, 0x800, 0x10000]) code.get(point).i32(bound).op('i32_ge_u', 'i32_add')
        code.set(size)
      }
    })
    code.get(size)
    return module.define({ params: [I32, I32], results: [I32] }, code)
  })

/** (address, bytes, to): writes them in the other encoding, which has room and all characters. */
export const transcode = (
  module: ModuleBuilder,
  memories: { from: number; to: number },
  from: SimpleEncoding,
  to: SimpleEncoding,
): FunctionRef =>
  once(module, `transcode ${memories.from} ${memories.to} ${from} ${to}`, () => {
    const code = new FunctionBuilder(3)
    const put = 2
    const store = (access: 'i32_store8' | 'i32_store16', offset: number, push: () => void): void => {
      code.get(put)
      push()
      code.access(access, memories.to, offset)
    }
    const advance = (bytes: number): void => void code.get(put).i32(bytes).op('i32_add').set(put)
    eachPoint(code, memories.from, from, (point) => {
      if (to === 'latin1') {
        store('i32_store8', 0, () => void code.get(point))
        advance(1)
      } else if (to === 'utf16') {
        code.get(point).i32(0x10000).op('i32_lt_u').if()
        store('i32_store16', 0, () => void code.get(point))
        advance(2)
        code.op('else')
        const high = (): void =>
          void code.get(point).i32(0x10000).op('i32_sub').i32(10).op('i32_shr_u').i32(0xd800).op('i32_or')
        store('i32_store16', 0, high)
        store('i32_store16', 2, () => void code.get(point).i32(0x3ff).op('i32_and').i32(0xdc00).op('i32_or'))
        advance(4)
        code.op('end')
      } else writeUtf8(code, point, store, advance)
    })
    return module.define({ params: [I32, I32, I32], results: [] }, code)
  })

function writeUtf8(
  code: FunctionBuilder,
  point: number,
  store: (access: 'i32_store8', offset: number, push: () => void) => void,
  advance: (bytes: number) => void,
): void {
  const last = [0x80, 0x800, 0x10000]
  const lead = [0, 0xc0, 0xe0, 0xf0]
  const write = (bytes: number): void => {
    store(
      'i32_store8',
      0,
      () =>
        void code
          .get(point)
          .i32(6 * (bytes - 1))
          .op('i32_shr_u')
          .i32(lead[bytes - 1])
          .op('i32_or'),
    )
    for (let i = 1; i < bytes; i++) {
      const shift = 6 * (bytes - 1 - i)
      store(
        'i32_store8',
        i,
        () => void code.get(point).i32(shift).op('i32_shr_u').i32(0x3f).op('i32_and').i32(0x80).op('i32_or'),
      )
    }
    advance(bytes)
  }
  last.forEach((bound, i) => {
    code.get(point).i32(bound).op('i32_lt_u').if()
    write(i + 1)
    code.op('else')
  })
  write(4)
  for (let i = 0; i < last.length; i++) code.op('end')
}

/** A loop over the characters from the address in local 0, as many bytes as local 1 says. */
function eachPoint(
  code: FunctionBuilder,
  memory: number,
  encoding: SimpleEncoding,
  use: (point: number) => void,
): void {
  const [at, end] = [0, 1]
  const [point, low] = [code.local(I32), code.local(I32)]
  const next = (bytes: number): void => void code.get(at).i32(bytes).op('i32_add').set(at)
  code.get(at).get(end).op('i32_add').set(end)
  code.block().loop()
  code.get(at).get(end).op('i32_ge_u').branchIf(1)
  if (encoding === 'utf16') {
    code.get(at).access('i32_load16_u', memory, 0).set(point)
    next(2)
    code.get(point).i32(0xfc00).op('i32_and').i32(0xdc00).op('i32_eq').trapIf('invalid utf-16')
    code.get(point).i32(0xfc00).op('i32_and').i32(0xd800).op('i32_eq').if()
    code.get(at).get(end).op('i32_ge_u').trapIf('invalid utf-16')
    code
      .get(at)
      .access('i32_load16_u', memory, 0)
      .tee(low)
      .i32(0xfc00)
      .op('i32_and')
      .i32(0xdc00)
      .op('i32_ne')
      .trapIf('invalid utf-16')
    next(2)
    code.get(point).i32(0x3ff).op('i32_and').i32(10).op('i32_shl').get(low).i32(0x3ff).op('i32_and', 'i32_or')
    code.i32(0x10000).op('i32_add').set(point).op('end')
  } else {
    code.get(at).access('i32_load8_u', memory, 0).set(point)
    next(1)
    if (encoding === 'utf8') {
      // What the first byte says, and six bits of each that follows.
      const more = (): void => {
        code
          .get(point)
          .i32(6)
          .op('i32_shl')
          .get(at)
          .access('i32_load8_u', memory, 0)
          .i32(0x3f)
          .op('i32_and', 'i32_or')
          .set(point)
        next(1)
      }
      code.get(point).set(low)
      code.get(low).i32(0xc0).op('i32_ge_u').if().get(point).i32(0x1f).op('i32_and').set(point)
      more()
      code.op('end').get(low).i32(0xe0).op('i32_ge_u').if().get(point).i32(0x3ff).op('i32_and').set(point)
      more()
      code.op('end').get(low).i32(0xf0).op('i32_ge_u').if().get(point).i32(0x7fff).op('i32_and').set(point)
      more()
      code.op('end')
    }
  }
  use(point)
  code.branch(0).op('end', 'end')
}

function utf8Check(memory: number): FunctionBuilder {
  const code = new FunctionBuilder(2)
  const [at, end] = [0, 1]
  const [byte, more, low, high] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32)]
  code.get(at).get(end).op('i32_add').set(end)
  code.block().loop()
  code.get(at).get(end).op('i32_ge_u').branchIf(1)
  // Eight bytes of ASCII at a time.
  code.block().get(end).get(at).op('i32_sub').i32(8).op('i32_lt_u').branchIf(0)
  code.get(at).access('i64_load', memory, 0).i64(0x8080808080808080n).op('i64_and').i64(0n).op('i64_gt_u').branchIf(0)
  code.get(at).i32(8).op('i32_add').set(at).branch(1).op('end')
  code.get(at).access('i32_load8_u', memory, 0).tee(byte)
  code.get(at).i32(1).op('i32_add').set(at)
  code.i32(0x80).op('i32_lt_u').branchIf(0)
  // How many bytes follow, and the bounds of the first.
  code.i32(0x80).set(low).i32(0xbf).set(high)
  code.get(byte).i32(0xc2).op('i32_lt_u').get(byte).i32(0xf4).op('i32_gt_u', 'i32_or').trapIf('invalid utf-8')
  code.i32(1).get(byte).i32(0xe0).op('i32_ge_u', 'i32_add').get(byte).i32(0xf0).op('i32_ge_u', 'i32_add').set(more)
  for (const [lead, bound, value] of [
    [0xe0, low, 0xa0],
    [0xed, high, 0x9f],
    [0xf0, low, 0x90],
    [0xf4, high, 0x8f],
  ]) {
    code.get(byte).i32(lead).op('i32_eq').if().i32(value).set(bound).op('end')
  }
  code.loop()
  code.get(at).get(end).op('i32_ge_u').trapIf('incomplete utf-8 byte sequence')
  code.get(at).access('i32_load8_u', memory, 0).tee(byte).get(low).op('i32_lt_u').trapIf('invalid utf-8')
  code.get(byte).get(high).op('i32_gt_u').trapIf('invalid utf-8')
  code.i32(0x80).set(low).i32(0xbf).set(high)
  code.get(at).i32(1).op('i32_add').set(at)
  code.get(more).i32(1).op('i32_sub').tee(more).branchIf(0)
  code.op('end')
  code.branch(0).op('end', 'end')
  return code
}
