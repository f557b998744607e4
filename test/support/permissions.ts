import { statSync } from 'node:fs'
import { expect } from 'vitest'

/** A file may be read, written and run by whom it should be. Windows has no such permissions, and files there may be run by name. */
export function expectMode(path: string, mode: number): void {
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777, path).toBe(mode)
}
