/** What the arm64 assembler writes, read back by LLVM's disassembler. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ADD, AND, memory, MUL, OR, SUB, V128_LOAD, V128_STORE, XOR } from '../../compiler/machine/assembler.ts'
import { arm64 } from '../../compiler/machine/arm64/assembler.ts'
import { floatImmediate, logical } from '../../compiler/machine/arm64/encode.ts'
import { shift } from '../../compiler/machine/arm64/integer.ts'
import { code, resetCode, room } from '../../compiler/machine/code.ts'
import { beginLabels, reach } from '../../compiler/machine/labels.ts'
import { beginStack, held, push } from '../../compiler/machine/stack.ts'
import { F32, F64, I32, I64, V128 } from '../../compiler/machine/types.ts'
import { which } from '../support/tools.ts'

const MC = ['llvm-mc', 'llvm-mc-14', 'llvm-mc-19'].find((name) => which(name) !== undefined)
const skipped = MC ? '' : ' (skipped: needs llvm-mc)'

const asm = arm64()
const int = (w: number, register: number): string => (w ? `x${register}` : `w${register}`)
const single = (register: number): string => `s${register - 32}`
const double = (register: number): string => `d${register - 32}`
const float = (kind: number, register: number): string => (kind === F32 ? single(register) : double(register))
const INTS = [0, 7, 16, 28]
const FLOATS = [32, 39, 48, 63]

interface Row {
  write: () => void
  text: string[]
}
const rows: Row[] = []
const row = (write: () => void, ...text: string[]): void => void rows.push({ write, text })

const ALU: [number, string][] = [
  [ADD, 'add'],
  [SUB, 'sub'],
  [AND, 'and'],
  [OR, 'orr'],
  [XOR, 'eor'],
  [MUL, 'mul'],
]
/** By comparison of integers, and of floats. */
const CONDITIONS = ['eq', 'ne', 'lt', 'lo', 'gt', 'hi', 'le', 'ls', 'ge', 'hs']
const FLOAT_CONDITIONS = ['eq', 'ne', 'mi', 'gt', 'ls', 'ge']

