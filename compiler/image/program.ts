/** What ties the modules of a program to the runtime, as an object: what config.ts writes in C. See runtime/program.h. */
import { ABSENT, listenRows, type ProgramConfig } from '../config.ts'
import { mangleModule, symbol as symbolName } from '../c/symbols.ts'
import type { EmbeddedFiles } from '../embed.ts'
import { embeddedNodes } from '../embed-nodes.ts'
import type { ListenAddress } from '../listen.ts'
import { netRows, type NetRow } from '../net.ts'
import { encodeProgramInfo } from '../program-info.ts'
import { encode, Writer } from './bytes.ts'
import {
  Reloc,
  Relocations,
  section,
  UNDEFINED,
  type ObjectSymbol,
  type RelocatableObject,
  type Section,
} from './object.ts'
import type { ImageTarget } from './resolve.ts'

const POINTER = 8

export interface ImageProgram extends ProgramConfig {
  /** It starts threads: the runtime has all parts then. */
  threads?: boolean
  /** Those whose description is `embedded`. */
  files: EmbeddedFiles['roots']
}

export function programObject(program: ImageProgram, target: ImageTarget): RelocatableObject {
  return new ProgramWriter().write(program, target)
}

/** Builds the structures of program.h: pointers are relocations. */
class ProgramWriter {
  private readonly sections: Section[] = []
  private readonly symbols: ObjectSymbol[] = []

  write(program: ImageProgram, target: ImageTarget): RelocatableObject {
    const { name, grants, net, embedded, files, heapMax, info } = program
    const infoBytes = new Writer().text(encodeProgramInfo(info)).finish()
    this.sections.push({ ...section('info', '.wasmexe', infoBytes, 1), root: true })
    const dirs = grants.dirs.map(({ guest, host, readOnly, whenAbsent }) => [
      this.text(guest),
      this.text(host),
      Number(readOnly) + ABSENT[whenAbsent ?? 'required'] * 2 ** 8,
    ])
    const env = grants.env.map(({ name: variable, value }) => [
      this.text(variable),
      value === null ? undefined : this.text(value),
    ])
    const args = grants.args.fixed.map((arg) => [this.text(arg)])
    const listen = listenRows(grants, net)
    const mounts = embedded.map(({ guest }, node) => [this.text(guest), node])
    this.table('wasm_program', 'global', [
      [
        this.text(name),
        this.list(dirs),
        this.list(env),
        this.list(args),
        this.listeners(listen),
        this.list(mounts),
        dirs.length + env.length * 2 ** 32,
        args.length + listen.length * 2 ** 32,
        mounts.length + (grants.args.pass ? 0 : 2 ** 32),
      ],
    ])
    if (heapMax !== undefined) this.table('wasm_gc_maximum', 'global', [[heapMax]])
    if (files.length > 0 || program.threads || net) this.embed(files)
    if (net) this.netGrants(netRows(grants))
    this.run(program, target)
    return { name: 'program', sections: this.sections, symbols: this.symbols }
  }

  private symbol(name: string, binding: 'local' | 'global', of: number): Pointer {
    return { symbol: this.symbols.push({ name, section: of, offset: 0, size: 0, binding }) - 1 }
  }

  private add(name: string, binding: 'local' | 'global', contents: Section): Pointer {
    return this.symbol(name, binding, this.sections.push(contents) - 1)
  }

  private text(text: string): Pointer {
    const bytes = new Writer().put(encode(text)).u8(0).finish()
    return this.add('', 'local', { ...section('rodata', '.rodata.str', bytes, 1), merge: true })
  }

  /** An absent list is a null pointer. */
  private list(rows: readonly Row[]): Pointer | undefined {
    return rows.length === 0 ? undefined : this.table('', 'local', rows)
  }

  /** Rows of 8 bytes each: pointers, and numbers. */
  private table(name: string, binding: 'local' | 'global', rows: readonly Row[]): Pointer {
    const out = new Writer()
    const relocations = new Relocations()
    for (const cell of rows.flat()) {
      if (typeof cell === 'object') relocations.add(out.length, Reloc.ABS64, cell.symbol, 0)
      out.u64(typeof cell === 'number' ? cell : 0)
    }
    return this.add(name, binding, section('rodata', `.rodata.${name}`, out.finish(), POINTER, relocations))
  }

