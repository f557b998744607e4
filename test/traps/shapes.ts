/**
 * Loads out of bounds whose value has no influence, or not on every path: they trap all the same. Each shape is the body of a
 * function that is called with 1 and has three locals; G is a global of its own; LOAD, FLOAT and VECTOR are the load.
 */
export interface Shape {
  body: string
  /** What the function returns; nothing when left out. */
  result?: string
  /** Written before the trap. */
  output?: string
  /** The trap, if it is another one. */
  trap?: string
}

const LOAD = '(i32.load (i32.const 0x7fffffff))'
const FLOAT = LOAD.replace('i32.load', 'f32.load')
const VECTOR = LOAD.replace('i32.load', 'v128.load')
/** Reaches one byte beyond the end. */
const LAST = '(i32.const 0xfffd)'
/** Writes a letter, so that order is seen. */
const print = (letter: string): string => `(call $print (i32.const ${letter.charCodeAt(0)}))`

const bodies: Record<string, string | Shape> = {
  // Values that go nowhere.
  drop: '(drop LOAD)',
  'float drop': '(drop (f64.add (f64.load (i32.const 0x7fffffff)) (f64.const 1)))',
  'tee drop': '(drop (local.tee 1 LOAD))',
  'result dropped': '(drop (call $loads))',
  'one of two results dropped': '(call $pair) (drop) (global.set G)',
  'result of a comparison dropped': '(drop (call $compares))',
  'result of a result dropped': '(drop (call $passes (call $loads)))',
  'local unused': '(local.set 1 LOAD)',
  'local overwritten': '(local.set 1 LOAD) (local.set 1 (i32.const 4)) (global.set G (local.get 1))',
  'local overwritten on a path':
    '(local.set 1 LOAD) (if (local.get 0) (then (local.set 1 (i32.const 4)))) (global.set G (local.get 1))',
  'local used on a path': '(local.set 1 LOAD) (if (i32.eqz (local.get 0)) (then (global.set G (local.get 1))))',
  'local used by an unused one': '(local.set 1 LOAD) (local.set 2 (i32.add (local.get 1) (i32.const 1)))',
  'global overwritten': '(global.set G LOAD) (global.set G (i32.const 1))',
  'global overwritten on a path': '(global.set G LOAD) (if (local.get 0) (then (global.set G (i32.const 1))))',
  'global read on a path': '(global.set G LOAD) (if (i32.eqz (local.get 0)) (then (call $use (global.get G))))',
  'global overwritten later':
    '(global.set G LOAD) (local.set 1 (i32.mul (local.get 0) (i32.const 3))) (global.set G (local.get 1))',
  'global never read': '(global.set G LOAD)',
  'store overwritten': '(i32.store (i32.const 8) LOAD) (i32.store (i32.const 8) (i32.const 1))',
  'store overwritten by a wider one': '(i32.store8 (i32.const 8) LOAD) (i64.store (i32.const 4) (i64.const 1))',
  'store overwritten on a path':
    '(i32.store (local.get 0) LOAD) (if (local.get 0) (then (i32.store (local.get 0) (i32.const 1)))) (i32.store (local.get 0) (i32.const 2))',
  'store overwritten in a loop':
    '(local.set 1 (i32.const 0x7ffffff0)) (loop (i32.store (i32.const 8) (i32.load (local.get 1))) (local.set 1 (i32.const 0)) (br_if 0 (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 8))))',
  'unused argument': '(call $ignore LOAD)',
  'second argument unused': '(call $first (i32.const 1) LOAD)',
  'argument passed on unused': '(call $ignores LOAD)',
  'argument used on a path': '(call $sometimes LOAD (i32.const 0))',
  'argument overwritten': '(call $overwrites LOAD)',

  // Control.
  'block with a branch': '(drop (block (result i32) (br 0 LOAD)))',
  'block with a conditional branch': '(drop (block (result i32) (br_if 0 LOAD (local.get 0))))',
  'parameter of a loop': 'LOAD (loop (param i32) (drop))',
  'result of an if': '(drop (if (result i32) (local.get 0) (then LOAD) (else (i32.const 3))))',
  'parameter of an if': 'LOAD (if (param i32) (local.get 0) (then (drop)) (else (drop)))',
  'empty if': 'LOAD (if (then))',
  'if with nothing of use': '(if LOAD (then (local.set 1 (i32.const 3))) (else (local.set 1 (i32.const 4))))',
  'branch to what comes next': '(block (br_if 0 LOAD))',
  'branch over nothing of use': '(block (br_if 0 LOAD) (local.set 1 (i32.const 3)))',
  'table of one target': '(block (br_table 0 0 LOAD))',
  'table of equal targets': '(block (block (br_table 0 1 0 LOAD)))',
  'left behind by a branch': '(block LOAD (br 0))',
  'left behind by a return': 'LOAD (return)',
  'before unreachable': 'LOAD (unreachable)',
  'select, not taken': '(global.set G (select LOAD (i32.const 1) (i32.const 0)))',
  'select, maybe taken': '(global.set G (select LOAD (i32.const 1) (i32.eqz (local.get 0))))',
  'condition of a select of equals': '(global.set G (select (local.get 0) (local.get 0) LOAD))',
  'loop that does nothing':
    '(loop (drop (i32.load (local.get 1))) (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 65536))) (i32.const 0x7fff0000))))',
  'only the last round of a loop used':
    '(loop (local.set 2 (i32.load (local.get 1))) (local.set 1 (select (i32.const 0) (i32.const 0x7ffffff0) (local.get 1))) (br_if 0 (local.get 1))) (global.set G (local.get 2))',
  'search in a loop':
    '(local.set 1 (i32.const 0xfff0)) (block (loop (br_if 1 (i32.load8_u (local.get 1))) (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 0x10100)))))',

  // Operators that forget.
  'and 0': '(global.set G (i32.and LOAD (i32.const 0)))',
  'and 0, before': '(global.set G (i32.and (i32.const 0) LOAD))',
  'or -1': '(global.set G (i32.or LOAD (i32.const -1)))',
  'times 0': '(global.set G (i32.mul LOAD (i32.const 0)))',
  'xor itself': '(local.set 1 LOAD) (global.set G (i32.xor (local.get 1) (local.get 1)))',
  'minus itself': '(local.set 1 LOAD) (global.set G (i32.sub (local.get 1) (local.get 1)))',
  'equal to itself': '(local.set 1 LOAD) (global.set G (i32.eq (local.get 1) (local.get 1)))',
  'minus the same load': '(global.set G (i32.sub LOAD LOAD))',
  'remainder by 1': '(global.set G (i32.rem_u LOAD (i32.const 1)))',
  'byte above 255': '(global.set G (i32.gt_u (i32.load8_u (i32.const 0x7fffffff)) (i32.const 255)))',
  'byte below 0': '(global.set G (i32.lt_s (i32.load8_u (i32.const 0x7fffffff)) (i32.const 0)))',
  'bits of a byte that are not there':
    '(global.set G (i32.and (i32.load8_u (i32.const 0x7fffffff)) (i32.const 0xff00)))',
  'byte shifted out': '(global.set G (i32.shr_u (i32.load8_u (i32.const 0x7fffffff)) (i32.const 8)))',
  'byte divided away': '(global.set G (i32.div_u (i32.load8_u (i32.const 0x7fffffff)) (i32.const 1000)))',
  'two masks': '(global.set G (i32.and (i32.and LOAD (i32.const 0xf0)) (i32.const 0x0f)))',
  'plus itself, one bit':
    '(local.set 1 LOAD) (global.set G (i32.and (i32.add (local.get 1) (local.get 1)) (i32.const 1)))',
  'xor twice': '(local.set 1 LOAD) (global.set G (i32.xor (i32.xor (local.get 1) (i32.const 5)) (local.get 1)))',
  'minus itself and more':
    '(local.set 1 LOAD) (global.set G (i32.sub (i32.add (local.get 1) (i32.const 5)) (local.get 1)))',
  'and its complement': '(global.set G (i32.and (local.tee 1 LOAD) (i32.xor (local.get 1) (i32.const -1))))',
  'no less than a part of it': '(global.set G (i32.le_u (i32.and (local.tee 1 LOAD) (i32.const 0xff)) (local.get 1)))',
  'no bits to shift': '(global.set G (i32.shl (i32.const 0) LOAD))',
  'ones rotated': '(global.set G (i32.rotl (i32.const -1) LOAD))',
  'more zeros than bits': '(global.set G (i32.lt_u (i32.clz LOAD) (i32.const 33)))',
  'bits of a count that are not there': '(global.set G (i32.and (i32.popcnt LOAD) (i32.const 64)))',
  'bits of a comparison that are not there': '(global.set G (i32.and (i32.eqz LOAD) (i32.const 2)))',
  'upper bits of a remainder': '(global.set G (i32.shr_u (i32.rem_u LOAD (i32.const 10)) (i32.const 4)))',
  'divided away in two steps': '(global.set G (i32.div_u (i32.div_u LOAD (i32.const 100000)) (i32.const 100000)))',
  'one bit that is set is not zero': '(global.set G (i32.eqz (i32.or LOAD (i32.const 1))))',
  'not a multiple': '(global.set G (i32.eq (i32.shl LOAD (i32.const 4)) (i32.const 5)))',
  'plus no number': '(global.set G (i32.reinterpret_f32 (f32.add FLOAT (f32.const nan))))',
  'less than no number': '(global.set G (f32.lt FLOAT (f32.const nan)))',
  'more than infinity': '(global.set G (f32.gt FLOAT (f32.const inf)))',
  'a root below zero': '(global.set G (f32.lt (f32.sqrt FLOAT) (f32.const -1)))',
  'the sign of what has none': '(global.set G (i32.reinterpret_f32 (f32.copysign (f32.const 1) (f32.abs FLOAT))))',
  'an integer between integers': '(global.set G (f64.eq (f64.convert_i32_u LOAD) (f64.const 0.5)))',
  'an integer is a number':
    '(local.set 1 LOAD) (global.set G (f64.ne (f64.convert_i32_u (local.get 1)) (f64.convert_i32_u (local.get 1))))',
  ...Object.fromEntries(
    [
      'i32x4.mul VECTOR ZEROS',
      'i8x16.min_u VECTOR ZEROS',
      'i8x16.min_u VECTOR (i8x16.splat (i32.const 0))',
      'i16x8.ge_u VECTOR ZEROS',
      'i8x16.add_sat_u (v128.const i64x2 -1 -1) VECTOR',
      'i16x8.sub_sat_u ZEROS VECTOR',
      'i32x4.dot_i16x8_s VECTOR ZEROS',
      'f32x4.gt VECTOR (v128.const f32x4 inf inf inf inf)',
      'f64x2.mul VECTOR (v128.const f64x2 nan nan)',
      'i8x16.gt_s VECTOR VECTOR',
      'v128.xor VECTOR VECTOR',
    ].map((text) => [text, `(v128.store (i32.const 64) (${text}))`]),
  ),
  'signs of what has none': '(global.set G (i32x4.bitmask (f32x4.abs VECTOR)))',
  'lanes that are not read':
    '(global.set G (i32x4.extract_lane 0 (v128.load32_lane 1 (i32.const 0x7fffffff) (v128.const i32x4 1 2 3 4))))',
  'lane replaced': '(drop (i32x4.replace_lane 0 (v128.load (i32.const 0x7fffffff)) (i32.const 1)))',
  'lanes shuffled away':
    '(global.set G (i32x4.extract_lane 0 (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (v128.const i32x4 1 2 3 4) (v128.load (i32.const 0x7fffffff)))))',

  // Fewer bytes read, which lie within bounds.
  'low byte alone': `(global.set G (i32.and (i32.load ${LAST}) (i32.const 255)))`,
  'one bit': `(if (i32.and (i32.load ${LAST}) (i32.const 1)) (then (global.set G (i32.const 1))))`,
  'stored as a byte': `(i32.store8 (i32.const 8) (i32.load ${LAST}))`,
  'sign of a byte': `(global.set G (i32.extend8_s (i32.load ${LAST})))`,
  wrapped: '(global.set G (i32.wrap_i64 (i64.load (i32.const 0xfffc))))',
  'wrapped, by way of a local':
    '(local.set 3 (i64.load (i32.const 0xfffc))) (global.set G (i32.wrap_i64 (local.get 3)))',
  'low byte of a result': `(global.set G (i32.and (call $loads_last) (i32.const 255)))`,
  'low lane': '(global.set G (i32x4.extract_lane 0 (v128.load (i32.const 0xfff8))))',

  // What several instructions forget, and some that do not.
  ...Object.fromEntries(
    Object.entries({
      'sum of bytes shifted out': '(i32.shr_u (i32.add BYTE BYTE) (i32.const 9))',
      'product of a byte shifted out': '(i32.shr_u (i32.mul BYTE (i32.const 155)) (i32.const 16))',
      'carry of a sum of bytes': '(i32.shr_u (i32.add BYTE (i32.const 100)) (i32.const 8))',
      'upper bits of a product': '(i32.shr_u (i32.mul BYTE (i32.const 155)) (i32.const 8))',
      'shifted both ways':
        '(i32.xor (i32.shl (local.tee 1 BYTE) (i32.const 3)) (i32.shr_u (local.get 1) (i32.const 5)))',
      'shifted to and fro':
        '(i32.xor (i32.shr_u (i32.shl (local.tee 1 BYTE) (i32.const 24)) (i32.const 24)) (local.get 1))',
    }).map(([name, body]) => [
      name,
      `(i32.store8 (i32.const 64) ${body.replaceAll('BYTE', '(i32.load8_u (i32.const 0x7fffffff))')})`,
    ]),
  ),

  // Stores of what is there.
  'written back': '(i32.store (i32.const 0x7fffffff) LOAD)',
  'a byte written back': '(i32.store8 (i32.const 0x7fffffff) (i32.load8_s (i32.const 0x7fffffff)))',
  'a float written back': `(f32.store (i32.const 0x7fffffff) ${FLOAT})`,
  'a vector written back': `(v128.store (i32.const 0x7fffffff) ${VECTOR})`,
  'a vector and nothing, written back': `(v128.store (i32.const 0x7fffffff) (v128.xor ${VECTOR} ZEROS))`,
  'a vector plus nothing, written back': `(v128.store (i32.const 0x7fffffff) (i8x16.add ${VECTOR} ZEROS))`,
  'written back as an integer':
    '(f64.store (i32.const 0x7fffffff) (f64.reinterpret_i64 (i64.load (i32.const 0x7fffffff))))',
  'written back by way of a local': '(local.set 1 LOAD) (i32.store (i32.const 0x7fffffff) (local.get 1))',
  'written back where that is said otherwise':
    '(local.set 2 (i32.const 0x7ffffff0)) (i32.store offset=4 (local.get 2) (i32.load (i32.add (local.get 2) (i32.const 4))))',
  'written back in one from two halves':
    '(i64.store (i32.const 0x7fffffff) (i64.or (i64.load32_u (i32.const 0x7fffffff)) (i64.shl (i64.load32_u offset=4 (i32.const 0x7fffffff)) (i64.const 32))))',
  'plus 5, minus 5, written back':
    '(local.set 1 (i32.add LOAD (i32.const 5))) (i32.store (i32.const 0x7fffffff) (i32.sub (local.get 1) (i32.const 5)))',
  'divided by 1, written back': '(i32.store (i32.const 0x7fffffff) (i32.div_u LOAD (i32.const 1)))',
  'written back on a path': '(if (local.get 0) (then (i32.store (i32.const 0x7fffffff) LOAD)))',
  'written back in a loop':
    '(local.set 1 (i32.const 0xff00)) (loop (i32.store (local.get 1) (i32.load (local.get 1))) (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 4))) (i32.const 0x10100))))',

  // Atomic accesses, also those that change nothing.
  'atomic loads': '(drop (i32.atomic.load (i32.const 0x7ffffff0)))',
  'an atomic load of bits that are not there':
    '(global.set G (i32.shr_u (i32.atomic.load8_u (i32.const 0x7ffffff0)) (i32.const 8)))',
  'an exchange for what is expected':
    '(drop (i64.atomic.rmw.cmpxchg (i32.const 0x7ffffff0) (i64.const 1) (i64.const 1)))',
  'an exchange for what never is':
    '(drop (i32.atomic.rmw8.cmpxchg_u (i32.const 0x7ffffff0) (i32.const 256) (i32.const 1)))',
  ...Object.fromEntries(
    ['add 0', 'sub 0', 'or 0', 'xor 0', 'and -1', 'xchg 0'].flatMap((text) => {
      const [operation, value] = text.split(' ')
      const rmw = (type: string, bits: string, suffix: string): [string, string] => [
        `atomic ${type} ${operation}${bits} of ${value}`,
        `(drop (${type}.atomic.rmw${bits}.${operation}${suffix} (i32.const 0x7ffffff0) (${type}.const ${value})))`,
      ]
      return [rmw('i32', '', ''), rmw('i64', '', ''), rmw('i32', '8', '_u'), rmw('i64', '16', '_u')]
    }),
  ),
  'atomic and with the ones of a byte': '(drop (i32.atomic.rmw8.and_u (i32.const 0x7ffffff0) (i32.const 255)))',
  'atomic or of what is found to be 0':
    '(local.set 2 (i32.const 0)) (drop (i32.atomic.rmw.or (i32.const 0x7ffffff0) (i32.mul (local.get 0) (local.get 2))))',

  // Order.
  'before a call': { body: '(local.set 1 LOAD) PRINT (global.set G (local.get 1))' },
  'before a call, used on a path': {
    body: '(local.set 1 LOAD) PRINT (if (i32.eqz (local.get 0)) (then (global.set G (local.get 1))))',
  },
  'argument of a later call': { body: 'LOAD PRINT (call $use)' },
  'after a call': { body: 'PRINT (global.set G LOAD)', output: 'p' },
  'after a call that may not return': {
    body: '(local.set 1 (i32.const 0x7fffffff)) (block (br_if 0 (local.get 0)) (drop (i32.load (local.get 1)))) PRINT (global.set G (i32.load (local.get 1)))',
    output: 'p',
  },
  'in a loop after a call': {
    body: '(local.set 1 (i32.const 0x7fffffff)) (loop PRINT (local.set 2 (i32.add (local.get 2) (i32.load (local.get 1)))) (br_if 0 (i32.lt_u (local.get 2) (i32.const 100)))) (global.set G (local.get 2))',
    output: 'p',
  },
  'before a division': { body: '(global.set G (i32.div_u LOAD (global.get $zero)))' },
  'before a division, in a local': {
    body: '(local.set 1 LOAD) (global.set G (i32.div_u (i32.const 1) (global.get $zero))) (global.set G (local.get 1))',
  },
  'before a division in a call': {
    body: '(local.set 1 LOAD) (call $divides) (global.set G (local.get 1))',
  },
  'before an indirect call': { body: '(call_indirect (type $i) LOAD (i32.const 9))' },
  'before a truncation': {
    body: '(local.set 1 LOAD) (global.set G (i32.trunc_f32_s (global.get $nan))) (global.set G (local.get 1))',
  },

  // Traps that are no loads.
  'division dropped': { body: '(drop (i32.div_u (i32.const 1) (global.get $zero)))', trap: 'integer divide by zero' },
  'division and 0': {
    body: '(global.set G (i32.and (i32.div_u (i32.const 1) (global.get $zero)) (i32.const 0)))',
    trap: 'integer divide by zero',
  },
  'truncation overwritten': {
    body: '(global.set G (i32.trunc_f32_s (f32.const nan))) (global.set G (i32.const 1))',
    trap: 'invalid conversion to integer',
  },
  'table.get dropped': { body: '(drop (table.get 0 (i32.const 100)))', trap: 'out of bounds table access' },
}

