/**
 * Who may call whom in a module, for what a function's C must provide for: calls that return an exception, and tail calls
 * that may come back to their function.
 */
import { decodeBody } from '../wasm/body.ts'
import type { Feature } from '../wasm/opcodes.ts'
import {
  EXN,
  F32,
  F64,
  heapOf,
  I31,
  I32,
  I64,
  isRef,
  NOEXN,
  NOEXTERN,
  NONE,
  type FuncType,
  type HeapType,
  type ValType,
} from '../wasm/types.ts'
import type { ConstExpr, ElementSegment, ExternKind, Module } from '../wasm/module.ts'
import { isWasi } from './symbols.ts'
import { isFuncref } from './types.ts'

/**
 * 'memory': in a form of its own (see tail-calls.ts). 'registers': as calls that take the caller's place on the stack, since
 * all functions around are of one type.
 */
export type TailCalls = 'none' | 'memory' | 'registers'

/** As many parameters are in registers, or in the same place of the stack for functions of one type, on all machines. */
const REGISTERS = 8

/** Wider values may be passed by their address, which the caller's place would not outlive. */
const isNumber = (type: ValType): boolean => type === I32 || type === I64 || type === F32 || type === F64

/** The nodes a function leads to. */
interface Edges {
  calls: Set<number>
  tailCalls: Set<number>
  /** Has an instruction that throws. */
  throws: boolean
}

/**
 * Nodes are the functions by index, then for each type (by its canonical index) all functions of the type that a
 * reference may lead to, and last everything outside of the module.
 */
export class CallGraph {
  /** Node of a type's functions. */
  readonly #types: number
  readonly #outside: number
  readonly #nodes: Edges[] = []
  readonly #mayThrow: Uint8Array
  readonly #canonical: readonly number[]
  readonly #module: Module
  #components: Int32Array | undefined
  /** For each component: the canonical type of its functions, -1 of several. */
  #typesWithin: Map<number, number> | undefined

