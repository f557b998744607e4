/** Hello from C: the smallest program, on which sizes, starts and build times are measured. */
import { join } from 'node:path'
import { hostFlags, PROGRAMS, WORK, zigCc } from './tools.ts'

/** With stdio's puts, and with nothing but the system call. */
export type Hello = 'hello' | 'hello-write'

const source = (program: Hello) => join(PROGRAMS, `${program}.c`)

const place = (name: string) => join(WORK, 'hello', name)

/** The path of the module, made for size. */
export async function helloWasm(program: Hello = 'hello'): Promise<string> {
  const wasm = place(`${program}.wasm`)
  await zigCc(wasm, ['-target', 'wasm32-wasi', '-Oz', '-s'], [source(program)])
  return wasm
}

/** The path of a native executable, stripped: musl is linked statically, glibc dynamically. */
export async function helloNative(libc: 'gnu' | 'musl', program: Hello = 'hello'): Promise<string> {
  const native = place(`${program}-native-${libc}`)
  await zigCc(native, [...hostFlags(libc), '-O2', '-s'], [source(program)])
  return native
}