/** The address of an access that ends some bytes beyond memory. */
const across = (bytes: number, type: string): string => `(i32.const ${0x10000 - (type === 'i64' ? 8 : 4) + bytes})`
const changed = (change: string, bytes = 1): Shape => {
  const [type] = change.split('.')
  const place = across(bytes, type)
  return { body: `(${type}.store ${place} (${change.replace('IT', `(${type}.load ${place})`)}))` }
}

/** Places that are changed in a part that lies within bounds. GCC writes that part alone, as README says. */
export const PARTS: [name: string, shape: Shape][] = Object.entries({
  'a bit set': changed('i32.or IT (i32.const 1)'),
  'a bit of the second byte set': changed('i32.or IT (i32.const 0x100)'),
  'a byte flipped': changed('i32.xor IT (i32.const 0xff)'),
  'a byte cleared': changed('i32.and IT (i32.const -256)'),
  'a bit of 64 set': changed('i64.or IT (i64.const 0x10000)', 3),
  'a byte replaced': changed('i32.or (i32.and IT (i32.const -256)) (i32.and (local.get 0) (i32.const 255))'),
  'the second byte replaced': changed(
    'i32.or (i32.and IT (i32.const 0xffff00ff)) (i32.shl (i32.load8_u (i32.const 0)) (i32.const 8))',
  ),
  'a half replaced': changed('i64.or (i64.and IT (i64.const 0xffffffff00000000)) (i64.load32_u (i32.const 0))', 4),
})

