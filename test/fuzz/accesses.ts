/**
 * Modules of accesses at the edges of memories: of 32 and 64 bits, with small pages, shared or not, by all instructions, lanes and atomic ones
 * too, with other operands below and beside. Each access is a case of its own, since most of them trap: the program reads its number.
 */
import { opcodes, type Opcode } from '../../compiler/wasm/opcodes.ts'
import { typeName } from '../../compiler/wasm/subtyping.ts'
import { randomNumbers } from './random.ts'

/** Of a module. */
export const CASES = 40

interface Memory {
  name: string
  bits: 32 | 64
  pages: number
  /** Its pages are bytes, where nobody has to run it who does not know such. */
  small: boolean
}

const PAGE = 65536
const KINDS = ['i32', 'i64', 'f32', 'f64', 'v128']
const ACCESSES = opcodes.filter(
  ({ imm, size, name }) => imm.startsWith('memarg') && size !== undefined && !/wait|notify/.test(name),
)

/** What takes a value of a kind into account. */
const MIX: Record<string, string> = {
  i32: '(call $mix (i64.extend_i32_u))',
  i64: '(call $mix)',
  f32: '(call $mix (i64.extend_i32_u (i32.reinterpret_f32)))',
  f64: '(call $mix (i64.reinterpret_f64))',
  v128: '(local.set $v) (call $mix (i64x2.extract_lane 0 (local.get $v))) (call $mix (i64x2.extract_lane 1 (local.get $v)))',
}

class AccessWriter {
  readonly #random: () => number
  readonly #memories: Memory[]
  readonly #shared: boolean

