import { CompileError } from '../errors.ts'

/** How components begin: version 0x0d of layer 1, where modules are version 1 of layer 0. */
export const PREAMBLE: readonly number[] = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]

/** Whether a file says of itself that it is a component, of whatever version. */
export const isComponent = (bytes: Uint8Array): boolean =>
  bytes.length >= PREAMBLE.length && PREAMBLE.every((byte, i) => i === 4 || i === 5 || bytes[i] === byte)

/** Components import interfaces, which no module is known by. */
export const takesNoModules = (file: string): CompileError =>
  new CompileError('modules cannot be linked to a component by their names', {
    code: 'option',
    file,
    hint: 'compose what it imports into the component (wac plug, wasm-tools compose)',
  })