for (const w of [I32, I64]) {
  const bits = w ? 64 : 32
  for (const a of INTS) {
    for (const b of INTS) {
      const [d, n, m] = [int(w, a), int(w, b), int(w, 11)]
      for (const [op, name] of ALU) row(() => asm.alu(op, w, a, b, 11), `${name} ${d}, ${n}, ${m}`)
      for (const count of [1, 2, 3])
        row(() => asm.addShifted(w, a, 11, b, count), `add ${d}, ${m}, ${n}, lsl #${count}`)
      row(() => asm.compare(w, 0, a, b), `cmp ${d}, ${n}`)
      ;['lsl', 'asr', 'lsr'].forEach((name, op) => row(() => shift(op, w, a, b, 11), `${name} ${d}, ${n}, ${m}`))
      row(() => shift(3, w, a, b, 11), `neg ${int(w, 17)}, ${m}`, `ror ${d}, ${n}, ${int(w, 17)}`)
      row(() => shift(4, w, a, b, 11), `ror ${d}, ${n}, ${m}`)
      for (const count of [1, 5, bits - 1]) {
        ;['lsl', 'asr', 'lsr'].forEach((name, op) =>
          row(() => asm.shiftConstant(op, w, a, b, count), `${name} ${d}, ${n}, #${count}`),
        )
        row(() => asm.shiftConstant(3, w, a, b, count), `ror ${d}, ${n}, #${bits - count}`)
        row(() => asm.shiftConstant(4, w, a, b, count), `ror ${d}, ${n}, #${count}`)
      }
      row(() => asm.select(0, w, a, b, 11), `csel ${d}, ${n}, ${m}, eq`)
      row(() => asm.clz(w, a, b), `clz ${d}, ${n}`)
      row(() => asm.ctz(w, a, b), `rbit ${d}, ${n}`, `clz ${d}, ${d}`)
      for (const value of [1, 4095, 4096, 0x7ff000]) {
        const spelled = value === 4096 || value === 0x7ff000 ? `#${value / 4096}, lsl #12` : `#${value}`
        const text = (name: string): string => `${name} ${d}, ${n}, ${spelled}`
        row(() => asm.aluConstant(ADD, w, a, b, value), text('add'))
        row(() => asm.aluConstant(SUB, w, a, b, value), text('sub'))
        row(() => asm.aluConstant(ADD, w, a, b, -value), text('sub'))
        row(() => asm.aluConstant(SUB, w, a, b, -value), text('add'))
        row(() => asm.compareConstant(w, 0, a, value), `cmp ${d}, ${spelled}`)
        row(() => asm.compareConstant(w, 0, a, -value), `cmn ${d}, ${spelled}`)
      }
      row(
        () => asm.aluConstant(ADD, w, a, b, 0x1234567),
        `mov ${int(0, 17)}, #17767`,
        `movk ${int(0, 17)}, #291, lsl #16`,
        `add ${d}, ${n}, ${int(w, 17)}`,
      )
      row(() => asm.aluConstant(SUB, w, a, b, 0x12345), `sub ${d}, ${n}, #18, lsl #12`, `sub ${d}, ${d}, #837`)
      row(() => asm.aluConstant(AND, w, a, b, 0xff), `and ${d}, ${n}, #0xff`)
      row(() => asm.aluConstant(OR, w, a, b, 0x7ffff000), `orr ${d}, ${n}, #0x7ffff000`)
      row(() => asm.aluConstant(XOR, w, a, b, -2), `eor ${d}, ${n}, ${hex2(w, -2)}`)
      row(() => asm.aluConstant(XOR, w, a, b, -1), `mvn ${d}, ${n}`)
      row(() => asm.aluConstant(MUL, w, a, b, 8), `lsl ${d}, ${n}, #3`)
      row(() => asm.aluConstant(MUL, w, a, b, 9), `add ${d}, ${n}, ${n}, lsl #3`)
      row(() => asm.aluConstant(MUL, w, a, b, 7), `mov ${int(0, 17)}, #7`, `mul ${d}, ${n}, ${int(w, 17)}`)
    }
    for (let kind = 0; kind < CONDITIONS.length; kind++)
      row(
        () => asm.set(asm.compareConstant(w, kind, a, 0), a),
        `cmp ${int(w, a)}, #0`,
        `cset w${a}, ${CONDITIONS[kind]}`,
      )
    row(
      () => asm.popcount(w, a, 7),
      `fmov ${w ? 'd30, x7' : 's30, w7'}`,
      'cnt v30.8b, v30.8b',
      'addv b30, v30.8b',
      `fmov w${a}, s30`,
    )
    // The frame: offsets in units of the access's size, of 9 bits, and beyond both.
    const largest = 4095 * (w ? 8 : 4)
    for (const offset of [0, 8, largest]) {
      const place = offset ? `[sp, #${offset}]` : '[sp]'
      row(() => asm.loadFrame(w, a, offset), `ldr ${int(w, a)}, ${place}`)
      row(() => asm.storeFrame(w, a, offset), `str ${int(w, a)}, ${place}`)
    }
    row(() => asm.loadFrame(w, a, 0x12340), 'mov w17, #9024', 'movk w17, #1, lsl #16', `ldr ${int(w, a)}, [sp, x17]`)
  }
  row(() => asm.storeFrameConstant(w, 16, 0, 0), `str ${w ? 'xzr' : 'wzr'}, [sp, #16]`)
  row(() => asm.storeFrameConstant(w, 16, 5, 0), 'mov w17, #5', `str ${int(w, 17)}, [sp, #16]`)
}

/** Immediates of logical instructions are spelled with the register's width. */
function hex2(w: number, value: number): string {
  return `#0x${BigInt.asUintN(w ? 64 : 32, BigInt(value)).toString(16)}`
}

for (const [lo, hi, ...text] of [
  [0, 0, 'mov w3, #0'],
  [7, 0, 'mov w3, #7'],
  [0x70000, 0, 'mov w3, #458752'],
  [-2, 0, 'mov w3, #-2'],
  [-0x10001, 0, 'mov w3, #-65537'],
  [0x00ff00ff, 0, 'mov w3, #16711935'],
  [0x12345678, 0, 'mov w3, #22136', 'movk w3, #4660, lsl #16'],
  [0, 0x10, 'orr x3, xzr, #0x1000000000'],
  [-5, -1, 'orr x3, xzr, #0xfffffffffffffffb'],
  [-1, -1, 'mov x3, #-1'],
  [0x55555555, 0x55555555, 'mov x3, #6148914691236517205'],
  [1, 2, 'mov x3, #1', 'movk x3, #2, lsl #32'],
  [-0x12345, -1, 'mov x3, #-9029', 'movk x3, #65534, lsl #16'],
  [0x56789abc, 0x1234, 'mov x3, #39612', 'movk x3, #22136, lsl #16', 'movk x3, #4660, lsl #32'],
] as const)
  row(() => asm.constant(I64, 3, lo, hi), ...text)

