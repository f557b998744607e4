/** Executables of machine code of our own, linked by our own linker. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { programObject } from '../../compiler/image/program.ts'
import { linkImage } from '../../compiler/image/link.ts'
import { decodeRuntime } from '../../compiler/image/runtime.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { readEmbedded, type Embed } from '../../compiler/embed.ts'
import { normalizeGrants, type Grants } from '../../compiler/options.ts'
import { readRuntime } from '../../compiler/runtime-file.ts'
import { findTarget, slotAddress, type Target } from '../../compiler/targets.ts'
import { CanonicalTypes } from '../../compiler/wasm/canonical-types.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { ModuleSet } from '../../compiler/wasm/program.ts'
import { calledAtStart } from '../../compiler/wasm/recognize.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { testCache } from './tools.ts'

const LOW_MEMORY = 0x3c080000
const LINUX_MEMORY = 0x1000000000
const HIGH_MEMORY = 0x20000000000

/** What the program may reach, as createExecutable takes it. */
export interface Given {
  grants?: Grants
  embed?: Embed
}

/** Where the memory of a program, and of its libraries, lies. */
function memoryOf({ platform, arch, librarySlots }: Target, slot: number): number {
  if (slot > 0) return slotAddress(librarySlots, slot)
  if (platform !== 'linux') return HIGH_MEMORY
  return arch === 'x64' ? LOW_MEMORY : LINUX_MEMORY
}

/** The bytes of an executable. */
export async function machineImage(
  wasm: Uint8Array,
  file: string,
  targetName: string,
  given: Given = {},
  libraries: { name: string; bytes: Uint8Array }[] = [],
): Promise<Uint8Array> {
  const target = findTarget(targetName)!
  const { platform, arch } = target
  if (arch === 'riscv64') throw new Error('no machine code for riscv64')
  const name = basename(file, '.wasm')
  const decoded = [
    { name, bytes: wasm, file },
    ...libraries.map((library) => ({ ...library, file: `${library.name}.wasm` })),
  ]
  const [main, ...others] = decoded.map((entry) => {
    const module = decode(entry.bytes, entry)
    validateModule(module)
    return module
  })
  const set = new ModuleSet(main, others)
  const types = new CanonicalTypes()
  const order = set.order()
  const objects = order.map((original, slot) => {
    const isMain = original === main
    return generateMachineCode(set.linked(original), {
      arch,
      memoryAt: memoryOf(target, isMain ? 0 : slot + 1),
      imagePage: platform !== 'linux' ? undefined : arch === 'x64' ? 0x1000 : 0x10000,
      file: basename(original.file),
      types,
      wasiMemory: isMain ? undefined : (set.wasiMemory(original) ?? undefined),
    })
  })
  const grants = normalizeGrants(given.grants)
  const files = await readEmbedded(given.embed)
  const program = programObject(
    {
      name,
      start: calledAtStart(main, true),
      libraries: order
        .filter((module) => module !== main)
        .map((module) => ({ name: module.name, start: calledAtStart(module, false) })),
      throws: order.some((module) => module.tags.length > 0),
      grants,
      embedded: files.info,
      addresses: [],
      files: files.roots,
      info: {
        version: 1,
        name,
        wasm: { bytes: wasm.length, integrity: '' },
        imports: {},
        grants,
        embedded: files.info,
        toolchain: { name: 'machine', version: '1' },
        optimize: 1,
      },
    },
    { platform, arch },
  )
  const runtime = decodeRuntime(await readRuntime(target.name), {
    threads: false,
    listen: false,
    embed: files.roots.length > 0,
  })
  const image = { target: { platform, arch }, name, imports: runtime.imports }
  return linkImage([...runtime.objects, ...objects, program], image)
}

/** Writes the executable of a file; answers its path. */
export async function machineExecutable(wasm: string, target: string, given?: Given): Promise<string> {
  return writeImage(await machineImage(await readFile(wasm), wasm, target, given), basename(wasm, '.wasm'), target)
}

let written = 0

export async function writeImage(image: Uint8Array, name: string, target: string): Promise<string> {
  const dir = join(testCache, 'machine')
  await mkdir(dir, { recursive: true })
  const path = join(dir, `${name}-${target}-${process.pid}-${written++}${findTarget(target)!.ext}`)
  await writeFile(path, image, { mode: 0o755 })
  return path
}
