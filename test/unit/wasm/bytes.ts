/** Modules by hand, for what text cannot say. */
import { CompileError } from '../../../compiler/errors.ts'
import { decode } from '../../../compiler/wasm/decode.ts'
import type { Module } from '../../../compiler/wasm/module.ts'
import { validateModule, type ValidateOptions } from '../../../compiler/wasm/validate.ts'

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

export const SECTION = { custom: 0, type: 1, import: 2, func: 3, table: 4, memory: 5, export: 7, code: 10, data: 11 }

/** Contents shorter than 128 bytes, so that every length is one byte. */
export const section = (id: number, ...contents: number[]): number[] => [id, contents.length, ...contents]

export const wasm = (...sections: number[][]): Uint8Array => Uint8Array.from([...HEADER, ...sections.flat()])

/** A module of one function without parameters or results, from the bytes of its body after the locals. */
export const withBody = (...code: number[]): Uint8Array =>
  wasm(
    section(SECTION.type, 1, 0x60, 0, 0),
    section(SECTION.func, 1, 0),
    section(SECTION.code, 1, code.length + 1, 0, ...code),
  )

export const string = (text: string): number[] => [text.length, ...Buffer.from(text)]

export function load(bytes: Uint8Array, options?: ValidateOptions): Module {
  const module = decode(bytes, { name: 'test', file: 'dir/test.wasm' })
  validateModule(module, options)
  return module
}

/** The error of a call that must throw a CompileError. */
export function errorOf(call: () => unknown): CompileError {
  try {
    call()
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