/**
 * What C compilers find out over several steps, so that a load has no influence after all: at levels 2, 3 and s these do not
 * trap, and read nothing. README says so.
 */
const left: Record<string, string> = {
  'a product with a local that is 0': '(local.set 2 (i32.const 0)) (global.set G (i32.mul LOAD (local.get 2)))',
  'bits of a local that was never set': '(global.set G (i32.and LOAD (local.get 2)))',
  'bits of an immutable global': '(global.set G (i32.and LOAD (global.get $none)))',
  'bits of what a function always returns': '(global.set G (i32.and LOAD (call $nothing)))',
  'a condition of two equal branches':
    '(if LOAD (then (global.set G (i32.const 1))) (else (global.set G (i32.const 1))))',
  'a sum without what was added':
    '(local.set 1 LOAD) (local.set 2 (i32.add (local.get 1) (i32.const 5))) (global.set G (i32.sub (local.get 2) (local.get 1)))',
  'the same load twice': '(global.set G (i32.sub (i32.add LOAD (i32.const 1)) LOAD))',
  'what a function loaded, written back': '(i32.store (i32.const 0x7fffffff) (call $loads))',
  'what a loop flips, and flips back':
    '(loop (i32.store (i32.const 0x7fffffff) (i32.xor LOAD (i32.const -1))) (br_if 0 (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 2))))',
  'what a block gives, written back': '(i32.store (i32.const 0x7fffffff) (block (result i32) LOAD))',
}

