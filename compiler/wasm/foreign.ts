import { CompileError } from '../errors.ts'

/* oxlint-disable no-control-regex -- magic numbers are made of control characters */

/** How other files that people take for modules begin, and what to do instead. */
const FOREIGN: { what: string; starts: RegExp; hint: string }[] = [
  {
    what: 'a WebAssembly component, not a core module',
    starts: /^\0asm[\x0a-\x1f]\0\x01\0/,
    hint:
      'components become executables (wasm-exe build); object files, headers and the modules that programs are linked with ' +
      'are core modules: build for wasm32-wasip1 instead of wasm32-wasip2',
  },
  { what: 'an ELF file for Linux', starts: /^\x7fELF/, hint: 'give the .wasm file: build for wasm32-wasip1' },
  { what: 'a Windows program', starts: /^MZ/, hint: 'give the .wasm file: build for wasm32-wasip1' },
  { what: 'a macOS program', starts: /^[\xce\xcf]\xfa\xed\xfe/, hint: 'give the .wasm file: build for wasm32-wasip1' },
  {
    what: 'a static library (.a)',
    starts: /^!<arch>\n/,
    hint: 'link it into a program first: build for wasm32-wasip1',
  },
  { what: 'compressed with gzip', starts: /^\x1f\x8b/, hint: 'unpack it first: gunzip' },
  { what: 'compressed with zstd', starts: /^\x28\xb5\x2f\xfd/, hint: 'unpack it first: unzstd' },
  { what: 'a zip archive', starts: /^PK\x03\x04/, hint: 'unpack it first: unzip' },
  { what: 'LLVM bitcode', starts: /^BC\xc0\xde/, hint: 'link it first: wasm-ld, or the compiler without -c -flto' },
  {
    what: 'a pointer of git-lfs, not the file itself',
    starts: /^version https:\/\/git-lfs/,
    hint: "fetch the file with 'git lfs pull'",
  },
  {
    what: 'an HTML page, perhaps the error page of a download',
    starts: /^\s*<(?:!doctype|html)/i,
    hint: 'check the address it was downloaded from',
  },
  {
    what: 'WebAssembly text',
    starts: /^\s*(?:;;[^\n]*\n\s*|\(;(?:(?!;\))[^])*;\)\s*)*\((?:module|component|func|import|memory|type)\b/,
    hint: 'name the file .wat so that it is read as text, or translate it with wat2wasm',
  },
  {
    what: 'JavaScript',
    starts: new RegExp(
      String.raw`^\s*(?:#!.*node|(?://[^\n]*\n\s*|/\*(?:(?!\*/)[^])*\*/\s*)*` +
        String.raw`(?:import|export|const|let|var|function|async|class|'use strict'|"use strict"|\()\W)`,
    ),
    hint: 'give the .wasm file beside it, built for wasm32-wasip1',
  },
]

/**
 * Throws a CompileError for bytes that do not begin like a module of version 1: 'not-wasm' with the kind of file where
 * it is known, else 'malformed'.
 */
export function refuseForeign(bytes: Uint8Array): void {
  if (bytes.length === 0) {
    throw new CompileError('unexpected end: the file is empty', {
      code: 'malformed',
      offset: 0,
      hint: 'check the build that writes it',
    })
  }
  const head = String.fromCharCode(...bytes.subarray(0, 1024))
  if (head.startsWith('\0asm\x01\0\0\0')) return
  const foreign = FOREIGN.find(({ starts }) => starts.test(head))
  if (foreign) throw new CompileError(`this is ${foreign.what}`, { code: 'not-wasm', hint: foreign.hint })
  const short = '\0asm\x01\0\0\0'.startsWith(head)
  const magic = head.startsWith('\0asm')
  throw new CompileError(short ? 'unexpected end' : magic ? 'unknown binary version' : 'magic header not detected', {
    code: 'malformed',
    offset: short ? bytes.length : magic ? 4 : 0,
    hint: 'give a WebAssembly module (.wasm), or text (.wat)',
  })
}
