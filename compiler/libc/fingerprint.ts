/**
 * Fingerprints of function bodies, to know the C library's by: two functions have one fingerprint if they differ only in
 * the numbers of their locals, in alignment hints, in whether a value is set and read again or teed, and in the numbers of
 * functions with equal fingerprints that they call.
 */
import { decodeBody } from '../wasm/body.ts'
import type { Body, Instruction } from '../wasm/instructions.ts'
import type { Func, Module } from '../wasm/module.ts'
import { sha256 } from '../sha256.ts'

/** Longer bodies are none of the library's routines. */
const MAX_BYTES = 4096
/** None of them calls functions that call functions so many times over. */
const MAX_DEPTH = 32

export class Fingerprints {
  readonly #module: Module
  /** By function index; undefined also while it is being computed, so that recursive functions have none. */
  readonly #known = new Map<number, string | undefined>()
  #depth = 0
  /** A call was too deep to look into: what follows from that is not known of functions for good. */
  #cut = false

  constructor(module: Module) {
    this.#module = module
  }

  /** 32 hexadecimal digits; undefined for a function that uses anything but its operands and memory 0. */
  of(func: Func, body?: Body): string | undefined {
    if (this.#known.has(func.index)) return this.#known.get(func.index)
    if (this.#depth === 0) this.#cut = false
    if (this.#depth > MAX_DEPTH) {
      this.#cut = true
      return undefined
    }
    this.#known.set(func.index, undefined)
    if (func.body === undefined || func.body.end - func.body.start > MAX_BYTES) return undefined
    this.#depth++
    const result = this.#compute(func, body ?? decodeBody(this.#module, func))
    this.#depth--
    if (this.#cut) this.#known.delete(func.index)
    else this.#known.set(func.index, result)
    return result
  }

  #compute({ type }: Func, { locals, instructions }: Body): string | undefined {
    // First of all: most functions have something that says so, and callees need not be looked at then.
    if (instructions.some(refersElsewhere)) return undefined
    const lines = [`${type.params.join()}>${type.results.join()}`]
    const numbers = new Map<number, string>(type.params.map((_, i) => [i, String(i)]))
    /** Locals are numbered as they first occur, parameters first, and have their types. */
    const local = (index: number): string => {
      let text = numbers.get(index)
      if (text === undefined) numbers.set(index, (text = `${numbers.size}:${locals.type(index - type.params.length)}`))
      return text
    }
    for (const instruction of instructions) {
      const { name, imm } = instruction.op
      if (name === 'nop') continue
      if (imm === 'local') {
        const text = local(instruction.index!)
        if (name !== 'local.get') lines.push(`set ${text}`)
        if (name !== 'local.set') lines.push(`get ${text}`)
        continue
      }
      const text = imm === 'func' ? this.of(this.#module.funcs[instruction.index!]) : immediates(instruction)
      if (text === undefined) return undefined
      lines.push(`${name} ${text}`)
    }
    return hex(sha256(new TextEncoder().encode(lines.join('\n'))).subarray(0, 16))
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** To anything of the module but memory 0 and functions that are called. */
function refersElsewhere({ op, block, index, index2, memarg }: Instruction): boolean {
  switch (op.imm) {
    case '':
    case 'label':
    case 'labels':
    case 'local':
    case 'i32':
    case 'i64':
      return false
    case 'block':
      return block!.params.length > 0
    case 'func':
      return op.name !== 'call'
    case 'memarg':
      return memarg!.memory !== 0
    case 'memory':
      return index !== 0
    case 'memory memory':
      return index !== 0 || index2 !== 0
    default:
      return true
  }
}

/** As text, of an instruction that refers nowhere else. */
function immediates({ op, block, index, labels, memarg, value }: Instruction): string {
  switch (op.imm) {
    case 'block':
      return block!.results.join()
    case 'label':
      return String(index)
    case 'labels':
      return labels!.join()
    case 'memarg':
      return String(memarg!.offset)
    case 'i32':
    case 'i64':
      return String(value)
    default:
      return ''
  }
}
