/** Compiles a planned script into one executable, cached by content. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Optimize } from '../../compiler/options.ts'
import { findSources } from '../../compiler/sources.ts'
import { hashKey, openStore } from '../../compiler/store.ts'
import type { Target } from '../../compiler/targets.ts'
import { enqueue } from '../../compiler/toolchain/queue.ts'
import { findToolchain, type CompileMode, type Toolchain } from '../../compiler/toolchain/index.ts'
import type { RunResult } from '../../compiler/toolchain/process.ts'
import type { Planner } from './plan.ts'

/** What the drivers of scripts include. */
const DRIVER = ['driver.c', 'driver.h', 'traps.h', 'jump.h']
const driverDir = fileURLToPath(new URL('driver/', import.meta.url))

/** Distance between the memories of a script's modules: more than one reservation. */
const MEMORY_STEP = 0x400000000n
/** Above where systems, qemu-user among them, place what may lie anywhere; a multiple of 4 GiB. */
const MEMORY_START = 0x10000000000n

interface SourceFile {
  name: string
  code: string
}

/** Each module's memory has a place of its own; a script's only memory stays where executables have it. */
function placed(code: string, index: number, alone: boolean): string {
  if (alone) return code
  const base = MEMORY_START + MEMORY_STEP * BigInt(index)
  return `#undef WASM_MEMORY_SYMBOL\n#undef WASM_MEMORY_BASE\n#define WASM_MEMORY_BASE 0x${base.toString(16)}\n${code}`
}

function sourcesOf(planner: Planner, driver: string): SourceFile[] {
  const { instances } = planner.plan
  const withMemory = instances.filter(({ module }) => module.memories.some((memory) => !memory.import))
  const alone = withMemory.every(({ symbol }) => symbol === 'spectest' || withMemory.length <= 2)
  const modules = instances.flatMap(({ symbol, generated }, index) =>
    generated.chunks.map((chunk, i) => ({
      name: `${symbol}-${i}.c`,
      code: placed(chunk.code, index, alone && symbol !== 'spectest'),
    })),
  )
  return [...modules, { name: 'driver.c', code: driver }]
}

function check(result: RunResult, what: string): void {
  if (result.code !== 0) throw new Error(`${what}: ${result.stderr.split('\n').slice(0, 12).join('\n')}`)
}

/** The path of the executable. @throws Error with the compiler's words */
export async function build(
  planner: Planner,
  driver: string,
  target: Target,
  optimize: Optimize,
  jobs: number,
): Promise<string> {
  const store = openStore()
  const toolchain = await findToolchain({ cacheDir: store.dir })
  const sources = sourcesOf(planner, driver)
  const data = planner.plan.instances.flatMap(({ generated }) => generated.data)
  const mode: CompileMode = {
    target,
    form: 'executable',
    kind: 'module',
    module: 'spec',
    optimize,
    cpu: 'baseline',
    debug: false,
  }
  const { runtime, runtimeHash } = findSources()
  const key = hashKey(
    'spec',
    toolchain.identity,
    ...toolchain.flags(mode),
    runtimeHash,
    ...(await Promise.all(DRIVER.map((name) => readFile(join(driverDir, name))))),
    ...sources.flatMap(({ name, code }) => [name, code]),
    ...data.flatMap(({ name, bytes }) => [name, bytes]),
  )
  return store.get('executables', key, target.ext, async (output) => {
    const cwd = await store.scratch()
    try {
      for (const { name, bytes } of data) await writeFile(join(cwd, name), bytes)
      const objects = await Promise.all(
        sources.map((source) => enqueue(jobs, undefined, () => compileOne(toolchain, mode, cwd, source))),
      )
      const linked = await toolchain.link({ target, runtime, debug: true, objects, output, cwd, scratch: cwd })
      check(linked, 'link')
    } finally {
      await rm(cwd, { recursive: true, force: true })
    }
  })
}

/** The driver is compiled without optimization: its tables are long, and it is not what is tested. */
async function compileOne(toolchain: Toolchain, mode: CompileMode, cwd: string, source: SourceFile): Promise<string> {
  const output = `${source.name}.o`
  const isDriver = source.name === 'driver.c'
  const include = findSources().runtime
  // The toolchain's only -I is the runtime's; the driver's own files are found beside the one included by its path.
  const code = isDriver ? source.code.replace('"driver.c"', `"${join(driverDir, 'driver.c')}"`) : source.code
  await writeFile(join(cwd, source.name), `#define WASM_TRAP_HOOK\n${code}`)
  const call = { cwd, scratch: cwd, include, source: source.name, output }
  const result = await toolchain.compile({ ...call, mode: isDriver ? { ...mode, kind: 'runtime' } : mode })
  check(result, source.name)
  return join(cwd, output)
}