for (const [opcode, name] of [
  [0xc0, 'sxtb w'],
  [0xc1, 'sxth w'],
  [0xc2, 'sxtb x'],
  [0xc3, 'sxth x'],
  [0xc4, 'sxtw x'],
  [0xac, 'sxtw x'],
] as const)
  row(() => asm.signExtend(opcode, 5, 28), `${name}5, w28`)
row(() => asm.zeroExtend(5, 28), 'mov w5, w28')

for (const kind of [F32, F64]) {
  for (const a of FLOATS) {
    const d = float(kind, a)
    for (const b of FLOATS) {
      const n = float(kind, b)
      ;['fadd', 'fsub', 'fmul', 'fdiv', 'fmin', 'fmax'].forEach((name, op) =>
        row(() => asm.float(op, kind, a, b, 40), `${name} ${d}, ${n}, ${float(kind, 40)}`),
      )
      ;['fabs', 'fneg', 'frintp', 'frintm', 'frintz', 'frintn', 'fsqrt'].forEach((name, op) =>
        row(() => asm.floatUnary(op, kind, a, b), `${name} ${d}, ${n}`),
      )
      row(() => asm.select(2, kind, a, b, 40), `fcsel ${d}, ${n}, ${float(kind, 40)}, hs`)
      for (let op = 0; op < 6; op++)
        row(() => asm.set(asm.floatCompare(kind, op, a, b), 1), `fcmp ${d}, ${n}`, `cset w1, ${FLOAT_CONDITIONS[op]}`)
      if (a !== b) row(() => asm.move(kind, a, b), `fmov ${d}, ${n}`)
    }
    row(() => asm.loadFrame(kind, a, 16), `ldr ${d}, [sp, #16]`)
    row(() => asm.storeFrame(kind, a, 16), `str ${d}, [sp, #16]`)
    row(() => asm.constant(kind, a, 0, 0), `movi v${a - 32}.2d, #0000000000000000`)
  }
  const [two, d] = [kind === F32 ? 'v30.4s, #128, lsl #24' : 'v30.2d, #0000000000000000', float(kind, 33)]
  row(
    () => asm.float(6, kind, 33, 34, 35),
    `movi ${two}`,
    ...(kind === F64 ? ['fneg v30.2d, v30.2d'] : []),
    'bsl v30.16b, v3.16b, v2.16b',
    `fmov ${d}, ${float(kind, 62)}`,
  )
}
row(() => asm.constant(F64, 33, 0, 0x3ff00000), 'fmov d1, #1.00000000')
row(() => asm.constant(F64, 33, 0, -0x40000000), 'fmov d1, #-2.00000000')
row(() => asm.constant(F64, 33, 0, 0x403f0000), 'fmov d1, #31.00000000')
row(() => asm.constant(F32, 33, 0x3fc00000, 0), 'fmov s1, #1.50000000')
// Functions whose ends are far have no pool.
row(() => asm.constant(F64, 33, 0, 0x40590000), 'mov x17, #4636737291354636288', 'fmov d1, x17')
row(() => asm.constant(F32, 33, 0x42c80000, 0), 'mov w17, #1120403456', 'fmov s1, w17')
row(
  () => asm.vector(33, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 2]), 0),
  'mov w17, #1',
  'fmov d1, x17',
  'mov w17, #2',
  'mov v1.d[1], x17',
)
row(() => asm.move(V128, 33, 63), 'mov v1.16b, v31.16b')

for (const [opcode, text] of [
  [0x36, 'str wzr'],
  [0x37, 'str xzr'],
  [0x3a, 'strb wzr'],
  [0x3d, 'strh wzr'],
] as const)
  row(() => {
    Object.assign(memory, { base: 28, index: 3, disp: 0 })
    asm.storeConstant(opcode, 0, 0)
  }, `${text}, [x28, x3]`)

const from = ['w', 'w', 'x', 'x']
for (let i = 0; i < 4; i++) {
  const name = i & 1 ? 'ucvtf' : 'scvtf'
  row(() => asm.convert(0xb2 + i, 33, 2), `${name} s1, ${from[i]}2`)
  row(() => asm.convert(0xb7 + i, 33, 2), `${name} d1, ${from[i]}2`)
}
for (let sub = 0; sub < 8; sub++) {
  const [d, n] = [sub < 4 ? 'w1' : 'x1', sub & 2 ? 'd2' : 's2']
  row(() => asm.saturate(sub, 1, 34), `${sub & 1 ? 'fcvtzu' : 'fcvtzs'} ${d}, ${n}`)
}
row(() => asm.convert(0xb6, 33, 34), 'fcvt s1, d2')
row(() => asm.convert(0xbb, 33, 34), 'fcvt d1, s2')
row(() => asm.reinterpret(0xbc, 1, 34), 'fmov w1, s2')
row(() => asm.reinterpret(0xbd, 1, 34), 'fmov x1, d2')
row(() => asm.reinterpret(0xbe, 33, 2), 'fmov s1, w2')
row(() => asm.reinterpret(0xbf, 33, 2), 'fmov d1, x2')

