/** What both sides do with a module: which functions they call, with which arguments, and what they look at. */
import type { Module } from '../../compiler/wasm/module.ts'
import { EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, type ValType } from '../../compiler/wasm/types.ts'

/** Types that JavaScript can pass and see; 'v128' and 'exnref' it cannot. */
export type Kind = 'i32' | 'i64' | 'f32' | 'f64' | 'externref' | 'funcref'

const KINDS = new Map<ValType, Kind>([
  [I32, 'i32'],
  [I64, 'i64'],
  [F32, 'f32'],
  [F64, 'f64'],
  [EXTERNREF, 'externref'],
  [FUNCREF, 'funcref'],
])

/** Arguments: the same text is a literal of JavaScript and, with a suffix for i64, of C. */
const VALUES: Record<Kind, readonly string[]> = {
  i32: ['0', '1', '-7', '2147483647', '-2147483648', '65535', '1000000'],
  i64: ['0', '-1', '42', '9223372036854775807', '4294967296', '-81985529216486895'],
  f32: ['0', '-1.5', '3e9', '-0.0', '1e-40', '255.5'],
  f64: ['0', '2.5', '-1e300', '-0.0', '4294967295.5', '5e-324'],
  externref: ['0', '16'],
  funcref: ['0'],
}

/** Each case calls every function with arguments of one round. */
export const ROUNDS = 3

export interface PlannedCall {
  name: string
  params: Kind[]
  results: Kind[]
  /** Arguments of each round. */
  rounds: string[][]
}

export interface Plan {
  calls: PlannedCall[]
  globals: { name: string; kind: Kind }[]
  /** A table of functions that is exported as 'table', which imports get and set. */
  hasTable: boolean
  hasMemory: boolean
  /** What imported functions throw can be caught. */
  catches: boolean
}

/** The types as the peer knows them; undefined if it does not know all. */
function kindsOf(types: readonly ValType[]): Kind[] | undefined {
  const kinds = types.map((type) => KINDS.get(type))
  return kinds.includes(undefined) ? undefined : (kinds as Kind[])
}

export function planOf(module: Module): Plan {
  const calls = module.exports.flatMap(({ kind, name, index }, position): PlannedCall[] => {
    const func = module.funcs[index]
    if (kind !== 'func' || func.import) return []
    const params = kindsOf(func.type.params)
    const results = kindsOf(func.type.results)
    if (!params || !results) return []
    const rounds = Array.from({ length: ROUNDS }, (_, round) =>
      params.map((param, i) => VALUES[param][(round * 5 + i + position) % VALUES[param].length]),
    )
    return [{ name, params, results, rounds }]
  })
  const globals = module.exports.flatMap(({ kind, name, index }) => {
    if (kind !== 'global') return []
    const { type } = module.globals[index].type
    return type === V128 || !KINDS.has(type) ? [] : [{ name, kind: KINDS.get(type)! }]
  })
  const table = module.exports.find(({ kind, name }) => kind === 'table' && name === 'table')
  return {
    calls,
    globals,
    hasTable: table !== undefined && module.tables[table.index].type.ref === FUNCREF,
    hasMemory: module.memories.length > 0,
    catches: module.features.has('exception-handling') || module.features.has('legacy-exceptions'),
  }
}