  constructor(seed: number) {
    this.#random = randomNumbers(seed)
    this.#shared = this.#below(3) === 0
    const memories: Memory[] = [
      { name: 'a', bits: 32, pages: 1 + this.#below(2), small: false },
      { name: 'b', bits: 64, pages: 1 + this.#below(2), small: false },
      { name: 'c', bits: this.#pick([32, 64] as const), pages: 1, small: true },
    ]
    this.#memories = memories.toSorted(() => this.#below(3) - 1)
  }

  #below = (count: number): number => this.#random() % count
  #pick = <T>(list: readonly T[]): T => list[this.#below(list.length)]

  #constant(kind: string): string {
    if (kind === 'v128') return `(v128.const i64x2 ${this.#below(1e6)} ${this.#below(1e6)})`
    return `(${kind}.const ${this.#pick([0, 1, kind.startsWith('i') ? -1 : 0.5, this.#below(1e6)])})`
  }

  #value(kind: string, locals: readonly string[]): string {
    const found = locals.flatMap((type, index) => (type === kind ? [index] : []))
    return found.length > 0 && this.#below(3) > 0 ? `(local.get ${this.#pick(found)})` : this.#constant(kind)
  }

  /** An address and an offset whose sum is near an end of the memory, of its numbers, or of half of them. */
  #edge({ bits, pages }: Memory, width: number, aligned: boolean): { address: bigint; offset: bigint } {
    const size = BigInt(pages * PAGE)
    const all = 1n << BigInt(bits)
    const far = [size, all - 1n, all / 2n, 0xffffffffn, 0x7fffffffn]
    const offset = this.#below(3) > 0 ? BigInt(this.#below(40)) : this.#pick(far)
    const end = this.#pick([size, size, size, all, all / 2n, 1n << 32n, BigInt(this.#below(pages * PAGE))])
    let sum = end - BigInt(width) + BigInt(this.#pick([0, 0, 0, 1, width, -this.#below(32)]))
    if (aligned) sum -= sum % BigInt(width)
    return { address: BigInt.asIntN(bits, sum - offset), offset: BigInt.asUintN(bits, offset) }
  }

  /** A function with the address as its first parameter, and the call of it. */
  #case(index: number): { func: string; call: string } {
    const op: Opcode = this.#pick(ACCESSES)
    const memory = this.#pick(this.#memories)
    const type = `i${memory.bits}`
    const isAtomic = op.name.includes('atomic')
    const { address, offset } = this.#edge(memory, op.size!, isAtomic && this.#below(4) > 0)
    const locals = [type, ...Array.from({ length: this.#below(8) }, () => this.#pick(KINDS))]
    const below = Array.from({ length: this.#below(12) }, () => this.#pick(KINDS))
    const operands = op.params!.slice(1).map((kind) => this.#value(typeName(kind), locals.with(0, '')))
    const lane = op.imm.endsWith('lane') ? this.#below(16 / op.size!) : ''
    const at = this.#pick([`(local.get 0)`, `(${type}.const ${address})`, `(call $same${memory.bits} (local.get 0))`])
    const access = `(${op.name} $${memory.name} offset=${offset} ${lane} ${at} ${operands.join(' ')})`
    const code = [
      ...below.map((kind) => this.#value(kind, locals.with(0, ''))),
      access,
      ...op.results!.map((kind) => MIX[typeName(kind)]),
      ...below.toReversed().map((kind) => MIX[kind]),
    ]
    const call = [`(${type}.const ${address})`, ...locals.slice(1).map((kind) => this.#constant(kind))]
    return {
      func: `(func $case${index} (param ${locals.join(' ')}) (local $v v128) ${code.join(' ')})`,
      call: `(if (i32.eq (local.get $case) (i32.const ${index})) (then (call $case${index} ${call.join(' ')})))`,
    }
  }

  #declaration({ name, bits, pages, small }: Memory, smallPages: boolean): string {
    const index = bits === 64 ? 'i64 ' : ''
    if (small)
      return `(memory $${name} ${index}${smallPages ? `${pages * PAGE} ${pages * PAGE} (pagesize 1)` : `${pages} ${pages}`})`
    return `(memory $${name} ${index}${pages} ${pages}${this.#shared ? ' shared' : ''})`
  }

  /** What the memories hold in the end. */
  #look({ name, bits, pages }: Memory): string {
    const [type, at] = [`i${bits}`, `$at${bits}`]
    return `(local.set ${at} (${type}.const 0)) (loop (call $mix (i64.load $${name} (local.get ${at})))
      (br_if 0 (${type}.lt_u (local.tee ${at} (${type}.add (local.get ${at}) (${type}.const 8))) (${type}.const ${pages * PAGE}))))`
  }

  /** The module, and the same with whole pages everywhere. */
  modules(): { text: string; wholePages: string } {
    const cases = Array.from({ length: CASES }, (_, index) => this.#case(index))
    const fills = this.#memories.map(
      ({ name, bits, pages }) =>
        `(memory.fill $${name} (i${bits}.const 0) (i32.const 90) (i${bits}.const ${pages * PAGE}))`,
    )
    const write = (smallPages: boolean): string => `(module
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory $io (export "memory") 1)
      ${this.#memories.map((memory) => this.#declaration(memory, smallPages)).join('\n')}
      (global $hash (mut i64) (i64.const 1))
      (func $mix (param i64) (global.set $hash (i64.mul (i64.rotl (i64.xor (global.get $hash) (local.get 0)) (i64.const 7)) (i64.const 0x9e3779b97f4a7c15))))
      (func $same32 (param i32) (result i32) (local.get 0)) (func $same64 (param i64) (result i64) (local.get 0))
      ${cases.map(({ func }) => func).join('\n')}
      (func (export "_start") (local $case i32) (local $at32 i32) (local $at64 i64)
        ${fills.join('\n')}
        (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 8))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))) (local.set $case (i32.load (i32.const 64)))
        ${cases.map(({ call }) => call).join('\n')}
        ${this.#memories.map((memory) => this.#look(memory)).join('\n')}
        (i64.store (i32.const 64) (global.get $hash)) (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`
    return { text: write(true), wholePages: write(false) }
  }
}

/** Text of a module, and of one that does the same and has no small pages. */
export const accessModules = (seed: number): { text: string; wholePages: string } => new AccessWriter(seed).modules()
