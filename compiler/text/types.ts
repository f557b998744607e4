import { unsupported } from '../wasm/features.ts'
import type { Feature } from '../wasm/opcodes.ts'
import { ByteWriter, keyOf, written } from './bytes.ts'
import type { Cursor } from './cursor.ts'
import { ID, OPEN } from './lexer.ts'
import { Space } from './space.ts'

/** Abstract heap types as their byte (spec: Binary Format / Types). */
const HEAP_TYPES: ReadonlyMap<string, number> = new Map([
  ['func', 0x70],
  ['extern', 0x6f],
  ['any', 0x6e],
  ['eq', 0x6d],
  ['i31', 0x6c],
  ['struct', 0x6b],
  ['array', 0x6a],
  ['exn', 0x69],
  ['none', 0x71],
  ['noextern', 0x72],
  ['nofunc', 0x73],
  ['noexn', 0x74],
])
/** Reference types that are one word: 'funcref', 'nullfuncref'. */
const REFERENCES: ReadonlyMap<string, Uint8Array> = new Map(
  [...HEAP_TYPES].map(([heap, byte]) => [
    heap === 'none' ? 'nullref' : `${heap.replace(/^no/, 'null')}ref`,
    Uint8Array.of(byte),
  ]),
)
const NUMBERS: ReadonlyMap<string, Uint8Array> = new Map([
  ['i32', Uint8Array.of(0x7f)],
  ['i64', Uint8Array.of(0x7e)],
  ['f32', Uint8Array.of(0x7d)],
  ['f64', Uint8Array.of(0x7c)],
  ['v128', Uint8Array.of(0x7b)],
])

/** Words for types of proposals that are not compiled. */
const REFUSED: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['cont', 'stack-switching'],
  ['nocont', 'stack-switching'],
  ['contref', 'stack-switching'],
  ['nullcontref', 'stack-switching'],
  ['string', 'stringref'],
  ['stringref', 'stringref'],
  ['stringview_wtf8', 'stringref'],
  ['stringview_wtf16', 'stringref'],
  ['stringview_iter', 'stringref'],
  ['shared', 'shared-everything-threads'],
  ['exact', 'custom-descriptors'],
  ['describes', 'custom-descriptors'],
  ['descriptor', 'custom-descriptors'],
])

function refuse(cursor: Cursor): void {
  const word = cursor.word || cursor.listWord
  const feature = REFUSED.get(word)
  if (feature) throw cursor.source.mark(unsupported(feature, { what: `type ${word}` }), cursor.position())
}

const [REF_NULL, REF] = [0x63, 0x64]

export interface Signature {
  /** The parameters and the results, as they are in a type. */
  params: Uint8Array[]
  results: Uint8Array[]
}

const [FUNC_TYPE, STRUCT_TYPE, ARRAY_TYPE] = [0x60, 0x5f, 0x5e]
const [SUB, SUB_FINAL, REC] = [0x50, 0x4f, 0x4e]

/** The types of a module: those that are declared, and behind them those that something has without saying which. */
export class Types {
  readonly space = new Space('type')
  /** Of structures, by the type's index. */
  readonly fields = new Map<number, Space>()
  readonly #entries: Uint8Array[] = []
  readonly #signatures = new Map<number, Signature>()
  /** Types of functions that are alone in their group, by what they are. */
  readonly #known = new Map<string, number>()
  #declared = 0

  /** The contents of the section, without the number of entries. */
  get entries(): readonly Uint8Array[] {
    return this.#entries
  }

  /** Of a structure; other types have none. */
  fieldsOf(type: number): Space {
    return this.fields.get(type) ?? new Space('field')
  }

