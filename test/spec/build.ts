/** Compiles a planned script into one executable, cached by content. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { loadVectors } from '../../compiler/machine/vectors.ts'
import { linkOurselves } from '../../compiler/link.ts'
import type { Optimize } from '../../compiler/options.ts'
import { findSources } from '../../compiler/sources.ts'
import { hashKey, openStore } from '../../compiler/store.ts'
import type { Target } from '../../compiler/targets.ts'
import { usesObjects } from '../../compiler/wasm/objects.ts'
import { enqueue } from '../../compiler/toolchain/queue.ts'
import { findToolchain, type CompileMode, type Toolchain } from '../../compiler/toolchain/index.ts'
import type { RunResult } from '../../compiler/toolchain/process.ts'
import { elfObject } from '../support/elf-object.ts'
import type { Generator, Planner } from './plan.ts'

await loadVectors()

/** What the drivers of scripts include. */
const DRIVER = ['driver.c', 'driver.h', 'traps.h', 'jump.h']
const driverDir = fileURLToPath(new URL('driver/', import.meta.url))

/** Distance between the memories of a script's modules: more than one reservation. */
const MEMORY_STEP = 0x400000000n
/** Above where systems, qemu-user among them, place what may lie anywhere; a multiple of 4 GiB. */
const MEMORY_START = 0x10000000000n

/** For `npm run test:spec`. */
const STRESS = process.env.WASM_EXE_GC_STRESS === '1'

export interface SourceFile {
  name: string
  code: string
}

/** Each module's memory has a place of its own; a script's only memory stays where executables have it. */
function placed(code: string, index: number, alone: boolean): string {
  if (alone) return code
  const base = MEMORY_START + MEMORY_STEP * BigInt(index)
  return `#undef WASM_MEMORY_SYMBOL\n#undef WASM_MEMORY_BASE\n#define WASM_MEMORY_BASE 0x${base.toString(16)}\n${code}`
}

/** Whether one module has a memory of its own, beside spectest's. */
function isAlone({ plan }: Planner): boolean {
  const withMemory = plan.instances.filter(({ module }) => module.memories.some((memory) => !memory.import))
  return withMemory.every(({ symbol }) => symbol === 'spectest' || withMemory.length <= 2)
}

/** The C of a script: of its modules, and of what runs them. */
export function sourcesOf(planner: Planner, driver: string): SourceFile[] {
  const { instances } = planner.plan
  const alone = isAlone(planner)
  const modules = instances.flatMap(({ symbol, generated }, index) =>
    generated.chunks.map((chunk, i) => ({
      name: `${symbol}-${i}.c`,
      code: placed(chunk.code, index, alone && symbol !== 'spectest'),
    })),
  )
  const collected = instances.some(({ module }) => usesObjects(module)) ? '#define WASM_GC\n' : ''
  return [...modules, { name: 'driver.c', code: collected + driver }]
}

/** The modules' objects by `compiler/machine`, and what it needs of the runtime. */
function machineObjects(planner: Planner, { arch, memory }: Target): { name: string; bytes: Uint8Array }[] {
  const alone = isAlone(planner)
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`compiler/machine writes no code for ${arch}`)
  const objects = planner.plan.instances.some(({ module }) => usesObjects(module))
  return planner.plan.instances.map(({ symbol, module }, index) => {
    const own = Number(MEMORY_START + MEMORY_STEP * BigInt(index))
    const memoryAt = alone && symbol !== 'spectest' && arch === 'x64' ? memory : own
    const options = { arch, memoryAt, file: `${symbol}.wasm`, types: planner.types, objects, entries: true }
    return { name: `${symbol}.o`, bytes: elfObject(generateMachineCode(module, options), arch) }
  })
}

function check(result: RunResult, what: string): void {
  if (result.code !== 0) throw new Error(`${what}: ${result.stderr.split('\n').slice(0, 12).join('\n')}`)
}

/**
 * The path of the executable. `stress`: the collector runs at every allocation, and memory without an object holds a pattern.
 * @throws Error with the compiler's words
 */
export async function build(
  planner: Planner,
  driver: string,
  target: Target,
  optimize: Optimize,
  jobs: number,
  stress = STRESS,
): Promise<string> {
  const store = openStore()
  const toolchain = await findToolchain({ cacheDir: store.dir })
  const sources = sourcesOf(planner, driver)
  const machine = planner.generator === 'machine' ? machineObjects(planner, target) : []
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
    `spec${stress ? ' stress' : ''}`,
    toolchain.identity,
    ...toolchain.flags(mode),
    runtimeHash,
    ...(await Promise.all(DRIVER.map((name) => readFile(join(driverDir, name))))),
    ...sources.flatMap(({ name, code }) => [name, code]),
    ...[...data, ...machine].flatMap(({ name, bytes }) => [name, bytes]),
  )
  const { path } = await store.get('executables', key, target.ext, async (output) => {
    const cwd = await store.scratch()
    try {
      for (const { name, bytes } of [...data, ...machine]) await writeFile(join(cwd, name), bytes)
      const objects = await Promise.all(
        sources.map((source) =>
          enqueue(jobs, undefined, () => compileOne(toolchain, mode, cwd, source, planner.generator, stress)),
        ),
      )
      objects.push(...machine.map(({ name }) => join(cwd, name)))
      if (machine.length > 0) objects.push(await machineRuntime(toolchain, mode, runtimeHash))
      // Other systems' linkers do not read ELF.
      if (machine.length > 0 && target.platform !== 'linux') return await linkOurselves(target, objects, 'spec', output)
      const linked = await toolchain.link({ target, runtime, debug: true, objects, output, cwd, scratch: cwd })
      check(linked, 'link')
    } finally {
      await store.discard(cwd)
    }
  })
  return path
}

/** runtime/machine.c, which is the same for all scripts. */
async function machineRuntime(toolchain: Toolchain, mode: CompileMode, runtimeHash: string): Promise<string> {
  const store = openStore()
  const key = hashKey('spec-machine', toolchain.identity, ...toolchain.flags(mode), runtimeHash, mode.target.name)
  const { path } = await store.get('objects', key, '.o', async (output) => {
    const cwd = await store.scratch()
    try {
      const source = { name: 'runtime-machine.c', code: '#include "machine.c"\n' }
      await copyFile(await compileOne(toolchain, { ...mode, optimize: 2 }, cwd, source, 'machine'), output)
    } finally {
      await store.discard(cwd)
    }
  })
  return path
}

/** The driver is compiled without optimization: its tables are long, and it is not what is tested. */
async function compileOne(
  toolchain: Toolchain,
  mode: CompileMode,
  cwd: string,
  source: SourceFile,
  generator: Generator,
  stress = false,
): Promise<string> {
  const output = `${source.name}.o`
  const isDriver = source.name === 'driver.c'
  const include = findSources().runtime
  // The toolchain's only -I is the runtime's; the driver's own files are found beside the one included by its path.
  const code = isDriver ? source.code.replace('"driver.c"', `"${join(driverDir, 'driver.c')}"`) : source.code
  const machine = generator === 'machine' ? '#define WASM_MACHINE\n' : ''
  const collect = stress ? '#define WASM_GC_STRESS\n' : ''
  await writeFile(join(cwd, source.name), `#define WASM_TRAP_HOOK\n${collect}${machine}${code}`)
  const call = { cwd, scratch: cwd, include, source: source.name, output }
  const result = await toolchain.compile({ ...call, mode: isDriver ? { ...mode, kind: 'runtime' } : mode })
  check(result, source.name)
  return join(cwd, output)
}
