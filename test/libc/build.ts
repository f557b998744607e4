/** Builds the program that compares the functions of a library with the routines that replace them. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, symbol } from '../../compiler/c/index.ts'
import { decodeBody } from '../../compiler/wasm/body.ts'
import type { Func, Module } from '../../compiler/wasm/module.ts'
import type { Routine } from '../../compiler/libc/routines.ts'
import { findSources } from '../../compiler/sources.ts'
import { hashKey, openStore } from '../../compiler/store.ts'
import { memoryAt, slotAddress, type Target } from '../../compiler/targets.ts'
import { findToolchain, type CompileMode } from '../../compiler/toolchain/index.ts'
import { functionsOf, type Source } from './sources.ts'

const included = ['traps.h', 'jump.h'].map((name) => fileURLToPath(new URL(`../spec/driver/${name}`, import.meta.url)))
const driver = fileURLToPath(new URL('driver/driver.c', import.meta.url))

/** What routines are called with: a place in memory, a length or a character; and whether they write. */
const OPERANDS: Record<Routine, string> = {
  bcmp: 'ppn',
  memchr: 'pcn',
  memcmp: 'ppn',
  memcpy: 'ppn writes',
  memmove: 'ppn writes',
  mempcpy: 'ppn writes',
  memrchr: 'pcn',
  memset: 'pcn writes',
  stpcpy: 'pp writes',
  stpncpy: 'ppn writes',
  strcat: 'pp writes',
  strchr: 'pc',
  strchrnul: 'pc',
  strcmp_difference: 'pp',
  strcmp_order: 'pp',
  strcpy: 'pp writes',
  strlen: 'p',
  strncat: 'ppn writes',
  strncmp_difference: 'ppn',
  strncmp_order: 'ppn',
  strncpy: 'ppn writes',
  strnlen: 'pn',
  strrchr: 'pc',
}

/** A module with nothing but some functions and those that they call, exported as f0, f1 …, and a memory that may grow. */
function only(module: Module, functions: readonly Func[], name: string): Module {
  const kept = new Set<number>()
  const keep = (func: Func): void => {
    if (kept.has(func.index)) return
    kept.add(func.index)
    for (const { op, index } of decodeBody(module, func).instructions) if (op.imm === 'func') keep(module.funcs[index!])
  }
  functions.forEach(keep)
  return {
    ...module,
    name,
    // Others stay, since calls are by number, but are not written.
    funcs: module.funcs.map((func) => (kept.has(func.index) ? func : { ...func, import: undefined, body: undefined })),
    memories: [{ type: { min: 2, max: 0x10000, is64: false, shared: false, pageSizeLog2: 16 }, offset: 0 }],
    exports: [
      ...functions.map(({ index }, i) => ({ name: `f${i}`, kind: 'func' as const, index, offset: 0 })),
      { name: 'memory', kind: 'memory', index: 0, offset: 0 },
    ],
    start: undefined,
    tables: [],
    globals: [],
    elements: [],
    data: [],
    tags: [],
  }
}

function driverCode(functions: ReturnType<typeof functionsOf>, rounds: number): string {
  const rows = functions.map(({ func, name, routine }, i) => {
    const [operands, writes] = OPERANDS[routine].split(' ')
    const [plain, replaced] = ['plain', 'replaced'].map((module) => symbol(module, `f${i}`))
    const call = (callee: string): string =>
      `static u32 call_${callee}(u32 a, u32 b, u32 c) { return ${callee}(${'abc'.slice(0, operands.length).split('').join(', ')}); }`
    const prototype = `(${func.type.params.map(() => 'u32').join(', ')});`
    return {
      code: [`u32 ${plain}${prototype}`, `u32 ${replaced}${prototype}`, call(plain), call(replaced)].join('\n'),
      row: `    {"${name} (${routine})", "${operands}", ${writes === 'writes'}, call_${plain}, call_${replaced}},`,
    }
  })
  return `#define WASM_TRAP_HOOK
#include "${driver}"
${rows.map(({ code }) => code).join('\n')}
const struct function functions[] = {
${rows.map(({ row }) => row).join('\n')}
};
const u32 function_count = ${rows.length}, round_count = ${rounds};
extern struct wasm_memory plain__memory, replaced__memory;
struct wasm_memory *const memory_of_plain = &plain__memory, *const memory_of_replaced = &replaced__memory;
void plain_instantiate(void);
void replaced_instantiate(void);
void wasm_program_run(void)
{
    plain_instantiate();
    replaced_instantiate();
    libc_run();
}
`
}

/** The path of the executable. @throws Error with the compiler's words */
export async function build(source: Source, target: Target, rounds: number): Promise<string> {
  const module = await source.module()
  const functions = functionsOf(source, module)
  const bodies = functions.map(({ func }) => func)
  const units = ['plain', 'replaced'].map((name, slot) => {
    const generated = generate(only(module, bodies, name), {
      file: `${name}.wasm`,
      chunkBytes: Infinity,
      replaceLibc: name === 'replaced',
    })
    const base = memoryAt(slotAddress(target.librarySlots, slot + 1))
      .replace('-D', '#define ')
      .replace('=', ' ')
    const place = `#undef WASM_MEMORY_SYMBOL\n#undef WASM_MEMORY_BASE\n${base}\n`
    return { name, code: `#define WASM_TRAP_HOOK\n${place}${generated.chunks[0].code}`, kind: 'module' as const }
  })
  const all = [...units, { name: 'driver', code: driverCode(functions, rounds), kind: 'runtime' as const }]
  const store = openStore()
  const toolchain = await findToolchain({ cacheDir: store.dir })
  const include = findSources().runtime
  const common: Omit<CompileMode, 'kind'> = {
    target,
    form: 'executable',
    module: 'libc',
    optimize: 2,
    cpu: 'baseline',
    debug: false,
  }
  const key = hashKey(
    'libc',
    toolchain.identity,
    ...toolchain.flags({ ...common, kind: 'module' }),
    findSources().runtimeHash,
    ...(await Promise.all([driver, ...included].map((file) => readFile(file)))),
    ...all.map(({ code }) => code),
  )
  const { path } = await store.get('executables', key, target.ext, async (output) => {
    const cwd = await store.scratch()
    try {
      const objects = await Promise.all(
        all.map(async ({ name, code, kind }) => {
          await writeFile(join(cwd, `${name}.c`), code)
          const call = { cwd, scratch: cwd, include, source: `${name}.c`, output: `${name}.o` }
          const { code: status, stderr } = await toolchain.compile({ ...call, mode: { ...common, kind } })
          if (status !== 0) throw new Error(`${name}: ${stderr.slice(0, 2000)}`)
          return join(cwd, `${name}.o`)
        }),
      )
      const linked = await toolchain.link({
        target,
        runtime: include,
        debug: true,
        objects,
        output,
        cwd,
        scratch: cwd,
      })
      if (linked.code !== 0) throw new Error(`link: ${linked.stderr.slice(0, 2000)}`)
    } finally {
      await store.discard(cwd)
    }
  })
  return path
}
