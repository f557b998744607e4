import { readFile } from 'node:fs/promises'

/** Reads a file whole; who serves others gives one that refuses what they may not have. */
export type ReadFile = (path: string) => Promise<Buffer>

export const readAny: ReadFile = (path) => readFile(path)