  /** `(type …)` or `(rec …)`, whose identifiers are in the space already. */
  declare(cursor: Cursor): void {
    if (cursor.list('type')) this.#entries.push(this.#definition(cursor, true))
    else {
      cursor.open('(rec')
      const members: Uint8Array[] = []
      const alone = cursor.listWord === 'type' && cursor.tokens.kinds[cursor.partner + 1] !== OPEN
      while (cursor.list('type')) members.push(this.#definition(cursor, alone))
      cursor.close()
      this.#entries.push(
        written((w) => {
          w.byte(REC).u32(members.length)
          for (const member of members) w.bytes(member)
        }),
      )
    }
  }

  /** What is behind `(type`, the parenthesis that closes it included. */
  #definition(cursor: Cursor, alone: boolean): Uint8Array {
    cursor.id()
    const index = this.#declared++
    refuse(cursor)
    const type = cursor.list('sub') ? this.#subtype(cursor, index) : this.#composite(cursor, index)
    cursor.close()
    const signature = this.#signatures.get(index)
    if (alone && signature && type[0] === FUNC_TYPE && !this.#known.has(keyOf(type)))
      this.#known.set(keyOf(type), index)
    return type
  }

  #subtype(cursor: Cursor, index: number): Uint8Array {
    const final = cursor.keyword('final')
    const supertypes: number[] = []
    while (cursor.isIndex) supertypes.push(this.space.index(cursor))
    refuse(cursor)
    const type = this.#composite(cursor, index)
    cursor.close()
    if (final && supertypes.length === 0) return type
    return written((w) => {
      w.byte(final ? SUB_FINAL : SUB).u32(supertypes.length)
      for (const supertype of supertypes) w.u32(supertype)
      w.bytes(type)
    })
  }

  #composite(cursor: Cursor, index: number): Uint8Array {
    const at = cursor.at
    const word = cursor.open('(func, (struct, (array or (sub')
    let type: Uint8Array
    if (word === 'func') {
      const signature = this.inline(cursor, new Space('parameter'))
      this.#signatures.set(index, signature)
      type = functionType(signature)
    } else if (word === 'struct') type = this.#structure(cursor, index)
    else if (word === 'array') type = written((w) => this.#field(cursor, w.byte(ARRAY_TYPE)))
    else {
      cursor.at = at
      cursor.unexpected('(func, (struct, (array or (sub')
    }
    cursor.close()
    return type
  }

  #structure(cursor: Cursor, index: number): Uint8Array {
    const fields = new Space('field')
    this.fields.set(index, fields)
    const types = new ByteWriter()
    while (cursor.list('field')) {
      each(cursor, () => {
        fields.define(cursor)
        this.#field(cursor, types)
      })
      cursor.close()
    }
    return written((w) => w.byte(STRUCT_TYPE).u32(fields.count).bytes(types.view()))
  }

  /** A field's type. */
  #field(cursor: Cursor, w: ByteWriter): void {
    const mutable = cursor.list('mut')
    if (cursor.keyword('i8')) w.byte(0x78)
    else if (cursor.keyword('i16')) w.byte(0x77)
    else w.bytes(this.valueType(cursor))
    if (mutable) cursor.close()
    w.byte(mutable ? 1 : 0)
  }

  valueType(cursor: Cursor): Uint8Array {
    const type = NUMBERS.get(cursor.word)
    if (type === undefined) return this.referenceType(cursor)
    cursor.at++
    return type
  }

  /** Abstract references that may be null are one byte. */
  referenceType(cursor: Cursor): Uint8Array {
    const { nullable, heap } = this.reference(cursor)
    const isIndex = heap[0] < 0x40 || heap[0] >= 0x80
    return nullable && !isIndex ? heap : Uint8Array.of(nullable ? REF_NULL : REF, ...heap)
  }

  /** A reference type in its parts. */
  reference(cursor: Cursor): { nullable: boolean; heap: Uint8Array } {
    const word = REFERENCES.get(cursor.word)
    if (word !== undefined) {
      cursor.at++
      return { nullable: true, heap: word }
    }
    refuse(cursor)
    if (!cursor.list('ref')) cursor.unexpected('a type')
    const nullable = cursor.keyword('null')
    const heap = written((w) => this.heapType(cursor, w))
    cursor.close()
    return { nullable, heap }
  }

  /** Whether a reference type is next. */
  isReference(cursor: Cursor): boolean {
    return REFERENCES.has(cursor.word) || cursor.listWord === 'ref'
  }

  heapType(cursor: Cursor, w: ByteWriter): void {
    const byte = HEAP_TYPES.get(cursor.word)
    if (byte !== undefined) {
      cursor.at++
      w.byte(byte)
      return
    }
    refuse(cursor)
    if (!cursor.isIndex) cursor.unexpected('a heap type')
    w.signed(BigInt(this.space.index(cursor)))
  }

  /**
   * The type that something has: `(type $t)`, what it takes and gives, or both; answers its index.
   * @param locals gets the parameters; where there is none they have no names
   */
  use(cursor: Cursor, locals?: Space): number {
    const { index, signature } = this.#use(cursor, locals)
    return index ?? this.#implicit(signature)
  }

  #use(cursor: Cursor, locals?: Space): { index: number | undefined; signature: Signature } {
    const at = cursor.at
    const index = this.#typeIndex(cursor)
    const signature = this.inline(cursor, locals)
    if (index === undefined) return { index, signature }
    const declared = this.#signatures.get(index)
    if (signature.params.length + signature.results.length === 0) {
      if (locals) locals.count += declared?.params.length ?? 0
    } else if (declared === undefined) cursor.fail(`unknown function type ${index}`, at)
    else if (keyOf(functionType(declared)) !== keyOf(functionType(signature)))
      cursor.fail('inline function type: it differs from the one that (type says', at)
    return { index, signature }
  }

  #typeIndex(cursor: Cursor): number | undefined {
    if (!cursor.list('type')) return undefined
    const index = this.space.index(cursor)
    cursor.close()
    return index
  }

  /** The type of a block, as its immediate. */
  block(cursor: Cursor, w: ByteWriter): void {
    const { index, signature } = this.#use(cursor)
    const { params, results } = signature
    if (index !== undefined) w.signed(BigInt(index))
    else if (params.length === 0 && results.length === 0) w.byte(0x40)
    else if (params.length === 0 && results.length === 1) w.bytes(results[0])
    else w.signed(BigInt(this.#implicit(signature)))
  }

  /** The first type that is this one, which is added if there is none. */
  #implicit(signature: Signature): number {
    const type = functionType(signature)
    const key = keyOf(type)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.space.count++
    this.#entries.push(type)
    this.#signatures.set(index, signature)
    this.#known.set(key, index)
    return index
  }

  /** `(param …)* (result …)*` */
  inline(cursor: Cursor, locals?: Space): Signature {
    const signature: Signature = { params: [], results: [] }
    while (cursor.list('param')) {
      if (locals) this.locals(cursor, locals, signature.params)
      else while (!cursor.isClosed) signature.params.push(this.valueType(cursor))
      cursor.close()
    }
    while (cursor.list('result')) {
      while (!cursor.isClosed) signature.results.push(this.valueType(cursor))
      cursor.close()
    }
    if (cursor.listWord === 'param') cursor.unexpected('what comes behind the results: parameters stand before them')
    return signature
  }

  /** What is behind `(param` or `(local`: one type with an identifier, or any number of types. */
  locals(cursor: Cursor, locals: Space, types: Uint8Array[]): void {
    each(cursor, () => {
      locals.define(cursor)
      types.push(this.valueType(cursor))
    })
  }
}

/** One that has an identifier, or any number that have none. */
function each(cursor: Cursor, one: () => void): void {
  if (cursor.kind === ID) one()
  else while (!cursor.isClosed) one()
}

const functionType = ({ params, results }: Signature): Uint8Array =>
  written((w) => {
    w.byte(FUNC_TYPE)
    for (const types of [params, results]) {
      w.u32(types.length)
      for (const type of types) w.bytes(type)
    }
  })
