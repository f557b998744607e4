/** What the x86-64 assembler writes, read back by LLVM's disassembler. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import {
  ADD,
  AND,
  FADD,
  FDIV,
  FMUL,
  FSUB,
  memory,
  MUL,
  OR,
  ROTL,
  ROTR,
  SHL,
  SHR_S,
  SHR_U,
  SUB,
  V128_LOAD,
  V128_STORE,
  XOR,
} from '../../compiler/machine/assembler.ts'
import { code, resetCode, room } from '../../compiler/machine/code.ts'
import { beginLabels } from '../../compiler/machine/labels.ts'
import { beginStack, held, push, pushConstant } from '../../compiler/machine/stack.ts'
import { F32, F64, I32, I64, V128 } from '../../compiler/machine/types.ts'
import { x64 } from '../../compiler/machine/x64/assembler.ts'
import { which } from '../support/tools.ts'

const MC = ['llvm-mc', 'llvm-mc-14', 'llvm-mc-19'].find((name) => which(name) !== undefined)

const asm = x64({ memoryAt: 0x3c080000, rounding: true, popcount: true })
const INT64 = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
]
const INT32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', ...INT64.slice(8).map((name) => `${name}d`)]
const INT16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', ...INT64.slice(8).map((name) => `${name}w`)]
const INT8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', ...INT64.slice(8).map((name) => `${name}b`)]
const int = (w: number, register: number): string => (w ? INT64 : INT32)[register]
/** Immediates of 32 bits are spelled without a sign. */
const immediate = (w: number, value: number): number => (w === I32 && value < -128 ? value + 2 ** 32 : value)
const xmm = (register: number): string => `xmm${register - 32}`

/** Registers whose numbers take each form of an encoding: the first, those that need more bytes, the upper eight. */
const INTS = [0, 3, 5, 6, 8, 12, 13, 15]
const FLOATS = [32, 37, 40, 46]

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
  [OR, 'or'],
  [XOR, 'xor'],
]
const SHIFTS: [number, string][] = [
  [SHL, 'shl'],
  [SHR_S, 'sar'],
  [SHR_U, 'shr'],
  [ROTL, 'rol'],
  [ROTR, 'ror'],
]
const FLOAT: [number, string][] = [
  [FADD, 'add'],
  [FSUB, 'sub'],
  [FMUL, 'mul'],
  [FDIV, 'div'],
]
/** WebAssembly's opcode: mnemonic, the width of the memory operand, of the register (8: byte). */
const LOADS: [number, string, string, (register: number) => string][] = [
  [0x28, 'mov', 'dword', (r) => INT32[r]],
  [0x29, 'mov', 'qword', (r) => INT64[r]],
  [0x2c, 'movsx', 'byte', (r) => INT32[r]],
  [0x2d, 'movzx', 'byte', (r) => INT32[r]],
  [0x2e, 'movsx', 'word', (r) => INT32[r]],
  [0x2f, 'movzx', 'word', (r) => INT32[r]],
  [0x30, 'movsx', 'byte', (r) => INT64[r]],
  [0x31, 'movzx', 'byte', (r) => INT32[r]],
  [0x32, 'movsx', 'word', (r) => INT64[r]],
  [0x33, 'movzx', 'word', (r) => INT32[r]],
  [0x34, 'movsxd', 'dword', (r) => INT64[r]],
  [0x35, 'mov', 'dword', (r) => INT32[r]],
]
const STORES: [number, string, (register: number) => string][] = [
  [0x36, 'dword', (r) => INT32[r]],
  [0x37, 'qword', (r) => INT64[r]],
  [0x3a, 'byte', (r) => INT8[r]],
  [0x3b, 'word', (r) => INT16[r]],
  [0x3c, 'byte', (r) => INT8[r]],
  [0x3d, 'word', (r) => INT16[r]],
  [0x3e, 'dword', (r) => INT32[r]],
]

