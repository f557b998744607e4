/**
 * Compiles the runtime for executables of machine code: `npm run build:runtime` writes one file for each target into
 * dist/runtime. They are part of the published package, and the same on every machine.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeRuntimes, RUNTIME_PARTS, type RuntimeParts } from '../compiler/image/runtime.ts'
import { UNDEFINED, type RelocatableObject } from '../compiler/image/object.ts'
import { readObject } from '../compiler/image/read.ts'
import type { Imports } from '../compiler/image/resolve.ts'
import { runtimeFile } from '../compiler/runtime-file.ts'
import { TARGETS, type Target } from '../compiler/targets.ts'
import { findToolchain, type Toolchain } from '../compiler/toolchain/index.ts'
import type { RunResult } from '../compiler/toolchain/process.ts'
import { buildHost } from './build-host.ts'
import { readPeImports } from './pe-imports.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const include = join(root, 'runtime')

const MACROS: Record<keyof RuntimeParts, string> = {
  threads: 'WASM_THREADED',
  listen: 'WASM_LISTEN',
  embed: 'WASM_EMBED',
  net: 'WASM_NET',
}

/** Functions of the system's C library that compilers call for code that names none; on Windows and Linux they are ours. */
const ROUNDING = ['ceil', 'floor', 'nearbyint', 'rint', 'trunc'].flatMap((name) => [name, `${name}f`])
const DARWIN_CALLS = [
  'memcmp',
  'memcpy',
  'memmove',
  'memset',
  'memset_pattern4',
  'memset_pattern8',
  'memset_pattern16',
  ...ROUNDING,
]

/** What a program has that the runtime is linked with; all else comes from the system's libraries. */
const OF_PROGRAM = /^wasm(?:_|Z3atasks__)/

/** Writes the files into `directory`, for targets by name or all. */
export async function buildRuntime(directory: string, names?: readonly string[]): Promise<void> {
  const output = resolve(directory)
  const scratch = await mkdtemp(join(tmpdir(), 'wasm-exe-runtime-'))
  try {
    const toolchain = await findToolchain({ cacheDir: join(scratch, 'cache') })
    const targets = TARGETS.filter(({ name, arch }) => arch !== 'riscv64' && (names?.includes(name) ?? true))
    await mkdir(output, { recursive: true })
    await buildHost(toolchain.info.path, include, scratch, output)
    for (const target of targets) await new TargetBuild(toolchain, scratch, target).write(output)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

class TargetBuild {
  private readonly toolchain: Toolchain
  private readonly scratch: string
  private readonly target: Target

  constructor(toolchain: Toolchain, scratch: string, target: Target) {
    this.toolchain = toolchain
    this.scratch = scratch
    this.target = target
  }

  async write(output: string): Promise<void> {
    const units = await Promise.all(RUNTIME_PARTS.map((parts) => this.compileParts('runtime.c', parts)))
    // Threads alone make a difference to what machine code calls.
    const calls = await Promise.all(
      [false, true].map((threads) =>
        this.compileParts('machine.c', { threads, listen: false, embed: false, net: false }),
      ),
    )
    const variants = RUNTIME_PARTS.map(({ threads }, index) => [units[index], calls[Number(threads)]])
    const file = join(output, runtimeFile(this.target.name))
    await writeFile(`${file}.tmp`, encodeRuntimes(variants, await this.findImports([...units, ...calls])))
    await rename(`${file}.tmp`, file)
  }

  private async compileParts(source: string, parts: RuntimeParts): Promise<RelocatableObject> {
    const chosen = (Object.keys(MACROS) as (keyof RuntimeParts)[]).filter((part) => parts[part])
    const macros = ['WASM_MACHINE', ...chosen.map((part) => MACROS[part])].map((macro) => `#define ${macro}`)
    const code = [...macros, '#include "types.h"', `#include "${source}"`]
    // Where Windows finds thread-local variables.
    if (source === 'runtime.c' && parts.threads) code.push('#include "threads.h"', 'WASM_THREADS')
    const name = [this.target.name, source, ...chosen].join('-')
    return readObject(await this.compile(name, `${code.join('\n')}\n`, 'runtime'), source)
  }

  private async compile(name: string, code: string, kind: 'runtime' | 'config'): Promise<Uint8Array> {
    const { toolchain, scratch, target } = this
    const output = join(scratch, name + target.objectExt)
    await writeFile(join(scratch, `${name}.c`), code)
    const mode = { target, form: 'executable', kind, module: '', optimize: 2, cpu: 'baseline', debug: false } as const
    check(await toolchain.compile({ cwd: scratch, scratch, mode, include, source: `${name}.c`, output }), output)
    return readFile(output)
  }

  /** Which library has what the runtime wants of the system: the linker of the C compiler knows. */
  private async findImports(objects: readonly RelocatableObject[]): Promise<Imports> {
    const { toolchain, scratch, target } = this
    const symbols = objects.flatMap((object) => object.symbols.filter(({ binding }) => binding !== 'local'))
    const defined = new Set(symbols.filter(({ section }) => section !== UNDEFINED).map(({ name }) => name))
    const isWanted = (name: string): boolean => !defined.has(name) && !OF_PROGRAM.test(name)
    const called = target.platform === 'darwin' ? [...DARWIN_CALLS, target.arch === 'x64' ? '__bzero' : 'bzero'] : []
    const names = [...new Set([...symbols.map(({ name }) => name), ...called])].filter(isWanted).sort()
    if (target.platform === 'linux') {
      if (names.length > 0) throw new Error(`the runtime for ${target.name} lacks ${names.join(', ')}`)
      return new Map()
    }
    const name = `${target.name}-imports`
    const declarations = names.map((symbol, i) => `extern char import${i} __asm__("${this.assemblerName(symbol)}");`)
    const entry = target.platform === 'win32' ? 'mainCRTStartup' : 'main'
    const list = names.map((_, i) => `import${i}`).join(', &')
    const body = `char *const imports[] = {&${list}};\nchar *const *${entry}(void) { return imports; }\n`
    await this.compile(name, `${declarations.join('\n')}\n${body}`, 'config')
    const output = join(scratch, name + target.ext)
    const call = { cwd: scratch, scratch, target, runtime: include, debug: false }
    check(await toolchain.link({ ...call, objects: [join(scratch, name + target.objectExt)], output }), output)
    if (target.platform === 'win32') return readPeImports(await readFile(output))
    return new Map([['libSystem', new Set(names)]])
  }

  private assemblerName(symbol: string): string {
    return this.target.platform === 'darwin' ? `_${symbol}` : symbol
  }
}

function check({ code, stderr }: RunResult, output: string): void {
  if (code !== 0) throw new Error(`${output} could not be made:\n${stderr}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [output = join(root, 'dist', 'runtime'), ...names] = process.argv.slice(2)
  await buildRuntime(output, names.length > 0 ? names : undefined)
}
