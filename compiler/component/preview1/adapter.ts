/** Which modules are adapters of preview 1 as they were published, stripped for a program. */
import type { Module } from '../../wasm/module.ts'
import { I32 } from '../../wasm/types.ts'
import { CodeDigests, MAIN_MODULE } from './canonical-code.ts'
import { ALLOCATORS, EXPORTS, STARTS } from './known-adapters.ts'

/** How the table names an export, whatever its version. */
export const exportKey = (name: string): string => (/^wasi:cli\/run@0\.2\.\d+#run$/.test(name) ? 'run' : name)

/**
 * Whether these exports of a module do what one known adapter does: each function that they lead to is known instruction by
 * instruction, and nothing else runs or has a say.
 */
export function isKnownAdapter(module: Module, exports: Iterable<string>): boolean {
  const { funcs, globals, memories, tables, elements, data, tags, start } = module
  const plain =
    data.length + elements.length + tags.length === 0 && tables.every((table) => !table.import && !table.init)
  if (!plain || memories.length !== 1 || memories[0].import === undefined) return false
  // Its stack pointer, the address of its state, and whether that is allocated: named by their numbers in its code.
  const own = globals.slice(0, GLOBALS)
  if (own.length < GLOBALS || !own.every(isZero) || globals.some((global) => global.import)) return false
  // What the program allocates for it may be seen by the program.
  if (funcs.some(({ import: origin }) => origin?.module === MAIN_MODULE && origin.name !== '_start')) return false
  const digests = new CodeDigests(module, ALLOCATORS)
  if (start !== undefined && !STARTS.has(digests.of(start) ?? '')) return false
  const rows = Array.from(exports, (name): readonly boolean[] => {
    const found = module.exports.find((item) => item.name === name && item.kind === 'func')
    const digest = found && digests.of(found.index)
    const key = exportKey(name)
    return digest === undefined || !Object.hasOwn(EXPORTS, key) ? [] : EXPORTS[key].map((known) => known === digest)
  })
  return rows.length > 0 && rows[0].some((_, adapter) => rows.every((row) => row[adapter]))
}

const GLOBALS = 3

const isZero = ({ type, init }: Module['globals'][number]): boolean =>
  type.type === I32 && type.mutable && init?.length === 1 && init[0].op.name === 'i32.const' && init[0].value === 0
