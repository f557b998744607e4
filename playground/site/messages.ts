import type { Executable, Grants, Inspection } from 'unplugin-wasm-exe/compiler/browser'

/** What the page asks of the worker that runs programs. */
export interface RunRequest {
  /** Its URL, or the module itself. */
  wasm: string | Uint8Array<ArrayBuffer>
  /** The program's name first. */
  args: string[]
  input: string
  /** `NAME=VALUE`; a name alone is the visitor's variable, and a page has none. */
  env?: readonly string[]
  /** Guest paths of directories to fill with the page's sample files. */
  dirs: string[]
}

/** What the worker tells while the program runs. */
export type RunEvent =
  | { type: 'output'; stream: 'out' | 'err'; text: string }
  | { type: 'exit'; code: number; milliseconds: number }
  | { type: 'failed'; message: string }

/** What the page asks of the worker that builds. */
export interface BuildRequest {
  /** A module, or its text if the file's name says so. */
  bytes: Uint8Array<ArrayBuffer>
  file: string
  /** Undefined: the module is inspected only. */
  grants?: Grants
}

export type BuildEvent =
  | { type: 'inspected'; inspection: Inspection; wasm: Uint8Array<ArrayBuffer> }
  | { type: 'built'; executables: Executable[]; milliseconds: number }
  | { type: 'failed'; message: string }
