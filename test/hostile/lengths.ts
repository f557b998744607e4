/**
 * Lists and strings whose pointers, lengths and new places lie at the edges: two components, one of which sends what the other one
 * receives, as an argument or as a result. What they try stands in their memories, where a built executable holds it too, so that
 * one build tries everything.
 */
import type { Random } from '../fuzz/components.ts'

export interface Kind {
  title: string
  type: string
  encodings: [sender: string, receiver: string]
  /** Bytes of an element, sent and received; what the addresses of both are multiples of. */
  sizes: [sent: number, received: number]
  alignments: [sent: number, received: number]
  /** Elements are 0 or 1 where they arrive. */
  isBool?: boolean
  /** The bit that says in a length that units have two bytes. */
  tag?: number
}

const list = (element: string, size: number, alignment: number): Kind => ({
  title: `list of ${element}`,
  type: `(list ${element})`,
  encodings: ['utf8', 'utf8'],
  sizes: [size, size],
  alignments: [alignment, alignment],
})
const string = (sender: string, receiver: string, sizes: Kind['sizes'], tag?: number): Kind => ({
  title: `string, ${sender} to ${receiver}${tag ? ', in units of two bytes' : ''}`,
  type: 'string',
  encodings: [sender, receiver],
  sizes,
  alignments: [sender === 'utf8' ? 1 : 2, receiver === 'utf8' ? 1 : 2],
  tag,
})

const UTF16_TAG = 2 ** 31

export const KINDS: readonly Kind[] = [
  list('u8', 1, 1),
  list('u16', 2, 2),
  list('u64', 8, 8),
  list('(tuple u64 u64 u64)', 24, 8),
  { ...list('bool', 1, 1), isBool: true },
  string('utf8', 'utf8', [1, 1]),
  string('utf8', 'utf16', [1, 2]),
  string('utf8', 'latin1+utf16', [1, 1]),
  string('utf16', 'utf16', [2, 2]),
  string('latin1+utf16', 'utf16', [1, 2]),
  string('latin1+utf16', 'utf16', [2, 2], UTF16_TAG),
]

export interface Try {
  kind: number
  pointer: number
  length: number
  /** Where the receiver says that there is room, and whether its memory has grown by a page then. */
  place: number
  grows: number
  /** Of results: where pointer and length lie, for the one who sends and for the one who receives. */
  areas: [sender: number, receiver: number]
}

const PAGE = 0x10000
const WORD = 2 ** 32
/** Of pointer and length, where they are not what is tried. */
export const AREA = PAGE - 8

/** As many bytes stand in executables as they are, whoever makes them. */
const LITERAL = 512

const MAGIC = ['canonical sender', 'canon. receiver!'] as const
const wordsOf = ({ kind, pointer, length, place, grows, areas }: Try): number[][] =>
  areas.map((area) => [kind, pointer, length, place, grows, area])

/** The executable with what one tries. */
export function patched(executable: Uint8Array, tried: Try): Uint8Array {
  const bytes = Buffer.from(executable)
  wordsOf(tried).forEach((words, i) => {
    const at = bytes.indexOf(MAGIC[i])
    if (at < 0 || bytes.includes(MAGIC[i], at + 1)) throw new Error(`'${MAGIC[i]}' is not once in the executable`)
    words.forEach((word, k) => bytes.writeUInt32LE(word, at + MAGIC[i].length + 4 * k))
  })
  return bytes
}

const parameters = (i: 0 | 1): string => {
  const word = (k: number): string => `(i32.load $p (i32.const ${16 + 4 * k}))`
  const names = ['kind', 'pointer', 'length', 'place', 'grows', 'area']
  return `(memory $m (export "memory") 1) (memory $p 1)
    (data (memory $p) (i32.const 0) "${MAGIC[i]}${'\\00'.repeat(LITERAL)}")
    ${names.map((name, k) => `(func $${name} (result i32) ${word(k)})`).join('\n')}`
}

/** What the byte at an address of the sender's memory is: ASCII, of no length that is tried a period. */
const PATTERN = `(func $pattern (param i32) (result i32) (i32.rem_u (i32.mul (local.get 0) (i32.const 7)) (i32.const 113)))`

const SENDER = `${parameters(0)} ${PATTERN}
  (func $fill (local $i i32) (loop $on
    (i32.store8 (local.get $i) (call $pattern (local.get $i)))
    (br_if $on (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${PAGE})))))
  (start $fill)`