/** WebAssembly's opcode: mnemonic, the register, log2 of the bytes. */
const ACCESSES: [number, string, (register: number) => string, number][] = [
  [0x28, 'ldr', (r) => `w${r}`, 2],
  [0x29, 'ldr', (r) => `x${r}`, 3],
  [0x2a, 'ldr', (r) => `s${r}`, 2],
  [0x2b, 'ldr', (r) => `d${r}`, 3],
  [0x2c, 'ldrsb', (r) => `w${r}`, 0],
  [0x2d, 'ldrb', (r) => `w${r}`, 0],
  [0x2e, 'ldrsh', (r) => `w${r}`, 1],
  [0x2f, 'ldrh', (r) => `w${r}`, 1],
  [0x30, 'ldrsb', (r) => `x${r}`, 0],
  [0x31, 'ldrb', (r) => `w${r}`, 0],
  [0x32, 'ldrsh', (r) => `x${r}`, 1],
  [0x33, 'ldrh', (r) => `w${r}`, 1],
  [0x34, 'ldrsw', (r) => `x${r}`, 2],
  [0x35, 'ldr', (r) => `w${r}`, 2],
  [V128_LOAD, 'ldr', (r) => `q${r}`, 4],
  [0x36, 'str', (r) => `w${r}`, 2],
  [0x37, 'str', (r) => `x${r}`, 3],
  [0x38, 'str', (r) => `s${r}`, 2],
  [0x39, 'str', (r) => `d${r}`, 3],
  [0x3a, 'strb', (r) => `w${r}`, 0],
  [0x3b, 'strh', (r) => `w${r}`, 1],
  [0x3c, 'strb', (r) => `w${r}`, 0],
  [0x3d, 'strh', (r) => `w${r}`, 1],
  [0x3e, 'str', (r) => `w${r}`, 2],
  [V128_STORE, 'str', (r) => `q${r}`, 4],
]
for (const [opcode, name, spell, scale] of ACCESSES) {
  const unit = 1 << scale
  const isLoad = opcode < 0x36 || opcode === V128_LOAD
  const access = (base: number, index: number, disp: number, ...text: string[]): void =>
    row(
      () => {
        Object.assign(memory, { base, index, disp })
        if (isLoad) asm.load(opcode, 9)
        else asm.store(opcode, 9)
      },
      ...text.slice(0, -1),
      `${name} ${spell(9)}, ${text.at(-1)}`,
    )
  const unscaled = name.replace(/^(ld|st)/, '$1u')
  access(28, -1, 0, '[x28]')
  access(28, -1, 4095 * unit, `[x28, #${4095 * unit}]`)
  access(28, 3, 0, '[x28, x3]')
  access(28, 3, unit, 'add x17, x28, x3', `[x17, #${unit}]`)
  access(28, 3, 4095 * unit, 'add x17, x28, x3', `[x17, #${4095 * unit}]`)
  if (scale > 0) access(28, 3, 4095, 'add x17, x3, #4095', '[x28, x17]')
  access(28, 3, 0x100000, 'add x17, x3, #256, lsl #12', '[x28, x17]')
  access(28, 3, 0x101234, 'mov w17, #4660', 'movk w17, #16, lsl #16', 'add x17, x17, x3', '[x28, x17]')
  access(16, 3, 0x1fffffffe, 'mov x17, #8589934590', 'add x17, x17, x3', '[x16, x17]')
  access(28, -1, 0x10000, 'mov w17, #65536', '[x28, x17]')
  if (scale > 0)
    row(
      () => {
        Object.assign(memory, { base: 28, index: -1, disp: 1 })
        if (isLoad) asm.load(opcode, 9)
        else asm.store(opcode, 9)
      },
      `${unscaled} ${spell(9)}, [x28, #1]`,
    )
}