for (const w of [I32, I64]) {
  for (const a of INTS) {
    for (const b of INTS) {
      for (const [op, name] of ALU) row(() => asm.alu(op, w, a, a, b), `${name} ${int(w, a)}, ${int(w, b)}`)
      row(() => asm.alu(MUL, w, a, a, b), `imul ${int(w, a)}, ${int(w, b)}`)
      row(() => asm.compare(w, 0, a, b), `cmp ${int(w, a)}, ${int(w, b)}`)
      if (a !== b) row(() => asm.move(w, a, b), `mov ${int(w, a)}, ${int(w, b)}`)
      row(() => asm.aluConstant(AND, w, a, b, 0xff), `movzx ${INT32[a]}, ${INT8[b]}`)
      row(() => asm.aluConstant(AND, w, a, b, 0xffff), `movzx ${INT32[a]}, ${INT16[b]}`)
    }
    for (const b of INTS) {
      for (const [count, value, text] of [
        [0, 5, '+ 5'],
        [2, -128, '- 128'],
        [3, 0x12345678, '+ 305419896'],
      ] as const) {
        const scale = count === 0 ? '' : `${1 << count}*`
        row(
          () => asm.addThree!(w, 3, a, b, count, value),
          `lea ${int(w, 3)}, [${INT64[a]} + ${scale}${INT64[b]} ${text}]`,
        )
        if (count > 0)
          row(() => asm.addThree!(w, b, -1, a, count, value), `lea ${int(w, b)}, [${scale}${INT64[a]} ${text}]`)
      }
    }
    for (const [op, name] of ALU)
      for (const value of [1, -128, 128, -0x80000000])
        row(() => asm.aluConstant(op, w, a, a, value), `${name} ${int(w, a)}, ${immediate(w, value)}`)
    for (const value of [7, -100, 641])
      row(() => asm.aluConstant(MUL, w, a, a, value), `imul ${int(w, a)}, ${int(w, a)}, ${value}`)
    for (const [op, name] of SHIFTS) {
      row(() => asm.shiftConstant(op, w, a, a, 5), `${name} ${int(w, a)}, 5`)
      row(() => asm.shiftConstant(op, w, a, a, 1), `${name} ${int(w, a)}`)
    }
    row(() => asm.loadFrame(w, a, 8), `mov ${int(w, a)}, ${w ? 'qword' : 'dword'} ptr [rsp + 8]`)
    row(() => asm.storeFrame(w, a, 1024), `mov ${w ? 'qword' : 'dword'} ptr [rsp + 1024], ${int(w, a)}`)
    row(() => asm.popcount(w, a, a), `popcnt ${int(w, a)}, ${int(w, a)}`)
  }
}
for (const a of INTS) {
  row(() => asm.constant(I64, a, 5, 2), `movabs ${INT64[a]}, 8589934597`)
  row(() => asm.constant(I64, a, 0, 0x200), `xor ${INT32[a]}, ${INT32[a]}`, `bts ${INT64[a]}, 41`)
}
for (const kind of [F32, F64]) {
  const suffix = kind === F32 ? 'ss' : 'sd'
  for (const a of FLOATS) {
    for (const b of FLOATS)
      for (const [op, name] of FLOAT) row(() => asm.float(op, kind, a, a, b), `${name}${suffix} ${xmm(a)}, ${xmm(b)}`)
    row(() => asm.floatUnary(6, kind, a, a), `sqrt${suffix} ${xmm(a)}, ${xmm(a)}`)
    ;['ceil', 'floor', 'trunc', 'nearest'].forEach((_, i) =>
      row(() => asm.floatUnary(2 + i, kind, a, a), `round${suffix} ${xmm(a)}, ${xmm(a)}, ${[10, 9, 11, 8][i]}`),
    )
    row(() => asm.loadFrame(kind, a, 0), `mov${suffix} ${xmm(a)}, ${kind === F32 ? 'dword' : 'qword'} ptr [rsp]`)
  }
}
for (const a of FLOATS) row(() => asm.storeFrame(V128, a, 16), `movups xmmword ptr [rsp + 16], ${xmm(a)}`)

