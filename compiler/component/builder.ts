/** Writes core modules: what stands between components is wasm of our own, which is validated and compiled like all other. */
import { append } from '../append.ts'
import { decode } from '../wasm/decode.ts'
import type { ExternKind, Module } from '../wasm/module.ts'
import { signature } from '../wasm/given.ts'
import { F32, I32, I64, type FuncType, type ValType } from '../wasm/types.ts'
import { validateModule } from '../wasm/validate.ts'
import { trapCall, type Trap } from './traps.ts'

/** What a module of the program exports. */
export interface CoreItem {
  /** The module's name. */
  module: string
  name: string
  kind: ExternKind
}

function uleb(out: number[], value: number): void {
  for (; value >= 0x80; value = Math.floor(value / 128)) out.push((value % 128) | 0x80)
  out.push(value)
}

function sleb(out: number[], value: bigint): void {
  for (let more = true; more;) {
    const byte = Number(value & 0x7fn)
    value >>= 7n
    more = !((value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0))
    out.push(more ? byte | 0x80 : byte)
  }
}

function text(out: number[], value: string): void {
  const bytes = new TextEncoder().encode(value)
  uleb(out, bytes.length)
  append(out, bytes)
}

/** The one-byte opcodes that adapters use. */
export const OP = {
  unreachable: 0x00,
  else: 0x05,
  end: 0x0b,
  return: 0x0f,
  drop: 0x1a,
  i32_eqz: 0x45,
  i32_eq: 0x46,
  i32_ne: 0x47,
  i32_lt_u: 0x49,
  i32_gt_u: 0x4b,
  i32_ge_u: 0x4f,
  i64_gt_u: 0x56,
  i32_add: 0x6a,
  i32_sub: 0x6b,
  i32_mul: 0x6c,
  i32_and: 0x71,
  i32_or: 0x72,
  i32_shl: 0x74,
  i32_shr_u: 0x76,
  i64_add: 0x7c,
  i64_mul: 0x7e,
  i64_and: 0x83,
  i64_shr_u: 0x88,
  i32_wrap_i64: 0xa7,
  i64_extend_i32_u: 0xad,
  i32_reinterpret_f32: 0xbc,
  i64_reinterpret_f64: 0xbd,
  f32_reinterpret_i32: 0xbe,
  f64_reinterpret_i64: 0xbf,
  i32_extend8_s: 0xc0,
  i32_extend16_s: 0xc1,
} as const

export type Op = keyof typeof OP

/** Accesses of memory: opcode and the alignment that they are written with. */
const ACCESS = {
  i32_load: [0x28, 2],
  i64_load: [0x29, 3],
  f32_load: [0x2a, 2],
  f64_load: [0x2b, 3],
  i32_load8_s: [0x2c, 0],
  i32_load8_u: [0x2d, 0],
  i32_load16_s: [0x2e, 1],
  i32_load16_u: [0x2f, 1],
  i64_load8: [0x31, 0],
  i32_store: [0x36, 2],
  i64_store: [0x37, 3],
  f32_store: [0x38, 2],
  f64_store: [0x39, 3],
  i32_store8: [0x3a, 0],
  i32_store16: [0x3b, 1],
} as const

export type Access = keyof typeof ACCESS

/** A function: imported, or the n-th of the module's own. */
export interface FunctionRef {
  own: boolean
  index: number
}

/** Bytes of the number of a function of the module's own, which is known when all imports are. */
const PADDED = 5

export class FunctionBuilder {
  readonly params: number
  readonly #code: number[] = []
  readonly #locals: ValType[] = []
  readonly #calls: { at: number; index: number }[] = []
  readonly #traps: { at: number; reason: Trap }[] = []

  constructor(params: number) {
    this.params = params
  }

  local(type: ValType): number {
    return this.params + this.#locals.push(type) - 1
  }

  op(...names: Op[]): this {
    for (const name of names) this.#code.push(OP[name])
    return this
  }

  get(local: number): this {
    return this.#numbered(0x20, local)
  }
  set(local: number): this {
    return this.#numbered(0x21, local)
  }
  tee(local: number): this {
    return this.#numbered(0x22, local)
  }
  globalGet(index: number): this {
    return this.#numbered(0x23, index)
  }
  globalSet(index: number): this {
    return this.#numbered(0x24, index)
  }
  branch(depth: number): this {
    return this.#numbered(0x0c, depth)
  }
  branchIf(depth: number): this {
    return this.#numbered(0x0d, depth)
  }

  #numbered(opcode: number, operand: number): this {
    this.#code.push(opcode)
    uleb(this.#code, operand)
    return this
  }

