/** Binary.md / Canonical Definitions. */
import type { Reader } from '../wasm/reader.ts'
import { coreValType, resultList } from './decode-types.ts'
import type { BuiltinOperands, Canon, CanonOption } from './definitions.ts'

const fail = (r: Reader, byte: number, what: string): never =>
  r.fail(`invalid leading byte 0x${byte.toString(16)} of ${what}`, r.pos - 1)

function zero(r: Reader, what: string): void {
  const byte = r.byte()
  if (byte !== 0) fail(r, byte, what)
}

function flag(r: Reader): boolean {
  const byte = r.byte()
  if (byte > 1) r.fail(`invalid boolean value 0x${byte.toString(16)}`, r.pos - 1)
  return byte === 1
}

const OPTIONS: Record<number, (r: Reader) => CanonOption> = {
  0x00: () => ({ kind: 'string-encoding', encoding: 'utf8' }),
  0x01: () => ({ kind: 'string-encoding', encoding: 'utf16' }),
  0x02: () => ({ kind: 'string-encoding', encoding: 'latin1+utf16' }),
  0x03: (r) => ({ kind: 'memory', index: r.u32() }),
  0x04: (r) => ({ kind: 'realloc', index: r.u32() }),
  0x05: (r) => ({ kind: 'post-return', index: r.u32() }),
  0x06: () => ({ kind: 'async' }),
  0x07: (r) => ({ kind: 'callback', index: r.u32() }),
}

const options = (r: Reader): CanonOption[] =>
  r.vec(() => {
    const byte = r.byte()
    return (OPTIONS[byte] ?? fail(r, byte, 'a canonical option'))(r)
  })

const none = (): BuiltinOperands => ({})
const type = (r: Reader): BuiltinOperands => ({ type: r.u32() })
const transfer = (r: Reader): BuiltinOperands => ({ type: r.u32(), options: options(r) })
const cancel = (r: Reader): BuiltinOperands => ({ type: r.u32(), async: flag(r) })
const cancellable = (r: Reader): BuiltinOperands => ({ cancellable: flag(r) })
const context = (r: Reader): BuiltinOperands => ({ valType: coreValType(r), slot: r.u32() })
const wait = (r: Reader): BuiltinOperands => ({ cancellable: flag(r), memory: r.u32() })

/** Built-ins with their operands, by opcode. */
const BUILTINS: Record<number, [name: string, operands: (r: Reader) => BuiltinOperands]> = {
  0x05: ['task.cancel', none],
  0x06: ['subtask.cancel', (r) => ({ async: flag(r) })],
  0x09: ['task.return', (r) => ({ result: resultList(r), options: options(r) })],
  0x0a: ['context.get', context],
  0x0b: ['context.set', context],
  0x0c: ['thread.yield', cancellable],
  0x0d: ['subtask.drop', none],
  0x0e: ['stream.new', type],
  0x0f: ['stream.read', transfer],
  0x10: ['stream.write', transfer],
  0x11: ['stream.cancel-read', cancel],
  0x12: ['stream.cancel-write', cancel],
  0x13: ['stream.drop-readable', type],
  0x14: ['stream.drop-writable', type],
  0x15: ['future.new', type],
  0x16: ['future.read', transfer],
  0x17: ['future.write', transfer],
  0x18: ['future.cancel-read', cancel],
  0x19: ['future.cancel-write', cancel],
  0x1a: ['future.drop-readable', type],
  0x1b: ['future.drop-writable', type],
  0x1c: ['error-context.new', (r) => ({ options: options(r) })],
  0x1d: ['error-context.debug-message', (r) => ({ options: options(r) })],
  0x1e: ['error-context.drop', none],
  0x1f: ['waitable-set.new', none],
  0x20: ['waitable-set.wait', wait],
  0x21: ['waitable-set.poll', wait],
  0x22: ['waitable-set.drop', none],
  0x23: ['waitable.join', none],
  0x24: ['backpressure.inc', none],
  0x25: ['backpressure.dec', none],
  0x26: ['thread.index', none],
  0x27: ['thread.new-indirect', (r) => ({ coreType: r.u32(), table: r.u32() })],
  0x28: ['thread.resume-later', none],
  0x29: ['thread.suspend', cancellable],
  0x2a: ['thread.suspend-then-resume', cancellable],
  0x2b: ['thread.yield-then-resume', cancellable],
  0x2c: ['thread.suspend-then-promote', cancellable],
  0x2d: ['thread.yield-then-promote', cancellable],
  0x40: ['thread.spawn-ref', (r) => ({ shared: flag(r), coreType: r.u32() })],
  0x41: ['thread.spawn-indirect', (r) => ({ shared: flag(r), coreType: r.u32(), table: r.u32() })],
  0x42: ['thread.available-parallelism', (r) => ({ shared: flag(r) })],
}

const RESOURCE = { 0x02: 'resource.new', 0x03: 'resource.drop', 0x04: 'resource.rep' } as const

export function canon(r: Reader): Canon {
  const byte = r.byte()
  if (byte === 0x00) {
    zero(r, 'canon lift')
    return { kind: 'lift', func: r.u32(), options: options(r), type: r.u32() }
  }
  if (byte === 0x01) {
    zero(r, 'canon lower')
    return { kind: 'lower', func: r.u32(), options: options(r) }
  }
  if (byte === 0x02 || byte === 0x03 || byte === 0x04) return { kind: RESOURCE[byte], type: r.u32() }
  const [name, operands] = BUILTINS[byte] ?? fail(r, byte, 'a canonical function')
  return { kind: 'builtin', name, operands: operands(r) }
}
