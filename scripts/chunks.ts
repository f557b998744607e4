/**
 * Which modules share a file in dist. Finding and reading a file costs Node more than compiling it, and what is not needed
 * costs as well: what the command line builds an ordinary module with are a few files, and the rest is loaded where it is wanted.
 */
import { join } from 'node:path'
import type { ChunkingContext, CodeSplittingGroup } from 'rolldown'

/** All that `roots` import statically, and a closure above has not. */
interface Closure {
  name: string
  roots: readonly string[]
  /** Only what these import statically as well. */
  within?: string
}

const CLOSURES: readonly Closure[] = [
  // What even `--help` needs, but for the command line's own.
  { name: 'base', roots: ['src/cli/main'], within: 'compiler/browser' },
  { name: 'cli', roots: ['src/cli/commands', 'src/cli/args', 'src/cli/help', 'src/cli/output', 'src/cli/signals'] },
  // What browsers need as well imports nothing of Node.
  { name: 'core', roots: ['compiler/executable'], within: 'compiler/browser' },
  { name: 'machine', roots: ['compiler/machine-program'] },
  { name: 'build', roots: ['compiler/executable'] },
  { name: 'options', roots: ['src/cli/options', 'src/cli/input', 'src/cli/destination'] },
]

/** @param root of the package */
export function chunkGroups(root: string): CodeSplittingGroup[] {
  const closures = new Map<string, ReadonlySet<string>>()
  const closure = (names: readonly string[], context: ChunkingContext): ReadonlySet<string> => {
    const key = names.join()
    let found = closures.get(key)
    if (found === undefined) {
      const all = new Set(names.map((name) => join(root, `${name}.ts`)))
      for (const id of all) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) all.add(imported)
      closures.set(key, (found = all))
    }
    return found
  }
  return CLOSURES.map(({ name, roots, within }, index) => ({
    name: (id, context) =>
      closure(roots, context).has(id) && (within === undefined || closure([within], context).has(id)) ? name : null,
    debugName: name,
    priority: CLOSURES.length - index,
  }))
}