function disassemble(bytes: Uint8Array[]): string[] {
  const input = bytes.map((row) => [...row].map((byte) => `0x${byte.toString(16)}`).join(' ')).join('\n')
  const args = ['--disassemble', '-triple=aarch64']
  const output = execFileSync(MC!, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
  return (
    output
      .split('\n')
      // Behind a '//' it says what an instruction does.
      .map((line) =>
        line
          .replace(/\/\/.*/, '')
          .trim()
          .replaceAll(/\s+/g, ' '),
      )
      .filter((line) => line !== '' && !line.startsWith('.'))
  )
}

function written(write: () => void): Uint8Array {
  room(64)
  const start = code.at
  write()
  return code.bytes.slice(start, code.at)
}

function begin(): void {
  resetCode()
  beginLabels(asm.patch)
  asm.begin()
  reach.far = true
}

/** With operands in these registers, the uppermost last. */
const onStack =
  (operands: number[], write: () => void): (() => void) =>
  () => {
    beginStack(
      Array.from({ length: 29 }, (_, i) => i),
      [],
      0,
      3,
    )
    for (const register of operands) {
      held[register]++
      push(I64, register)
    }
    write()
  }

for (const register of INTS) {
  const x = `x${register}`
  row(
    onStack([register, 9, 14, 8], () => asm.addWide(ADD)),
    `adds ${x}, ${x}, x14`,
    `adc x9, x9, x8`,
  )
  row(
    onStack([9, register, 14, 8], () => asm.addWide(SUB)),
    `subs x9, x9, x14`,
    `sbc ${x}, ${x}, x8`,
  )
  const free = register === 0 ? 'x1' : 'x0'
  row(
    onStack([register, 9], () => asm.multiplyWide(false)),
    `mul ${free}, ${x}, x9`,
    `umulh ${x}, ${x}, x9`,
  )
  row(
    onStack([register, 9], () => asm.multiplyWide(true)),
    `mul ${free}, ${x}, x9`,
    `smulh ${x}, ${x}, x9`,
  )
}

test.skipIf(MC === undefined)(`instructions are what they should be${skipped}`, () => {
  begin()
  const spelled = disassemble(rows.map(({ write }) => written(write)))
  expect(spelled).toEqual(rows.flatMap(({ text }) => text))
})

/** All that a logical instruction can hold. */
function* runs(): Generator<bigint> {
  for (let size = 2; size <= 64; size *= 2) {
    for (let ones = 1; ones < size; ones++) {
      for (let rotation = 0; rotation < size; rotation++) {
        const all = (1n << BigInt(size)) - 1n
        const run = (1n << BigInt(ones)) - 1n
        const element = ((run << BigInt(rotation)) | (run >> BigInt(size - rotation))) & all
        let value = 0n
        for (let at = 0; at < 64; at += size) value |= element << BigInt(at)
        yield value
      }
    }
  }
}

test.skipIf(MC === undefined)(`all 5,334 immediates of logical instructions are found${skipped}`, () => {
  begin()
  const values = [...runs()]
  expect(values.length).toBe(5334)
  const bytes = values.map((value) => {
    const [lo, hi] = [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))]
    const field = logical(1, lo, hi)
    expect(field, value.toString(16)).toBeGreaterThanOrEqual(0)
    if (lo === hi) expect(logical(0, lo, 0)).toBe(field)
    const instruction = new DataView(new ArrayBuffer(4))
    // and x1, x2, #field
    instruction.setUint32(0, 0x92000041 | (field << 10), true)
    return new Uint8Array(instruction.buffer)
  })
  expect(disassemble(bytes)).toEqual(values.map((value) => `and x1, x2, #0x${value.toString(16)}`))
})

test('no other constants are taken for immediates', () => {
  const values = new Set(runs())
  const words = [0, 1, -1, 2, 3, 5, 0x55555555, 0x55555554, 0xff, 0xff00ff, -0x80000000, 0x7fffffff, -2, 0x10001]
  for (const lo of words)
    for (const hi of words) {
      const value = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
      expect(logical(1, lo, hi) >= 0, value.toString(16)).toBe(values.has(value))
    }
  // fmov: a sign, three bits of exponent, four of fraction.
  for (const [lo, hi, found] of [
    [0, 0x3ff00000, true],
    [1, 0x3ff00000, false],
    [0, 0x3ff08000, false],
    [0, 0x3fb00000, false],
    [0, 0x40400000, false],
  ] as const)
    expect(floatImmediate(true, lo, hi) >= 0).toBe(found)
  expect(floatImmediate(false, 0x3e000000, 0)).toBeGreaterThanOrEqual(0)
  expect(floatImmediate(false, 0x3d800000, 0)).toBe(-1)
})
