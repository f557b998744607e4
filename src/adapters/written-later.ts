import { chmodSync, readFileSync } from 'node:fs'
import type { BuiltFile } from '../pipeline.ts'

/** Executables by the paths at which somebody else is going to write them. */
const awaited = new Map<string, BuiltFile>()

/**
 * Gives executables their bit that a tool writes itself, after the bundler's last hook and without asking about modes, as tsup
 * does: when the process ends, if they are there then.
 */
export function executableWhenWritten(outputs: Iterable<readonly [BuiltFile, string]>): void {
  if (process.platform === 'win32') return
  if (awaited.size === 0) process.once('exit', makeExecutable)
  for (const [file, path] of outputs) awaited.set(path, file)
}

function makeExecutable(): void {
  for (const [path, file] of awaited) {
    try {
      if (readFileSync(path).equals(readFileSync(file.path))) chmodSync(path, 0o755)
    } catch {
      // Nobody wrote it, or the cache is gone; spawn() makes what it starts executable, too.
    }
  }
}