/** `check`: whether all of the receiver's memory is what it should be. Of results, pointers and lengths lie in the last 8 bytes. */
const receiver = (isResult: boolean): string => `${parameters(1)} ${PATTERN}
  (func $fill (memory.fill (i32.const 0) (i32.const 0xa5) (i32.const ${PAGE})))
  (start $fill)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32)
    (if (call $grows) (then
      (drop (memory.grow (i32.const 1)))
      (memory.fill (i32.const ${PAGE}) (i32.const 0xa5) (i32.const ${PAGE}))))
    (call $place))
  (func $check (param $at i32) (param $bytes i32) (param $from i32) (param $sent i32) (param $received i32) (param $bool i32)
    (local $i i32) (local $end i32) (local $offset i32) (local $wanted i32)
    (local.set $end (i32.mul (memory.size $m) (i32.const ${PAGE})))
    (loop $on
      (local.set $offset (i32.sub (local.get $i) (local.get $at)))
      (local.set $wanted (i32.const 0xa5))
      (if (i32.lt_u (local.get $offset) (local.get $bytes)) (then
        (if (i32.eq (local.get $sent) (local.get $received)) (then
          (local.set $wanted (call $pattern (i32.add (local.get $from) (local.get $offset)))))
        (else
          (local.set $wanted (select (i32.const 0)
            (call $pattern (i32.add (local.get $from) (i32.shr_u (local.get $offset) (i32.const 1))))
            (i32.and (local.get $offset) (i32.const 1))))))
        (if (local.get $bool) (then (local.set $wanted (i32.ne (local.get $wanted) (i32.const 0)))))))
      ${
        isResult
          ? `(if (i32.or (i32.ge_u (local.get $i) (i32.const ${AREA}))
             (i32.and (i32.lt_u (local.get $offset) (local.get $bytes))
               (i32.ge_u (i32.add (local.get $from) (local.get $offset)) (i32.const ${AREA}))))
             (then (local.set $wanted (i32.load8_u (local.get $i)))))`
          : ''
      }
      (if (i32.ne (i32.load8_u (local.get $i)) (local.get $wanted)) (then unreachable))
      (br_if $on (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $end)))))
  (func $expect (param i32 i32) (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))`

/** Looks at what came: a pointer, a length, and where it was sent from. */
function look({ sizes, isBool, tag = 0 }: Kind, pointer: string, length: string, from: string): string {
  const [sent, received] = sizes
  const count = `(i32.and (call $length) (i32.const ${~tag}))`
  return `(call $expect ${pointer} (call $place)) (call $expect ${length} ${count})
    (call $check ${pointer} (i32.mul ${count} (i32.const ${received})) ${from}
      (i32.const ${sent}) (i32.const ${received}) (i32.const ${Number(isBool ?? false)}))`
}

const onlyIf = (i: number, then: string): string =>
  `(if (i32.eq (call $kind) (i32.const ${i})) (then ${then} (return (i32.const 0))))`
const each = (write: (kind: Kind, i: number) => string): string => KINDS.map(write).join('\n')
const RUN = (cases: string): string => `(func (export "run") (result i32) ${cases} unreachable)`

/** The one whose `run` the command is, and the one that it calls. */
function command(callee: string, caller: string): string {
  return `(component
    (component $Callee ${callee})
    (component $Caller ${caller}
      (func (export "run") (result (result)) (canon lift (core func $m "run"))))
    (instance $callee (instantiate $Callee))
    (instance $caller (instantiate $Caller ${each((_, i) => `(with "f${i}" (func $callee "f${i}"))`)}))
    (instance $run (export "run" (func $caller "run")))
    (export "wasi:cli/run@0.2.0" (instance $run)))`
}

/** What a component that calls needs its own memory for, before its module can be instantiated: that is in a module beside it. */
const callerOf = (
  imports: string,
  lowers: string,
  module: string,
  run: string,
  coreType: (i: number) => string,
): string => `
  ${imports}
  (core module $Memory ${module}
    ${['kind', 'pointer', 'length', 'place', 'area'].map((name) => `(export "${name}" (func $${name}))`).join(' ')})
  (core instance $memory (instantiate $Memory))
  ${lowers}
  (core module $M
    (import "memory" "memory" (memory $m 1))
    ${['kind', 'pointer', 'length', 'place', 'area']
      .map((name) => `(import "memory" "${name}" (func $${name} (result i32)))`)
      .join('\n')}
    ${each((_, i) => `(import "" "f${i}" (func $f${i} ${coreType(i)}))`)}
    ${run})
  (core instance $m (instantiate $M (with "memory" (instance $memory))
    (with "" (instance ${each((_, i) => `(export "f${i}" (func $f${i}))`)}))))`

export const argumentComponent = (): string =>
  command(
    `(core module $M ${receiver(false)}
      ${each(
        (kind, i) => `(func (export "f${i}") (param i32 i32 i32)
          ${look(kind, '(local.get 0)', lengthOf(kind, '(local.get 1)'), '(local.get 2)')})`,
      )})
    (core instance $m (instantiate $M))
    ${each(
      ({ type, encodings }, i) => `(func (export "f${i}") (param "v" ${type}) (param "from" u32)
        (canon lift (core func $m "f${i}") (memory (core memory $m "memory")) (realloc (core func $m "realloc")) string-encoding=${encodings[1]}))`,
    )}`,
    callerOf(
      each(({ type }, i) => `(import "f${i}" (func $f${i} (param "v" ${type}) (param "from" u32)))`),
      each(
        ({ encodings }, i) =>
          `(core func $f${i} (canon lower (func $f${i}) (memory (core memory $memory "memory")) string-encoding=${encodings[0]}))`,
      ),
      SENDER,
      RUN(each((_, i) => onlyIf(i, `(call $f${i} (call $pointer) (call $length) (call $pointer))`))),
      () => '(param i32 i32 i32)',
    ),
  )

