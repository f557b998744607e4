import { setFlagsFromString } from 'node:v8'

/** Bytes of a module from which on memory counts for more than a twentieth of the time. */
const LARGE_MODULE = 32 << 20

/**
 * Lets garbage grow to little more than half of what lives. V8 waits for three times as much on a machine that has it, by which a
 * module of 58 MB takes a gigabyte. Only for a process of our own.
 */
export function limitGarbage(bytes: Uint8Array): void {
  if (bytes.length >= LARGE_MODULE) setFlagsFromString('--heap-growing-percent=60')
}
