import { fileURLToPath } from 'node:url'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createExecutables, type ExecutableOptions } from '../../compiler/index.ts'
import { DEFAULT_TARGETS, type TargetName } from '../../compiler/targets.ts'
import { assemble } from '../../compiler/wat.ts'

/** Prints a line, and imports what tells of grants. */
export const hello = (): Promise<Uint8Array> =>
  assemble(
    `(module $hello
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00")
      (data (i32.const 16) "hello\\n")
      (func (export "_start")
        (drop (call $args (i32.const 64) (i32.const 68)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 80)))))`,
  )

/** Options of both compilers but `embed`, which one takes from the disk. */
export const OPTIONS = {
  file: 'greet.wasm',
  name: 'greet',
  grants: {
    dirs: { '/data': { host: './data', readOnly: true } },
    env: ['LANG', 'MODE=fast'],
    args: ['--quiet'],
  },
} as const

/** What Windows and macOS show of a program. */
export const SHOWN = {
  windows: { version: '1.2.3', productName: 'Greet', console: false },
  macos: { identifier: 'com.example.greet', minimumVersion: '14' },
} as const

/** What {@link OPTIONS} embed; the names are not in the order of their bytes. */
export const EMBED = { '/share': { 'é.txt': 'last\n', b: { inner: 'inner\n' }, a: '', Z: 'first\n' } } as const

/** What Node's compiler makes of it, the way the command line asks for it. */
export async function expected(
  wasm: Uint8Array,
  { embed, ...options }: Omit<ExecutableOptions, 'embed' | 'optimize'> & { embed?: typeof EMBED },
  targets: readonly TargetName[] = DEFAULT_TARGETS,
): Promise<Map<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-exe-browser-'))
  try {
    if (embed) {
      mkdirSync(join(folder, 'b'))
      for (const [name, content] of Object.entries(embed['/share'])) {
        if (typeof content === 'string') writeFileSync(join(folder, name), content)
        else writeFileSync(join(folder, name, 'inner'), content.inner)
      }
    }
    const { executables } = await createExecutables(wasm, {
      ...options,
      optimize: 1,
      targets,
      embed: embed && { '/share': folder },
    })
    return new Map(executables.map(({ target, path }) => [target, new Uint8Array(readFileSync(path))]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The built entry point. */
export const built = fileURLToPath(new URL('../../dist/compiler/browser.js', import.meta.url))
