/** The memories of both sides of a call: what lies in them is checked, and room is asked for. */
import { I32, I64, type FuncType as CoreFuncType } from '../wasm/types.ts'
import type { FunctionBuilder, ModuleBuilder } from './builder.ts'
import type { HandleFunctions, Side } from './sides.ts'
import type { Trap } from './traps.ts'

const REALLOC: CoreFuncType = { params: [I32, I32, I32, I32], results: [I32] }
const PAGE_BITS = 16

/** Of any list or string. */
const MAX_BYTES = (1n << 28n) - 1n

export class CallMemory {
  readonly #module: ModuleBuilder
  readonly #code: FunctionBuilder
  /** One side is the system, which has words of its own for what is wrong. */
  readonly #isSystem: boolean
  readonly #handles: HandleFunctions

  constructor(module: ModuleBuilder, code: FunctionBuilder, sides: readonly Side[], handles: HandleFunctions) {
    this.#handles = handles
    this.#module = module
    this.#code = code
    this.#isSystem = sides.some(({ instance }) => instance.isHost)
  }

  /** What is said of strings that lie elsewhere. */
  get stringTrap(): Trap {
    return this.#isSystem ? 'string pointer/length out of bounds of memory' : 'string content out-of-bounds'
  }

  /** While it allocates or cleans up, an instance may not call out. */
  staying({ instance }: Side, work: () => void): void {
    if (instance.isHost) return work()
    const global = this.#module.global(instance.stays)
    this.#code.i32(1).globalSet(global)
    work()
    this.#code.i32(0).globalSet(global)
  }

  /** The same; in programs with tasks, it may run on any thread, whose context is not its own. */
  #allocating(side: Side, work: () => void): void {
    if (side.instance.isHost || !this.#handles.hasTasks) return this.staying(side, work)
    const code = this.#code
    const context = code.local(I64)
    const ask = (name: string, type: CoreFuncType): void => {
      code.call(this.#module.function(this.#handles.item(name), type))
    }
    code.i32(side.instance.number)
    ask('context_enter', { params: [I32], results: [I64] })
    code.set(context)
    this.staying(side, work)
    code.i32(side.instance.number).get(context)
    ask('context_leave', { params: [I32, I64], results: [] })
  }

  /** The number of its memory in the module. */
  numberOf(side: Side): number {
    return this.#module.memory(side.memory!)
  }

  /** Traps unless so many bytes from there, aligned, lie in the memory. */
  checkRange(side: Side, address: number, size: number, alignment: number): void {
    const code = this.#code
    if (alignment > 1)
      code
        .get(address)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf('unaligned pointer')
    code.get(address).op('i64_extend_i32_u').i64(BigInt(size)).op('i64_add')
    this.#pastEnd(side).trapIf('pointer out of bounds of memory')
  }

  /** Whether the i64 on the stack is more than the memory has bytes. */
  #pastEnd(side: Side): FunctionBuilder {
    const code = this.#code.memorySize(this.numberOf(side)).op('i64_extend_i32_u')
    return code.i64(1n << BigInt(PAGE_BITS)).op('i64_mul', 'i64_gt_u')
  }

  /** The place of so many new bytes. */
  allocate(side: Side, size: number, alignment: number): number {
    const bytes = this.#code.local(I32)
    this.#code.i32(size).set(bytes)
    return this.allocateBytes(side, bytes, alignment)
  }

  allocateBytes(side: Side, bytes: number, alignment: number): number {
    const code = this.#code
    const place = code.local(I32)
    this.#allocating(side, () => {
      this.#module.callInto(code, () => {
        code.i32(0).i32(0).i32(alignment).get(bytes)
        code.call(this.#module.function(side.realloc!, REALLOC)).set(place)
      })
    })
    if (alignment > 1)
      code
        .get(place)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf(this.#isSystem ? 'realloc return: result not aligned' : 'unaligned pointer')
    code.get(place).op('i64_extend_i32_u').get(bytes).op('i64_extend_i32_u', 'i64_add')
    this.#pastEnd(side).trapIf(this.#isSystem ? 'realloc return: beyond end of memory' : 'list content out-of-bounds')
    return place
  }

  /** Traps unless so many bytes, more than 32 bits can say, lie in a memory; leaves the number in a local. */
  checkBytes(side: Side, address: number, count: number, size: number, alignment: number, beyond: Trap): number {
    const code = this.#code
    const bytes = code.local(I32)
    const wide = code.local(I64)
    if (alignment > 1)
      code
        .get(address)
        .i32(alignment - 1)
        .op('i32_and')
        .trapIf('unaligned pointer')
    code.get(count).op('i64_extend_i32_u').i64(BigInt(size)).op('i64_mul').set(wide)
    code.get(wide).op('i32_wrap_i64').set(bytes)
    code.get(address).op('i64_extend_i32_u').get(wide).op('i64_add')
    this.#pastEnd(side).trapIf(beyond)
    code.get(wide).i64(MAX_BYTES).op('i64_gt_u').trapIf('list or string of more than 2^28 bytes')
    return bytes
  }
}