  /** `importsThrow`: imported functions other than WASI's may leave an exception. */
  constructor(module: Module, canonical: readonly number[], importsThrow: boolean) {
    this.#canonical = canonical
    this.#module = module
    this.#types = module.funcs.length
    this.#outside = this.#types + module.types.length
    for (let i = 0; i <= this.#outside; i++) this.#nodes.push({ calls: new Set(), tailCalls: new Set(), throws: false })
    const referenced = new Set<number>(module.exports.filter(({ kind }) => kind === 'func').map(({ index }) => index))
    collectReferences(module, referenced)
    for (const func of module.funcs) this.#addFunction(module, func.index, referenced)

    // What is below a type may stand for it.
    module.types.forEach(({ supertype }, type) => {
      if (supertype !== undefined) this.#nodes[this.#typeNode(supertype)].tailCalls.add(this.#typeNode(type))
    })
    const outside = this.#nodes[this.#outside]
    outside.throws = importsThrow
    const open = isOpen(module, referenced)
    for (const index of referenced) {
      this.#nodes[this.#typeNode(module.funcs[index].typeIndex)].tailCalls.add(index)
      outside.tailCalls.add(index)
    }
    if (open) for (let i = this.#types; i < this.#outside; i++) this.#nodes[i].tailCalls.add(this.#outside)
    this.#mayThrow = this.#findThrowing()
  }

  #typeNode(type: number): number {
    return this.#types + this.#canonical[type]
  }

  #addFunction(module: Module, index: number, referenced: Set<number>): void {
    const func = module.funcs[index]
    const node = this.#nodes[index]
    if (func.import) {
      if (!isWasi(func.import.module)) node.tailCalls.add(this.#outside)
      return
    }
    for (const { op, index: immediate } of decodeBody(module, func).instructions) {
      switch (op.name) {
        case 'call':
          node.calls.add(immediate!)
          break
        case 'call_indirect':
        case 'call_ref':
          node.calls.add(this.#typeNode(immediate!))
          break
        case 'return_call':
          node.tailCalls.add(immediate!)
          break
        case 'return_call_indirect':
        case 'return_call_ref':
          node.tailCalls.add(this.#typeNode(immediate!))
          break
        case 'ref.func':
          referenced.add(immediate!)
          break
        case 'throw':
        case 'throw_ref':
        case 'rethrow':
          node.throws = true
      }
    }
  }

  #findThrowing(): Uint8Array {
    const callers: number[][] = this.#nodes.map(() => [])
    this.#nodes.forEach(({ calls, tailCalls }, caller) => {
      for (const callee of calls) callers[callee].push(caller)
      for (const callee of tailCalls) callers[callee].push(caller)
    })
    // What is outside throws what it was told to, not what it may have from functions of this module.
    const found = new Uint8Array(this.#nodes.length)
    const queue = this.#nodes.flatMap(({ throws }, node) => (throws ? [node] : []))
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (found[node] || (node === this.#outside && !this.#nodes[node].throws)) continue
      found[node] = 1
      for (const caller of callers[node]) queue.push(caller)
    }
    return found
  }

  /** Whether a call of the function may leave an exception. */
  mayThrow(func: number): boolean {
    return this.#mayThrow[func] === 1
  }

  /** The same of a call through a table or a reference. */
  typeMayThrow(type: number): boolean {
    return this.#mayThrow[this.#typeNode(type)] === 1
  }

  /** How the function makes the tail calls that may lead back to it, other than those of itself by name. */
  tailCalls(func: number): TailCalls {
    if (![...this.#nodes[func].tailCalls].some((callee) => callee !== func && this.#sameComponent(func, callee)))
      return 'none'
    return this.#fitsRegisters(func) ? 'registers' : 'memory'
  }

  /** Whether C compilers can pass on the arguments of all tail calls around the function where they are. */
  #fitsRegisters(func: number): boolean {
    const { type } = this.#module.funcs[func]
    if (type.params.length > REGISTERS || ![...type.params, ...type.results].every(isNumber) || type.results.length > 1)
      return false
    return !this.#sameComponent(func, this.#outside) && this.#hasOneType(this.#components![func])
  }

  #hasOneType(component: number): boolean {
    if (this.#typesWithin === undefined) {
      this.#typesWithin = new Map()
      for (const { index, typeIndex } of this.#module.funcs) {
        const type = this.#canonical[typeIndex]
        const within = this.#components![index]
        const known = this.#typesWithin.get(within) ?? type
        this.#typesWithin.set(within, known === type ? type : -1)
      }
    }
    return this.#typesWithin.get(component) !== -1
  }

  /** Whether tail calls may lead from `caller` to the function and back to `caller`, without an end. */
  tailCallRecurs(caller: number, callee: number): boolean {
    return this.#sameComponent(caller, callee)
  }

  /** The same of a tail call through a table or a reference. */
  typeTailCallRecurs(caller: number, type: number): boolean {
    return this.#sameComponent(caller, this.#typeNode(type))
  }

  #sameComponent(a: number, b: number): boolean {
    this.#components ??= components(this.#nodes.map(({ tailCalls }) => [...tailCalls]))
    return this.#components[a] === this.#components[b]
  }
}

const REASONS: readonly Feature[] = ['exception-handling', 'legacy-exceptions', 'tail-call', 'function-references']

/** The graph of a module that has exceptions or tail calls; others need none. */
export function callGraph(module: Module, canonical: readonly number[], importsThrow?: boolean): CallGraph | undefined {
  const throwing =
    importsThrow ?? (module.features.has('exception-handling') || module.features.has('legacy-exceptions'))
  if (!throwing && !REASONS.some((feature) => module.features.has(feature))) return undefined
  return new CallGraph(module, canonical, throwing)
}

/** References that lead to no object. */
const BARE: ReadonlySet<HeapType> = new Set([I31, NONE, NOEXTERN, EXN, NOEXN])

/**
 * Whether references to functions of other modules may come into the module: with what it imports, with what others may
 * write of what it exports, as arguments of its functions, in objects, also those of its own that it gave away, and with
 * exceptions. `referenced` are functions that it may give away.
 */
function isOpen({ funcs, tables, globals, tags, types, exports }: Module, referenced: ReadonlySet<number>): boolean {
  // What the module takes a function from is of a type of its own, whatever the references are called that lead there.
  const inObjects = types.some(({ fields = [] }) => fields.some(({ type }) => isFuncref(type)))
  const isObject = (type: ValType): boolean => inObjects && isRef(type) && !isFuncref(type) && !BARE.has(heapOf(type))
  const leads = (type: ValType): boolean => isFuncref(type) || isObject(type)
  const takes = ({ params, results }: FuncType): boolean => params.some(leads) || results.some(isObject)
  const exported = (kind: ExternKind): ReadonlySet<number> =>
    new Set(exports.filter((item) => item.kind === kind).map(({ index }) => index))
  const [outFuncs, outTables, outGlobals, outTags] = (['func', 'table', 'global', 'tag'] as const).map(exported)
  const comesIn =
    funcs.some((func) => func.import && !isWasi(func.import.module)) ||
    funcs.some(({ index, type }) => outFuncs.has(index) && takes(type)) ||
    tables.some((table, i) => (table.import || outTables.has(i)) && leads(table.type.ref)) ||
    globals.some(
      ({ type: { type, mutable }, import: origin }, i) =>
        leads(type) && (origin || (outGlobals.has(i) && (mutable || isObject(type)))),
    ) ||
    tags.some((tag, i) => (tag.import || outTags.has(i)) && takes(tag.type))
  if (comesIn) return true
  // What was given away is called with arguments from there.
  const goesOut =
    funcs.some(({ index, type }) => outFuncs.has(index) && type.results.some(isFuncref)) ||
    globals.some((global, i) => outGlobals.has(i) && isFuncref(global.type.type))
  return goesOut && [...referenced].some((index) => takes(types[funcs[index].typeIndex]))
}

/** Whether functions of other modules may be called: by name, or as references that come in. */
export const callsOthers = (module: Module): boolean => isOpen(module, new Set(module.funcs.keys()))

function collectReferences(module: Module, found: Set<number>): void {
  const scan = (expr: ConstExpr | undefined): void => {
    for (const { op, index } of expr ?? []) if (op.name === 'ref.func') found.add(index!)
  }
  const scanItem = (item: ElementSegment['items'][number]): void => {
    if (typeof item === 'number') found.add(item)
    else scan(item)
  }
  for (const { init } of [...module.globals, ...module.tables]) scan(init)
  for (const { items } of module.elements) items.forEach(scanItem)
}

/** Tarjan's strongly connected components, as a number for each node; without recursion. */
function components(edges: readonly number[][]): Int32Array {
  const component = new Int32Array(edges.length).fill(-1)
  const order = new Int32Array(edges.length).fill(-1)
  const low = new Int32Array(edges.length)
  const open: number[] = []
  let next = 0
  for (let root = 0; root < edges.length; root++) {
    if (order[root] >= 0) continue
    const path: { node: number; edge: number }[] = [{ node: root, edge: 0 }]
    while (path.length > 0) {
      const step = path.at(-1)!
      const { node } = step
      if (step.edge === 0) {
        order[node] = low[node] = next++
        open.push(node)
      }
      if (step.edge < edges[node].length) {
        const to = edges[node][step.edge++]
        if (order[to] < 0) path.push({ node: to, edge: 0 })
        else if (component[to] < 0) low[node] = Math.min(low[node], order[to])
        continue
      }
      path.pop()
      if (path.length > 0) low[path.at(-1)!.node] = Math.min(low[path.at(-1)!.node], low[node])
      if (low[node] !== order[node]) continue
      for (let member = -1; member !== node;) {
        member = open.pop()!
        component[member] = node
      }
    }
  }
  return component
}