/** With an index and a base in each form, and without. */
for (const [base, index, disp, text] of [
  [-1, 3, 0, 'rbx + 1007157248'],
  [-1, 12, 8, 'r12 + 1007157256'],
  [-1, -1, 16, '1007157264'],
  [15, 0, 0, 'r15 + rax'],
  [13, 9, 0, 'r13 + r9'],
  [3, 13, 127, 'rbx + r13 + 127'],
  [15, -1, 128, 'r15 + 128'],
] as const) {
  const operand = (write: () => void) => () => {
    Object.assign(memory, { base, index, disp })
    write()
  }
  for (const register of INTS) {
    for (const [op, name, width, spell] of LOADS)
      row(
        operand(() => asm.load(op, register)),
        `${name} ${spell(register)}, ${width} ptr [${text}]`,
      )
    for (const [op, width, spell] of STORES)
      row(
        operand(() => asm.store(op, register)),
        `mov ${width} ptr [${text}], ${spell(register)}`,
      )
  }
  for (const register of FLOATS) {
    row(
      operand(() => asm.load(0x2a, register)),
      `movss ${xmm(register)}, dword ptr [${text}]`,
    )
    row(
      operand(() => asm.load(0x2b, register)),
      `movsd ${xmm(register)}, qword ptr [${text}]`,
    )
    row(
      operand(() => asm.load(V128_LOAD, register)),
      `movups ${xmm(register)}, xmmword ptr [${text}]`,
    )
    row(
      operand(() => asm.store(V128_STORE, register)),
      `movups xmmword ptr [${text}], ${xmm(register)}`,
    )
  }
}

/** With operands in these registers, the uppermost last; constants are given as bigints. */
const onStack =
  (operands: (number | bigint)[], write: () => void): (() => void) =>
  () => {
    beginStack([...INT64.keys()], [], 0, 3)
    for (const operand of operands) {
      if (typeof operand === 'bigint') pushConstant(I64, Number(operand), Number(operand >> 32n))
      else {
        held[operand]++
        push(I64, operand)
      }
    }
    write()
  }

for (const [op, low, high] of [
  [ADD, 'add', 'adc'],
  [SUB, 'sub', 'sbb'],
] as const)
  for (const register of INTS) {
    const [a, aHigh, b, bHigh] = [register, 9, 14, 7].map((number) => int(I64, number))
    row(
      onStack([register, 9, 14, 7], () => asm.addWide(op)),
      `${low} ${a}, ${b}`,
      `${high} ${aHigh}, ${bHigh}`,
    )
    row(
      onStack([register, 9, 5n, -300n], () => asm.addWide(op)),
      `${low} ${a}, 5`,
      `${high} ${aHigh}, -300`,
    )
    row(
      onStack([9, register, 14, 0n], () => asm.addWide(op)),
      `${low} ${aHigh}, ${b}`,
      `${high} ${a}, 0`,
    )
  }
for (const register of INTS.filter((number) => number > 0)) {
  row(
    onStack([0, register], () => asm.multiplyWide(false)),
    `mul ${int(I64, register)}`,
  )
  row(
    onStack([0, register], () => asm.multiplyWide(true)),
    `imul ${int(I64, register)}`,
  )
}

test.skipIf(MC === undefined)(`instructions are what they should be${MC ? '' : ' (skipped: needs llvm-mc)'}`, () => {
  resetCode()
  beginLabels(asm.patch)
  asm.begin()
  const input: string[] = []
  for (const { write } of rows) {
    room(64)
    const start = code.at
    write()
    input.push([...code.bytes.subarray(start, code.at)].map((byte) => `0x${byte.toString(16)}`).join(' '))
  }
  const args = ['--disassemble', '--output-asm-variant=1', '-triple=x86_64']
  const output = execFileSync(MC!, args, { input: input.join('\n'), encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
  const spelled = output
    .split('\n')
    // Behind a '#' it says what an instruction does.
    .map((line) => line.replace(/#.*/, '').trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('.'))
  expect(spelled).toEqual(rows.flatMap(({ text }) => text))
})