  i32(value: number): this {
    this.#code.push(0x41)
    sleb(this.#code, BigInt(value | 0))
    return this
  }
  i64(value: bigint): this {
    this.#code.push(0x42)
    sleb(this.#code, BigInt.asIntN(64, value))
    return this
  }

  zero(type: ValType): this {
    if (type === I32) return this.i32(0)
    if (type === I64) return this.i64(0n)
    this.#code.push(type === F32 ? 0x43 : 0x44, ...Array<number>(type === F32 ? 4 : 8).fill(0))
    return this
  }

  block(): this {
    this.#code.push(0x02, 0x40)
    return this
  }
  loop(): this {
    this.#code.push(0x03, 0x40)
    return this
  }
  if(): this {
    this.#code.push(0x04, 0x40)
    return this
  }

  /** What `work` writes leaves no operands; an exception out of it is a trap. */
  trapThrown(work: () => void): this {
    this.block().block()
    // try_table with catch_all, which goes to the inner block's end
    this.#code.push(0x1f, 0x40, 1, 2, 0)
    work()
    return this.op('end').branch(1).op('end').trap('an exception left a component').op('end')
  }

  /** Traps if the operand is not zero. @param value the local of a number that the reason names */
  trapIf(reason: Trap, value?: number): this {
    return this.if().#fail(reason, value).op('end')
  }

  trap(reason: Trap, value?: number): this {
    return this.#fail(reason, value).op('unreachable')
  }

  #fail(reason: Trap, value?: number): this {
    if (value === undefined) this.i32(0)
    else this.get(value)
    this.#code.push(0x10)
    this.#traps.push({ at: this.#code.length, reason })
    this.#code.push(...Array<number>(PADDED).fill(0))
    return this
  }

  /** Gives the functions that end the program for a reason each. */
  resolveTraps(functionOf: (reason: Trap) => FunctionRef): void {
    for (const { at, reason } of this.#traps) this.#calls.push({ at, index: functionOf(reason).index })
    this.#traps.length = 0
  }

  access(name: Access, memory: number, offset: number): this {
    const [opcode, align] = ACCESS[name]
    this.#code.push(opcode, align | 0x40)
    uleb(this.#code, memory)
    uleb(this.#code, offset)
    return this
  }

  /** Of functions of a type in a table: see {@link ModuleBuilder.type}. */
  callIndirect(type: number, table: number): this {
    this.#code.push(0x11)
    uleb(this.#code, type)
    uleb(this.#code, table)
    return this
  }

  memorySize(memory: number): this {
    return this.#numbered(0x3f, memory)
  }

  memoryCopy(to: number, from: number): this {
    this.#code.push(0xfc, 10)
    uleb(this.#code, to)
    uleb(this.#code, from)
    return this
  }

  call({ own, index }: FunctionRef): this {
    this.#code.push(0x10)
    if (!own) uleb(this.#code, index)
    else {
      this.#calls.push({ at: this.#code.length, index })
      this.#code.push(...Array<number>(PADDED).fill(0))
    }
    return this
  }

  /** The body, where the module imports so many functions. */
  bytes(imports: number): number[] {
    for (const { at, index } of this.#calls) {
      let value = imports + index
      for (let i = 0; i < PADDED; i++, value >>= 7) this.#code[at + i] = (value & 0x7f) | (i < PADDED - 1 ? 0x80 : 0)
    }
    const out: number[] = []
    uleb(out, this.#locals.length)
    for (const type of this.#locals) out.push(1, type)
    return [...out, ...this.#code, OP.end]
  }
}

const KINDS: Record<string, number> = { func: 0, table: 1, memory: 2, global: 3 }

interface Import {
  item: CoreItem
  description: number[]
}

export class ModuleBuilder {
  readonly name: string
  /** There are exceptions in the component: none leaves a call. */
  readonly catches: boolean
  readonly #types: FuncType[] = []
  readonly #typeNumbers = new Map<string, number>()
  readonly #imports: Import[] = []
  readonly #numbers = new Map<string, number>()
  readonly #counts: Record<string, number> = { func: 0, table: 0, memory: 0, global: 0 }
  readonly #functions: { type: number; body: FunctionBuilder }[] = []
  readonly #exports: { name: string; kind: string; index: FunctionRef }[] = []
  readonly #exported = new Map<string, FunctionRef>()
  readonly #traps = new Map<Trap, FunctionRef>()
  #globals = 0
  #start?: FunctionRef

  constructor(name: string, catches = false) {
    this.name = name
    this.catches = catches
  }

  /** Writes what calls into a component. */
  callInto(code: FunctionBuilder, work: () => void): void {
    if (this.catches) code.trapThrown(work)
    else work()
  }

  get isEmpty(): boolean {
    return this.#functions.length === 0 && this.#globals === 0
  }

  /** The number of a type. */
  type(type: FuncType): number {
    const key = signature(type)
    let number = this.#typeNumbers.get(key)
    if (number === undefined) {
      number = this.#types.push(type) - 1
      this.#typeNumbers.set(key, number)
    }
    return number
  }

  #import(item: CoreItem, description: () => number[]): number {
    const key = `${item.kind} ${item.module.length} ${item.module}${item.name}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      this.#imports.push({ item, description: description() })
      number = this.#counts[item.kind]++
      this.#numbers.set(key, number)
    }
    return number
  }

  /** A function of another module, or of this one by the name it is exported by. */
  function(item: CoreItem, type: FuncType): FunctionRef {
    const own = item.module === this.name ? this.#exported.get(item.name) : undefined
    if (own) return own
    return { own: false, index: this.#import(item, () => leb(this.type(type))) }
  }

  memory(item: CoreItem): number {
    return this.#import(item, () => [0, 0])
  }

  /** Of references to functions. */
  table(item: CoreItem): number {
    return this.#import(item, () => [0x70, 0, 0])
  }

  /** A mutable i32. */
  global(item: CoreItem): number {
    return this.#import(item, () => [I32, 1])
  }

  /** A mutable i32 of the module's own; modules that have some import none. */
  defineGlobal(name: string): CoreItem {
    this.#exports.push({ name, kind: 'global', index: { own: false, index: this.#globals++ } })
    return { module: this.name, name, kind: 'global' }
  }

  define(type: FuncType, body: FunctionBuilder): FunctionRef {
    body.resolveTraps((reason) => this.#failing(reason))
    return { own: true, index: this.#functions.push({ type: this.type(type), body }) - 1 }
  }

  /** A function for each reason: where it is called is code that runs once, and should be short. */
  #failing(reason: Trap): FunctionRef {
    let found = this.#traps.get(reason)
    if (found === undefined) {
      const { func, place } = trapCall(reason)
      const code = new FunctionBuilder(1).i32(place).get(0)
      code.call(this.function({ ...func, kind: 'func' }, func.type)).op('unreachable')
      found = this.define({ params: [I32], results: [] }, code)
      this.#traps.set(reason, found)
    }
    return found
  }

  /** Has it called when the module is instantiated. */
  startWith(body: FunctionBuilder): void {
    this.#start = this.define({ params: [], results: [] }, body)
  }

  export(name: string, index: FunctionRef): CoreItem {
    this.#exports.push({ name, kind: 'func', index })
    this.#exported.set(name, index)
    return { module: this.name, name, kind: 'func' }
  }

  /** @throws CompileError only where what was built is wrong */
  finish(file: string): Module {
    const out = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
    const imported = this.#counts.func
    section(out, 1, this.#types, (item, { params, results }) => {
      item.push(0x60)
      uleb(item, params.length)
      item.push(...params)
      uleb(item, results.length)
      item.push(...results)
    })
    section(out, 2, this.#imports, (into, { item, description }) => {
      text(into, item.module)
      text(into, item.name)
      into.push(KINDS[item.kind], ...description)
    })
    section(out, 3, this.#functions, (into, { type }) => uleb(into, type))
    section(out, 6, Array<number>(this.#globals).fill(0), (into) => into.push(I32, 1, 0x41, 0, OP.end))
    section(out, 7, this.#exports, (into, { name, kind, index }) => {
      text(into, name)
      into.push(KINDS[kind])
      uleb(into, index.own ? imported + index.index : index.index)
    })
    if (this.#start) out.push(8, leb(imported + this.#start.index).length, ...leb(imported + this.#start.index))
    section(out, 10, this.#functions, (into, { body }) => {
      const bytes = body.bytes(imported)
      uleb(into, bytes.length)
      for (const byte of bytes) into.push(byte)
    })
    const module = decode(Uint8Array.from(out), { name: this.name, file })
    validateModule(module)
    return module
  }
}

function leb(value: number): number[] {
  const out: number[] = []
  uleb(out, value)
  return out
}

function section<T>(out: number[], id: number, items: readonly T[], write: (into: number[], item: T) => void): void {
  if (items.length === 0) return
  const contents: number[] = []
  uleb(contents, items.length)
  for (const item of items) write(contents, item)
  out.push(id)
  uleb(out, contents.length)
  for (const byte of contents) out.push(byte)
}