export const LEFT: [name: string, shape: Shape][] = Object.entries(left).map(([name, body]) => [name, { body }])

export const OUT_OF_BOUNDS = 'out of bounds memory access'

/** What is written to a global, stored. */
const stored = (body: string): string => body.replace(/\(global\.set G (?=\(i32\.)/, '(i32.store (i32.const 64) ')

export const SHAPES: [name: string, shape: Shape][] = Object.entries(bodies).flatMap(([name, value]) => {
  const shape = typeof value === 'string' ? { body: value } : value
  const body = stored(shape.body)
  return [[name, shape] as const, ...(body === shape.body ? [] : [[`${name}, stored`, { ...shape, body }] as const])]
}) as [name: string, shape: Shape][]

const PRELUDE = `
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (type $i (func (param i32)))
  (memory (export "memory") 1 1)
  (table 1 funcref) (elem (i32.const 0) $ignore)
  (global $zero (mut i32) (i32.const 0))
  (global $nan (mut f32) (f32.const nan))
  (global $used (mut i32) (i32.const 0))
  (func $print (param i32)
    (i32.store8 (i32.const 16) (local.get 0))
    (i32.store (i32.const 20) (i32.const 16)) (i32.store (i32.const 24) (i32.const 1))
    (drop (call $write (i32.const 1) (i32.const 20) (i32.const 1) (i32.const 28))))
  (global $none i32 (i32.const 0))
  (func $nothing (result i32) (i32.const 0))
  (func $ignore (param i32))
  (func $ignores (param i32) (call $ignore (local.get 0)))
  (func $first (param i32 i32) (global.set $used (local.get 0)))
  (func $sometimes (param i32 i32) (if (local.get 1) (then (global.set $used (local.get 0)))))
  (func $overwrites (param i32) (local.set 0 (i32.const 1)) (global.set $used (local.get 0)))
  (func $use (param i32) (global.set $used (local.get 0)))
  (func $loads (result i32) ${LOAD})
  (func $pair (result i32 i32) (i32.const 3) ${LOAD})
  (func $loads_last (result i32) (i32.load ${LAST}))
  (func $compares (result i32) (i32.lt_u ${LOAD} (i32.const 5)))
  (func $passes (param i32) (result i32) (local.get 0))
  (func $divides (global.set $used (i32.div_u (i32.const 1) (global.get $zero))))
`

/** A program with all shapes in it, of which it runs the one whose number is the count of its arguments. */
export function shapesModule(shapes: typeof SHAPES = SHAPES): string {
  const functions = shapes.map(([, { body }], i) => {
    const code = body
      .replaceAll('LOAD', LOAD)
      .replaceAll('FLOAT', FLOAT)
      .replaceAll('VECTOR', VECTOR)
      .replaceAll('ZEROS', '(v128.const i64x2 0 0)')
      .replaceAll('PRINT', print('p'))
      .replace(/\bG\b/g, `$g${i}`)
    return `(global $g${i} (mut i32) (i32.const 0)) (func $shape${i} (param i32) (local i32 i32 i64) ${code})`
  })
  const labels = shapes.map((_, i) => `$b${i}`)
  const cases = shapes.map((_, i) => `) (call $shape${i} (i32.const 1)) (return)`)
  return `(module ${PRELUDE} ${functions.join('\n')}
  (func (export "_start")
    (drop (call $args (i32.const 0) (i32.const 4)))
    ${labels
      .toReversed()
      .map((label) => `(block ${label}`)
      .join(' ')}
    (br_table ${labels.join(' ')} (i32.sub (i32.load (i32.const 0)) (i32.const 1)))
    ${cases.join('\n')}))`
}
