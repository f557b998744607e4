import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../support/tools.ts'

/** What a file and all that it imports at run time import from elsewhere, and the files. */
function reached(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen
  const source = readFileSync(file, 'utf8')
  const outside: string[] = []
  seen.set(file, outside)
  for (const [, specifier] of source.matchAll(
    /^(?:import|\} from|export .* from)(?! type\b)[^'"=;()]*['"]([^'"\n]+)['"]/gm,
  )) {
    if (specifier.startsWith('.')) reached(resolve(dirname(file), specifier), seen)
    else outside.push(specifier)
  }
  if (/\b(?:Buffer|process|require)\b[.(]/.test(source)) outside.push('a global of Node')
  return seen
}

test('machine code and the linker run in browsers: nothing of Node, no package', () => {
  const folder = join(root, 'compiler', 'image')
  expect(reached(join(folder, 'link.ts')).size).toBeGreaterThan(10)
  const all = reached(join(root, 'compiler', 'machine-program.ts'))
  expect(all.size).toBeGreaterThan(100)
  expect([...all].filter(([, outside]) => outside.length > 0)).toEqual([])
  expect([...reached(join(root, 'compiler', 'link.ts')).values()].flat()).toContain('node:path')
  for (const name of readdirSync(folder)) {
    const needed = [...reached(join(folder, name))].filter(([, outside]) => outside.length > 0)
    expect(needed, name).toEqual([])
  }
})
