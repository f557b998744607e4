/** Hello from C: the smallest program, on which sizes, starts and build times are measured. */
import { join } from 'node:path'
import { hostFlags, PROGRAMS, WORK, zigCc } from './tools.ts'

const SOURCE = join(PROGRAMS, 'hello.c')

const place = (name: string) => join(WORK, 'hello', name)

/** The path of the module, made for size. */
export async function helloWasm(): Promise<string> {
  const wasm = place('hello.wasm')
  await zigCc(wasm, ['-target', 'wasm32-wasi', '-Oz', '-s'], [SOURCE])
  return wasm
}

/** The path of a native executable, stripped: musl is linked statically, glibc dynamically. */
export async function helloNative(libc: 'gnu' | 'musl'): Promise<string> {
  const native = place(`native-${libc}`)
  await zigCc(native, [...hostFlags(libc), '-O2', '-s'], [SOURCE])
  return native
}