export const resultComponent = (): string =>
  command(
    `(core module $M ${SENDER}
      (func (export "f") (result i32)
        (i32.store (i32.const ${AREA}) (call $pointer)) (i32.store (i32.const ${AREA + 4}) (call $length))
        (call $area)))
    (core instance $m (instantiate $M))
    ${each(
      ({ type, encodings }, i) => `(func (export "f${i}") (result ${type})
        (canon lift (core func $m "f") (memory (core memory $m "memory")) string-encoding=${encodings[0]}))`,
    )}`,
    callerOf(
      each(({ type }, i) => `(import "f${i}" (func $f${i} (result ${type})))`),
      each(
        ({ encodings }, i) =>
          `(core func $f${i} (canon lower (func $f${i}) (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))
            string-encoding=${encodings[1]}))`,
      ),
      `${receiver(true)}
        (export "expect" (func $expect)) (export "check" (func $check))`,
      `(import "memory" "expect" (func $expect (param i32 i32)))
      (import "memory" "check" (func $check (param i32 i32 i32 i32 i32 i32)))
      ${RUN(
        each((kind, i) =>
          onlyIf(
            i,
            `(call $f${i} (call $area))
            ${look(kind, '(i32.load (call $area))', lengthOf(kind, '(i32.load offset=4 (call $area))'), '(call $pointer)')}`,
          ),
        ),
      )}`,
      () => '(param i32)',
    ),
  )

/** The count of a string that arrives in one of two forms has a bit that tells. */
const lengthOf = ({ tag, encodings }: Kind, length: string): string =>
  tag !== undefined && encodings[1] === 'latin1+utf16' ? `(i32.and ${length} (i32.const ${~tag}))` : length

/** The trap that a try ends in, undefined where all is well. */
export function trapOf({ kind, pointer, length, place, grows, areas }: Try): string | undefined {
  const { sizes, alignments, type, tag = 0, encodings } = KINDS[kind]
  const isTagged = encodings[0] === 'latin1+utf16' && length >= UTF16_TAG
  const count = isTagged ? length - UTF16_TAG : length
  if (areas.some((area) => area % 4 !== 0)) return 'unaligned pointer'
  if (areas.some((area) => area + 8 > PAGE)) return 'pointer out of bounds of memory'
  if (pointer % alignments[0] !== 0) return 'unaligned pointer'
  if (pointer + count * (isTagged ? 2 : tag ? 1 : sizes[0]) > PAGE)
    return `${type === 'string' ? 'string' : 'list'} content out-of-bounds`
  if (place % alignments[1] !== 0) return 'unaligned pointer'
  if (place + count * sizes[1] > PAGE * (1 + grows)) return 'list content out-of-bounds'
  return undefined
}

/** A try of that kind, whose pointer and length are good as often as not. */
export function randomTry(kind: number, isResult: boolean, random: Random): Try {
  const { sizes, alignments, tag = 0 } = KINDS[kind]
  const near = (value: number): number => (value + random.below(3) - 1 + WORD) % WORD
  const pointers = [0, alignments[0], 64, 4096, AREA, PAGE - alignments[0], PAGE, 2 ** 31, WORD - 8, WORD - 1]
  const pointer = random.below(3) ? random.pick(pointers) : near(random.pick(pointers))
  const room = pointer < PAGE ? Math.floor((PAGE - pointer) / sizes[0]) : 0
  const lengths = [0, 1, 2, 100, room, room, Math.max(room - 1, 0), room + 1]
  // Whose bytes are as many as 32 bits can say, or more.
  lengths.push(...[2 ** 28, 2 ** 29, 2 ** 31, WORD, WORD + PAGE].map((bytes) => Math.floor(bytes / sizes[0])), WORD - 1)
  const count = Math.min(random.below(4) ? random.pick(lengths.slice(0, 8)) : near(random.pick(lengths)), WORD - 1)
  const length = tag ? tag + (count % tag) : count
  // Where pointer and length of a result lie is no text.
  if (isResult && KINDS[kind].type === 'string' && pointer < PAGE && pointer + count * sizes[0] > AREA)
    return randomTry(kind, isResult, random)
  const grows = random.below(2)
  const bytes = count * sizes[1]
  const end = Math.max(PAGE * (1 + grows) - bytes, 0)
  const aligned = end - (end % alignments[1])
  const places = [0, 8, 4096, aligned, aligned, aligned + alignments[1], PAGE, PAGE * (1 + grows), 2 ** 31, WORD - 8]
  places.push((WORD - (bytes % WORD)) % WORD, WORD - 1, 1)
  const place = random.below(4) ? random.pick(places.slice(0, 6)) : random.pick(places)
  const areas: [number, number] = [AREA, AREA]
  if (isResult && random.below(4) === 0)
    areas[random.below(2)] = random.pick([AREA + 4, AREA + 1, PAGE, WORD - 8, WORD - 4, WORD - 1, AREA - 2])
  return { kind, pointer, length, place, grows, areas }
}
