/**
 * Programs whose code is shifted by a few bytes and is otherwise the same. Where branches lie within the processor's
 * 64-byte lines changes the speed of a loop by up to a third, so one layout alone says little.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WORK, zig, zigPath } from './tools.ts'

/** Bytes in front of the code. Functions are aligned to 16, so these are all there are in a line; only ELF is padded. */
export const PADDINGS: readonly number[] = process.platform === 'linux' ? [0, 16, 32, 48] : [0]

const directory = join(WORK, 'padding')
const made = new Map<number, Promise<string>>()

/** The path of an object that, linked first, shifts the code behind it. */
export function paddingObject(bytes: number): Promise<string> {
  let path = made.get(bytes)
  if (path === undefined) made.set(bytes, (path = assemble(bytes)))
  return path
}

async function assemble(bytes: number): Promise<string> {
  const path = join(directory, `${bytes}.o`)
  mkdirSync(directory, { recursive: true })
  // R: kept, though nothing refers to it.
  writeFileSync(`${path}.s`, `.section .text.padding,"axR"\n.p2align 6\n.skip ${bytes}\n`)
  await zig(['cc', '-c', `${path}.s`, '-o', path])
  return path
}

/** The path of a script that is zig but for one thing: whatever it links is padded. For the `toolchain` option. */
export async function paddingZig(bytes: number): Promise<string> {
  const path = join(directory, `zig-${bytes}`)
  const object = await paddingObject(bytes)
  const binary = await zigPath()
  const script = `#!/bin/sh
case "$*" in
cc*" -c "*) ;;
cc*) shift; set -- cc '${object}' "$@" ;;
esac
exec '${binary}' "$@"
`
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  return path
}
