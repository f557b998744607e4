/** The immediates an instruction carries after its opcode. */
export type Immediates =
  | '' | 'block' | 'label' | 'labels' | 'func' | 'type' | 'type table' | 'local' | 'global' | 'table' | 'table table'
  | 'elem' | 'elem table' | 'data' | 'data memory' | 'memory' | 'memory memory' | 'memarg' | 'memarg lane' | 'lane' | 'lanes'
  | 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'heaptype' | 'types' | 'tag' | 'catches' | 'atomic.fence'

/** A row of the opcode table: drives decoding, validation and the generation of C. */
export interface Opcode {
  /** The byte, or prefix << 16 | sub-opcode (0xfc0000 | 8 is memory.init). */
  code: number
  /** The specification's name, 'i32.load8_u'. */
  name: string
  imm: Immediates
  /** Operands and results of instructions with a fixed type; absent where the type depends on context (validated by hand). */
  params?: number[]
  results?: number[]
  /** The C expression over $0, $1 (operands, already parenthesized as needed) where it is not simply a call of the mangled name. */
  c?: string
  /** The proposal it came with, to be named where it is rejected. */
  feature: Feature
  /** May trap, beyond memory access: such instructions keep their order. */
  traps?: boolean
}

export type Feature =
  | 'mvp' | 'sign-extension' | 'saturating-float-to-int' | 'multi-value' | 'bulk-memory' | 'reference-types' | 'mutable-global'
  | 'simd' | 'relaxed-simd' | 'tail-call' | 'exception-handling' | 'legacy-exceptions' | 'function-references' | 'gc'
  | 'extended-const' | 'multi-memory' | 'memory64' | 'threads' | 'custom-page-sizes'
