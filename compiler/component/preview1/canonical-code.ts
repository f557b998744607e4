/**
 * Digests of functions of an adapter with all that they call, since tools strip it for each program: two functions have one
 * digest if they, and what they lead to, differ only in the numbers of functions and types, and in versions of one track
 * that they import from.
 */
import { sha256 } from '../../sha256.ts'
import { decodeBody } from '../../wasm/body.ts'
import type { Instruction } from '../../wasm/instructions.ts'
import type { Module } from '../../wasm/module.ts'
import type { FuncType } from '../../wasm/types.ts'
import { hostKey } from '../host.ts'

/** Longer bodies are in no adapter. */
const MAX_BYTES = 1 << 16

/** A function by itself: its code without the numbers of what it calls, and those. */
interface Code {
  digest: string
  calls: number[]
}

export class CodeDigests {
  readonly #module: Module
  readonly #allocators: ReadonlySet<string>
  /** By function index; null for what no adapter has. */
  readonly #known = new Map<number, Code | null>()

  /** @param allocators functions with these digests are what allocates for the adapter, as one that it imports is */
  constructor(module: Module, allocators: ReadonlySet<string> = new Set()) {
    this.#module = module
    this.#allocators = allocators
  }

  /** Of a function with all that it leads to; undefined where an instruction is no adapter's. */
  of(root: number): string | undefined {
    const numbers = new Map<number, number>([[root, 0]])
    const waiting = [root]
    const lines: string[] = []
    for (const index of waiting) {
      const code = this.#code(index)
      if (code === null) return undefined
      const calls = code.calls.map((callee) => {
        const outside = this.#outside(callee)
        if (outside !== undefined) return outside
        let number = numbers.get(callee)
        if (number === undefined) {
          numbers.set(callee, (number = waiting.length))
          waiting.push(callee)
        }
        return String(number)
      })
      lines.push([code.digest, ...calls].join(' '))
    }
    return digestOf(lines)
  }

  /** Of a function without what it calls. */
  alone(index: number): string | undefined {
    return this.#code(index)?.digest
  }

  /** A function that is not looked into. */
  #outside(index: number): string | undefined {
    const { import: origin, type } = this.#module.funcs[index]
    if (origin === undefined) return this.#allocators.has(this.alone(index) ?? '') ? ALLOCATOR : undefined
    if (origin.module === MAIN_MODULE && origin.name === 'cabi_realloc') return ALLOCATOR
    return `${JSON.stringify(hostKey(origin.module, origin.name))}${typeText(type)}`
  }

  #code(index: number): Code | null {
    let found = this.#known.get(index)
    if (found === undefined) this.#known.set(index, (found = this.#read(index)))
    return found
  }

  #read(index: number): Code | null {
    const func = this.#module.funcs[index]
    if (func.body === undefined || func.body.end - func.body.start > MAX_BYTES) return null
    const { locals, instructions } = decodeBody(this.#module, func)
    const lines = [typeText(func.type), ...locals.groups.map(({ count, type }) => `${count} ${type}`)]
    const calls: number[] = []
    for (const instruction of instructions) {
      const { name } = instruction.op
      if (name === 'call') calls.push(instruction.index!)
      const text = name === 'call' ? '' : operands(instruction)
      if (text === undefined) return null
      lines.push(`${name} ${text}`)
    }
    return { digest: digestOf(lines), calls }
  }
}

/** What adapters know the program's own module by. */
export const MAIN_MODULE = '__main_module__'

const ALLOCATOR = 'allocator'

/** What an instruction says beside its name; undefined if no adapter has it. */
function operands({ op, index, index2, memarg, value, block, labels }: Instruction): string | undefined {
  switch (op.imm) {
    case '':
      return ''
    case 'block':
      return typeText(block!)
    case 'label':
    case 'local':
    case 'global':
    case 'memory':
      return String(index)
    case 'memory memory':
      return `${index} ${index2}`
    case 'labels':
      return labels!.join()
    case 'memarg':
      return `${memarg!.align} ${memarg!.offset} ${memarg!.memory}`
    case 'i32':
    case 'i64':
      return String(value)
    default:
      return undefined
  }
}

const typeText = ({ params, results }: FuncType): string => `${params.join()}>${results.join()}`

/** 64 hexadecimal digits. */
const digestOf = (lines: readonly string[]): string =>
  Array.from(sha256(new TextEncoder().encode(lines.join('\n'))), (byte) => byte.toString(16).padStart(2, '0')).join('')
