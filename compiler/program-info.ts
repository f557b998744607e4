/** What an executable says about itself: `wasm-exe inspect` shows it. */
import type { EmbeddedInfo } from './embed.ts'
import type { LibraryInfo } from './modules.ts'
import type { Backend, NormalGrants, Optimize } from './options.ts'
import { hasObjects, type ProgramPlan } from './plan.ts'

export interface ProgramInfo {
  /** Of this format. */
  version: 1
  name: string
  wasm: { bytes: number; integrity: string }
  /** The other modules it is linked from. */
  libraries?: readonly LibraryInfo[]
  /** Names of imported calls by module, of a component by interface; sorted. What one module imports from another is not among them. */
  imports: Record<string, string[]>
  grants: NormalGrants
  /** Bytes that the heap of objects may have, where that was said of a program with objects. */
  heapMax?: number
  embedded: readonly EmbeddedInfo[]
  /** The file in the current directory to which it writes what it counts; most programs count nothing. */
  profile?: string
  /** What wrote the code. */
  backend: Backend
  toolchain: { name: string; version: string }
  optimize: Optimize
}

/** What a program of a plan says about itself. */
export function describeProgram(
  plan: ProgramPlan,
  { name, size, integrity }: { name: string; size: number; integrity: string },
  libraries: readonly LibraryInfo[],
  {
    heapMax,
    ...made
  }: Pick<ProgramInfo, 'grants' | 'heapMax' | 'embedded' | 'profile' | 'backend' | 'toolchain' | 'optimize'>,
): ProgramInfo {
  const imports = plan.interfaces ?? plan.imports
  const modules = [...new Set(imports.map(({ module }) => module))].sort()
  const namesFrom = (module: string) => imports.filter((entry) => entry.module === module).map((entry) => entry.name)
  return {
    version: 1,
    name,
    wasm: { bytes: size, integrity },
    ...(libraries.length > 0 && { libraries }),
    imports: Object.fromEntries(modules.map((module) => [module, [...new Set(namesFrom(module))].sort()])),
    ...(heapMax !== undefined && hasObjects(plan) && { heapMax }),
    ...made,
  }
}

/** The section of ELF, PE and Mach-O files that holds it, NUL-terminated; see runtime/program.h. */
export const INFO_SECTIONS: readonly string[] = ['.wasmexe', '__wasm_exe']

/** What most programs have: it is left out of the executable. */
export const USUAL_GRANTS: NormalGrants = {
  dirs: [],
  env: [],
  args: { fixed: [], pass: true },
  listen: [],
  connect: [],
  resolve: [],
}
export const USUAL = { version: 1, grants: USUAL_GRANTS, embedded: [], backend: 'c', optimize: 2 } as const

/** The JSON that stands in the executable. */
export function encodeProgramInfo({ grants, ...info }: ProgramInfo): string {
  return JSON.stringify(unusual({ ...info, grants: unusual(grants, USUAL_GRANTS) }, { ...USUAL, grants: {} }))
}

function unusual(fields: object, usual: object): object {
  const known = new Map<string, unknown>(Object.entries(usual))
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(known.get(key))),
  )
}
