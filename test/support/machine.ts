/** Executables of machine code of our own, linked by our own linker. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { programObject } from '../../compiler/image/program.ts'
import { linkImage } from '../../compiler/image/link.ts'
import { decodeRuntime } from '../../compiler/image/runtime.ts'
import { generateMachineCode } from '../../compiler/machine/index.ts'
import { readRuntime } from '../../compiler/runtime-file.ts'
import { findTarget } from '../../compiler/targets.ts'
import { decode } from '../../compiler/wasm/decode.ts'
import { validateModule } from '../../compiler/wasm/validate.ts'
import { testCache } from './tools.ts'

const LOW_MEMORY = 0x3c080000
const LINUX_MEMORY = 0x1000000000
const HIGH_MEMORY = 0x20000000000

export interface MachineGrants {
  dirs?: { guest: string; host: string; readOnly: boolean }[]
  env?: { name: string; value: string | null }[]
}

/** The bytes of an executable. */
export async function machineImage(
  wasm: Uint8Array,
  file: string,
  targetName: string,
  grants: MachineGrants = {},
): Promise<Uint8Array> {
  const target = findTarget(targetName)!
  const { platform, arch } = target
  if (arch === 'riscv64') throw new Error('no machine code for riscv64')
  const name = basename(file, '.wasm')
  const module = decode(wasm, { name, file })
  validateModule(module)
  const linux = platform === 'linux'
  const memoryAt = linux ? (arch === 'x64' ? LOW_MEMORY : LINUX_MEMORY) : HIGH_MEMORY
  const imagePage = linux ? (arch === 'x64' ? 0x1000 : 0x10000) : undefined
  const object = generateMachineCode(module, { arch, memoryAt, imagePage, file: basename(file) })
  const start = ['_initialize', '_start'].filter((entry) =>
    module.exports.some((item) => item.kind === 'func' && item.name === entry),
  )
  const all = { dirs: grants.dirs ?? [], env: grants.env ?? [], args: { pass: true, fixed: [] }, listen: [] }
  const program = programObject(
    {
      name,
      start,
      throws: module.tags.length > 0,
      grants: all,
      embedded: [],
      addresses: [],
      files: [],
      info: {
        version: 1,
        name,
        wasm: { bytes: wasm.length, integrity: '' },
        imports: {},
        grants: all,
        embedded: [],
        toolchain: { name: 'machine', version: '1' },
        optimize: 1,
      },
    },
    { platform, arch },
  )
  const runtime = decodeRuntime(await readRuntime(target.name), { threads: false, listen: false, embed: false })
  return linkImage([...runtime.objects, object, program], {
    target: { platform, arch },
    name,
    imports: runtime.imports,
  })
}

/** Writes the executable of a file; answers its path. */
export async function machineExecutable(wasm: string, target: string, grants?: MachineGrants): Promise<string> {
  const image = await machineImage(await readFile(wasm), wasm, target, grants)
  const dir = join(testCache, 'machine')
  await mkdir(dir, { recursive: true })
  const path = join(dir, `${basename(wasm, '.wasm')}-${target}-${process.pid}${findTarget(target)!.ext}`)
  await writeFile(path, image, { mode: 0o755 })
  return path
}
