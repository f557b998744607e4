/**
 * Functions of a large module that were written apart from the others, by another thread. What a piece holds does not depend
 * on where it comes to lie, so that the module's code is the same however many threads wrote it.
 */
import type { Relocations, RelocKind } from '../image/object.ts'
import { sharedModule } from '../wasm/chunks.ts'
import { makeAssembler, type AssemblerOptions } from './assemblers.ts'
import { target, type AssemblerNotes } from './assembler.ts'
import { code, resetCode, room } from './code.ts'
import { FunctionWriter } from './functions.ts'
import { places, roomForPlaces } from './traps.ts'
import { symbolOf, unit } from './unit.ts'

/** Of the unit: functions, which each thread has. */
const FUNCTIONS = ['wasiMemory', 'mayThrow', 'typeMayThrow'] as const

/** What functions are written by. */
export interface GenerationWork {
  unit: Omit<typeof unit, (typeof FUNCTIONS)[number]>
  assembler: AssemblerOptions
  replaceLibc: boolean
  /** See {@link chunksOf}. */
  chunks: readonly number[]
}

export interface Piece {
  code: Uint8Array
  relocations: Pick<Relocations, 'offsets' | 'kinds' | 'symbols' | 'addends'>
  /** Symbols that relocations name beyond those of the unit. */
  symbols: string[]
  /** Where functions begin, and then the own code of those that the runtime has a function for. */
  functionAt: Int32Array
  ownAt: Int32Array
  places: Uint8Array
  placesAt: Int32Array
  notes: AssemblerNotes
}

/** Of the unit, before the first function is written. */
export function generationWork(
  assembler: AssemblerOptions,
  replaceLibc: boolean,
  chunks: readonly number[],
): GenerationWork {
  const plain: Partial<typeof unit> = { ...unit }
  for (const name of FUNCTIONS) delete plain[name]
  const module = sharedModule(unit.module)
  // Without a count of segments no instruction names one.
  const data = module.dataCount === undefined ? [] : unit.data
  const shared = { ...(plain as GenerationWork['unit']), module, runs: undefined, data }
  return { unit: shared, assembler, replaceLibc, chunks }
}

/** Takes the work over: writes a chunk, in a thread that writes nothing else. */
export function takeGeneration({
  unit: shared,
  assembler,
  replaceLibc,
  chunks,
}: GenerationWork): (chunk: number) => Piece {
  Object.assign(unit, shared)
  target.asm = makeAssembler(assembler)
  const writer = new FunctionWriter(unit.module, replaceLibc)
  return (chunk) => writePiece(writer, chunks[chunk], chunks[chunk + 1])
}

function writePiece(writer: FunctionWriter, first: number, last: number): Piece {
  const { symbols, byName, module } = unit
  const known = symbols.length
  resetCode()
  places.at = 0
  writer.ownCount = 0
  target.asm.begin()
  writer.writeAll(first, last)
  const names = symbols.splice(known).map(({ name }) => name)
  for (const name of names) byName.delete(name)
  const { offsets, kinds, symbols: named, addends, count } = code.relocations
  return {
    code: code.bytes.slice(0, code.at),
    relocations: {
      offsets: offsets.slice(0, count),
      kinds: kinds.slice(0, count),
      symbols: named.slice(0, count),
      addends: addends.slice(0, count),
    },
    symbols: names,
    functionAt: unit.functionAt.slice(first, last),
    ownAt: unit.functionAt.slice(module.funcs.length, module.funcs.length + writer.ownCount),
    places: places.bytes.slice(0, places.at),
    placesAt: writer.placesAt.slice(first, last),
    notes: target.asm.notes(),
  }
}

/** The buffers of a piece, which another thread can have without a copy. */
export const buffersOf = ({ code: bytes, relocations, functionAt, ownAt, places: table, placesAt, notes }: Piece) =>
  [bytes, ...Object.values(relocations), functionAt, ownAt, table, placesAt, ...Object.values(notes)].map(
    (array) => array.buffer as ArrayBuffer,
  )

/** Puts a piece that begins with the function `first` behind what is written. */
export function appendPiece(writer: FunctionWriter, first: number, piece: Piece): void {
  room(piece.code.length + 64)
  target.asm.align(16)
  const { at } = code
  code.bytes.set(piece.code, at)
  code.at += piece.code.length

  const known = piece.symbols.map(symbolOf)
  const { offsets, kinds, symbols, addends } = piece.relocations
  for (let i = 0; i < offsets.length; i++) {
    const symbol = symbols[i] < writer.knownSymbols ? symbols[i] : known[symbols[i] - writer.knownSymbols]
    code.relocations.add(at + offsets[i], kinds[i] as RelocKind, symbol, addends[i])
  }

  const { module } = unit
  const ownAt = module.funcs.length + writer.ownCount
  for (const place of piece.ownAt) {
    const own = writer.numberOwn()
    unit.functionAt[own] = at + place
  }
  piece.functionAt.forEach((place, i) => (unit.functionAt[first + i] = at + place))
  target.asm.addNotes(piece.notes, at, (index) =>
    index < module.funcs.length ? index : index - module.funcs.length + ownAt,
  )

  roomForPlaces(piece.places.length)
  piece.placesAt.forEach((place, i) => (writer.placesAt[first + i] = places.at + place))
  places.bytes.set(piece.places, places.at)
  places.at += piece.places.length
}
