/** What the assemblers write for vector instructions that are one of the processor's, read back by LLVM's disassembler. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { opcodeByName } from '../../compiler/wasm/opcodes.ts'
import { arm64 } from '../../compiler/machine/arm64/assembler.ts'
import type { Assembler } from '../../compiler/machine/assembler.ts'
import { code, resetCode, room } from '../../compiler/machine/code.ts'
import { beginLabels } from '../../compiler/machine/labels.ts'
import { x64 } from '../../compiler/machine/x64/assembler.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { which } from '../support/tools.ts'

await loadVectors()

const MC = ['llvm-mc', 'llvm-mc-14', 'llvm-mc-19'].find((name) => which(name) !== undefined)

/** Of two operands, the first of which is the result; then of one. */
const X64_BINARY = `
  v128.and pand, v128.or por, v128.xor pxor,
  i8x16.add paddb, i16x8.add paddw, i32x4.add paddd, i64x2.add paddq,
  i8x16.sub psubb, i16x8.sub psubw, i32x4.sub psubd, i64x2.sub psubq,
  i8x16.add_sat_s paddsb, i8x16.add_sat_u paddusb, i16x8.add_sat_s paddsw, i16x8.add_sat_u paddusw,
  i8x16.sub_sat_s psubsb, i8x16.sub_sat_u psubusb, i16x8.sub_sat_s psubsw, i16x8.sub_sat_u psubusw,
  i8x16.avgr_u pavgb, i16x8.avgr_u pavgw, i8x16.min_u pminub, i8x16.max_u pmaxub, i16x8.min_s pminsw, i16x8.max_s pmaxsw,
  i16x8.mul pmullw, i32x4.dot_i16x8_s pmaddwd,
  i8x16.narrow_i16x8_s packsswb, i8x16.narrow_i16x8_u packuswb, i16x8.narrow_i32x4_s packssdw,
  i8x16.eq pcmpeqb, i16x8.eq pcmpeqw, i32x4.eq pcmpeqd, i8x16.gt_s pcmpgtb, i16x8.gt_s pcmpgtw, i32x4.gt_s pcmpgtd,
  f32x4.add addps, f32x4.sub subps, f32x4.mul mulps, f32x4.div divps, f64x2.add addpd, f64x2.sub subpd, f64x2.mul mulpd, f64x2.div divpd,
  f32x4.eq cmpeqps, f32x4.ne cmpneqps, f32x4.lt cmpltps, f32x4.le cmpleps,
  f64x2.eq cmpeqpd, f64x2.ne cmpneqpd, f64x2.lt cmpltpd, f64x2.le cmplepd`
const X64_UNARY = `
  f32x4.sqrt sqrtps, f64x2.sqrt sqrtpd, f32x4.convert_i32x4_s cvtdq2ps, f64x2.convert_low_i32x4_s cvtdq2pd,
  f64x2.promote_low_f32x4 cvtps2pd, f32x4.demote_f64x2_zero cvtpd2ps`
const X64_ROUNDING = `
  f32x4.nearest roundps 8, f32x4.floor roundps 9, f32x4.ceil roundps 10, f32x4.trunc roundps 11,
  f64x2.nearest roundpd 8, f64x2.floor roundpd 9, f64x2.ceil roundpd 10, f64x2.trunc roundpd 11`
const X64_SHIFTS = `
  i16x8.shl psllw, i16x8.shr_s psraw, i16x8.shr_u psrlw, i32x4.shl pslld, i32x4.shr_s psrad, i32x4.shr_u psrld,
  i64x2.shl psllq, i64x2.shr_u psrlq`

/** Lanes of the result and of the operands. */
const ARM64_BINARY = `
  v128.and and 16b, v128.or orr 16b, v128.xor eor 16b, v128.andnot bic 16b,
  i8x16.add add 16b, i16x8.add add 8h, i32x4.add add 4s, i64x2.add add 2d, i8x16.sub sub 16b, i64x2.sub sub 2d,
  i16x8.mul mul 8h, i32x4.mul mul 4s, i8x16.add_sat_s sqadd 16b, i16x8.add_sat_u uqadd 8h, i8x16.sub_sat_s sqsub 16b, i16x8.sub_sat_u uqsub 8h,
  i8x16.avgr_u urhadd 16b, i16x8.q15mulr_sat_s sqrdmulh 8h,
  i8x16.min_s smin 16b, i16x8.min_u umin 8h, i32x4.max_s smax 4s, i32x4.max_u umax 4s,
  i8x16.eq cmeq 16b, i64x2.eq cmeq 2d, i16x8.gt_s cmgt 8h, i32x4.ge_s cmge 4s, i8x16.gt_u cmhi 16b, i16x8.ge_u cmhs 8h, i64x2.ge_s cmge 2d,
  i16x8.extmul_low_i8x16_s smull 8h 8b, i16x8.extmul_high_i8x16_u umull2 8h 16b, i64x2.extmul_low_i32x4_u umull 2d 2s,
  i64x2.extmul_high_i32x4_s smull2 2d 4s,
  f32x4.add fadd 4s, f64x2.add fadd 2d, f32x4.sub fsub 4s, f64x2.sub fsub 2d, f32x4.mul fmul 4s, f64x2.mul fmul 2d, f32x4.div fdiv 4s,
  f64x2.div fdiv 2d, f32x4.min fmin 4s, f64x2.min fmin 2d, f32x4.max fmax 4s, f64x2.max fmax 2d,
  f32x4.eq fcmeq 4s, f64x2.eq fcmeq 2d, f32x4.gt fcmgt 4s, f64x2.gt fcmgt 2d, f32x4.ge fcmge 4s, f64x2.ge fcmge 2d`