  /** Their text, the port, whether they are of version 6, the address, and whether they are for datagrams. */
  private listeners(addresses: readonly ListenAddress[]): Pointer | undefined {
    if (addresses.length === 0) return undefined
    const out = new Writer()
    const relocations = new Relocations()
    for (const { text, port, udp, bytes } of addresses) {
      relocations.add(out.length, Reloc.ABS64, this.text(text).symbol, 0)
      out
        .u64(0)
        .u16(port)
        .u8(bytes.length === 16 ? 1 : 0)
      const field = new Uint8Array(16)
      field.set(bytes)
      out
        .put(field)
        .u8(udp ? 1 : 0)
        .align(POINTER)
    }
    return this.add('', 'local', section('rodata', '.rodata.listen', out.finish(), POINTER, relocations))
  }

  /** struct wasm_grant_net; zeros end the list. */
  private netGrants(rows: readonly NetRow[]): void {
    const out = new Writer()
    const relocations = new Relocations()
    for (const { name, port, flags, prefix, bytes } of rows) {
      if (name !== undefined) relocations.add(out.length, Reloc.ABS64, this.text(name).symbol, 0)
      const field = new Uint8Array(16)
      field.set(bytes)
      out.u64(0).u16(port).u8(flags).u8(prefix).put(field).align(POINTER)
    }
    out.put(new Uint8Array(32))
    this.add('wasm_net_grants', 'global', section('rodata', '.rodata.net', out.finish(), POINTER, relocations))
  }

  private embed(roots: EmbeddedFiles['roots']): void {
    const { rows, parts, size } = embeddedNodes(roots)
    const table = new Writer()
    for (const { start, size: count, name, directory } of rows)
      table
        .u64(start)
        .u64(count)
        .u32(name)
        .u32(directory ? 1 : 0)
    const bytes = new Writer(size)
    for (const part of parts) bytes.put(part)
    this.add('wasm_embedded_nodes', 'global', section('rodata', '.rodata.nodes', table.finish(), POINTER))
    this.add('wasm_embedded_bytes', 'global', section('rodata', '.rodata.embedded', bytes.finish(), 1))
  }

  /** wasm_program_run: calls each function in its order, and looks for an exception that it let out. */
  private run({ name, libraries = [], start, throws }: ProgramConfig, { platform, arch }: ImageTarget): void {
    const steps = [...libraries, { name, start }].flatMap((module) => [
      `${mangleModule(module.name)}_instantiate`,
      ...module.start.map((exported) => symbolName(module.name, exported)),
    ])
    const calls = steps.flatMap((step) => (throws ? [step, 'wasm_exception_check'] : [step]))
    const out = new Writer()
    const relocations = new Relocations()
    const functions = new Map<string, Pointer>()
    // Windows' functions have 32 bytes above the return address to themselves.
    const frame = platform === 'win32' ? 40 : 8
    if (arch === 'x64') out.put(Uint8Array.of(0x48, 0x83, 0xec, frame))
    else out.u32(0xa9bf7bfd) // stp x29, x30, [sp, #-16]!
    for (const call of calls) {
      const known = functions.get(call) ?? this.symbol(call, 'global', UNDEFINED)
      functions.set(call, known)
      if (arch === 'x64') {
        relocations.add(out.length + 1, Reloc.REL32, known.symbol, -4)
        out.u8(0xe8).u32(0)
      } else {
        relocations.add(out.length, Reloc.BRANCH26, known.symbol, 0)
        out.u32(0x94000000)
      }
    }
    if (arch === 'x64') out.put(Uint8Array.of(0x48, 0x83, 0xc4, frame, 0xc3))
    else out.u32(0xa8c17bfd).u32(0xd65f03c0) // ldp x29, x30, [sp], #16; ret
    this.add(
      'wasm_program_run',
      'global',
      section('text', '.text.run', out.finish(), arch === 'x64' ? 1 : 4, relocations),
    )
  }
}

interface Pointer {
  symbol: number
}

type Row = readonly (Pointer | number | undefined)[]