const ARM64_UNARY = `
  v128.not mvn 16b, i8x16.neg neg 16b, i64x2.neg neg 2d, i8x16.abs abs 16b, i64x2.abs abs 2d, i8x16.popcnt cnt 16b,
  i16x8.extadd_pairwise_i8x16_s saddlp 8h 16b, i32x4.extadd_pairwise_i16x8_u uaddlp 4s 8h,
  f32x4.abs fabs 4s, f64x2.abs fabs 2d, f32x4.neg fneg 4s, f64x2.neg fneg 2d, f32x4.sqrt fsqrt 4s, f64x2.sqrt fsqrt 2d,
  f32x4.nearest frintn 4s, f64x2.floor frintm 2d, f32x4.ceil frintp 4s, f64x2.trunc frintz 2d,
  f32x4.convert_i32x4_s scvtf 4s, f32x4.convert_i32x4_u ucvtf 4s, i32x4.trunc_sat_f32x4_s fcvtzs 4s, i32x4.trunc_sat_f32x4_u fcvtzu 4s,
  f64x2.promote_low_f32x4 fcvtl 2d 2s, f32x4.demote_f64x2_zero fcvtn 2s 2d,
  i16x8.extend_low_i8x16_s sshll 8h 8b #0, i32x4.extend_high_i16x8_u ushll2 4s 8h #0, i64x2.extend_low_i32x4_u ushll 2d 2s #0`
const ARM64_SHIFTS = `
  i8x16.shl shl 16b, i16x8.shl shl 8h, i32x4.shl shl 4s, i64x2.shl shl 2d, i8x16.shr_s sshr 16b, i64x2.shr_s sshr 2d,
  i16x8.shr_u ushr 8h, i32x4.shr_u ushr 4s`

const rowsOf = (text: string): string[][] =>
  text
    .trim()
    .split(/,\s*/)
    .map((row) => row.split(' '))
const sub = (name: string): number => opcodeByName.get(name)!.code & 0xffff

/** Registers in the lower and the upper half. */
const PAIRS = [
  [0, 5],
  [3, 12],
  [13, 2],
  [9, 14],
]

interface Expected {
  bytes: string[]
  text: string[]
}

function assembled(asm: Assembler, rows: [write: () => void, text: string][]): Expected {
  resetCode()
  beginLabels(asm.patch)
  asm.begin()
  const bytes = rows.map(([write]) => {
    room(64)
    const start = code.at
    write()
    return [...code.bytes.subarray(start, code.at)].map((byte) => `0x${byte.toString(16)}`).join(' ')
  })
  return { bytes, text: rows.map(([, text]) => text) }
}

function disassembled(bytes: readonly string[], ...args: string[]): string[] {
  const input = bytes.join('\n')
  const output = execFileSync(MC!, ['--disassemble', ...args], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  return output
    .split('\n')
    .map((line) =>
      line
        .replace(/(?:#|\/\/) .*/, '')
        .trim()
        .replaceAll(/\s+/g, ' '),
    )
    .filter((line) => line !== '' && !line.startsWith('.'))
}

describe.skipIf(MC === undefined)(`one instruction each${MC ? '' : ' (skipped: needs llvm-mc)'}`, () => {
  test('x64', () => {
    const asm = x64({ memoryAt: 0x3c080000, rounding: true, popcount: true })
    const { vectors } = asm
    const rows: [() => void, string][] = []
    for (const [a, b] of PAIRS) {
      const operands = `xmm${a}, xmm${b}`
      for (const [name, text] of rowsOf(X64_BINARY))
        rows.push([() => vectors.binary(sub(name), 32 + a, 32 + a, 32 + b, 46), `${text} ${operands}`])
      for (const [name, text] of rowsOf(X64_UNARY))
        rows.push([() => vectors.unary(sub(name), 32 + a, 32 + b, 46), `${text} ${operands}`])
      for (const [name, text, mode] of rowsOf(X64_ROUNDING))
        rows.push([() => vectors.unary(sub(name), 32 + a, 32 + b, 46), `${text} ${operands}, ${mode}`])
      for (const [name, text] of rowsOf(X64_SHIFTS))
        rows.push([() => vectors.shiftConstant(sub(name), 32 + a, 32 + a, 7, 46), `${text} xmm${a}, 7`])
    }
    const { bytes, text } = assembled(asm, rows)
    expect(disassembled(bytes, '--output-asm-variant=1', '-triple=x86_64')).toEqual(text)
  })

  test('arm64', () => {
    const asm = arm64()
    const { vectors } = asm
    const rows: [() => void, string][] = []
    for (const [a, b] of PAIRS) {
      for (const [name, text, to, from = to] of rowsOf(ARM64_BINARY))
        rows.push([
          () => vectors.binary(sub(name), 52, 32 + a, 32 + b, -1),
          `${text} v20.${to}, v${a}.${from}, v${b}.${from}`,
        ])
      for (const [name, text, to, from = to, more] of rowsOf(ARM64_UNARY))
        rows.push([
          () => vectors.unary(sub(name), 32 + a, 32 + b, -1),
          `${text} v${a}.${to}, v${b}.${from}${more ? `, ${more}` : ''}`,
        ])
      for (const [name, text, lanes] of rowsOf(ARM64_SHIFTS))
        rows.push([
          () => vectors.shiftConstant(sub(name), 32 + a, 32 + b, 7, -1),
          `${text} v${a}.${lanes}, v${b}.${lanes}, #7`,
        ])
    }
    const { bytes, text } = assembled(asm, rows)
    expect(disassembled(bytes, '-triple=aarch64', '-mattr=+neon')).toEqual(text)
  })
})
