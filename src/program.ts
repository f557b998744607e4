import type { TargetName } from '../compiler/targets.ts'

export type { TargetName }

/** The targets that are built when neither plugin nor query name any. */
export type DefaultTarget = Exclude<TargetName, 'linux-riscv64'>

/** One executable, as code that imported the program sees it. */
export interface ProgramFile {
  target: TargetName
  /** Rust's triple, as Tauri puts it into file names: 'x86_64-pc-windows-msvc'. */
  triple: string
  /** The last part of the emitted file's path, good for a download's name: 'hello-win32-x64-1a2b3c4d.exe'. */
  fileName: string
  /** Where the file is served or lies: a URL path, a full URL, or in code for Node a `file:` URL. */
  url: string
  /** Bytes. */
  size: number
  /** `sha256-` and base64, as in Subresource Integrity. */
  integrity: string
  /** The file's `file:` URL, where `url` is a public one; in server builds only. */
  file?: string
  /** What a visitor's copy is to be called: 'hello', 'hello.exe'. For the attribute `download` of a link. */
  download: string
  /**
   * An archive of the executable, which keeps its bit, where the plugin's option `archives` asks for them. `fileName` is for the
   * attribute `download`: 'hello-linux-x64.tar.gz'; `size` and `integrity` are as of the executable.
   */
  archive?: { fileName: string; url: string; size: number; integrity: string }
}

/** What `import hello from './hello.wasm?exe'` gives. */
export interface Program<Targets extends TargetName = DefaultTarget> {
  /** The wasm file's name without its extension. */
  name: string
  /** The executables by target. Those that the type does not promise may be absent. */
  targets: Record<Targets, ProgramFile> & Partial<Record<TargetName, ProgramFile>>
}

/** A program that has these targets and no others, as the plugin's option `dts` declares imports. */
export interface ExactProgram<Targets extends TargetName> {
  /** See {@link Program}. */
  name: string
  targets: Record<Targets, ProgramFile>
}

/** Any program, whichever targets it was built for. */
export type AnyProgram = Program<never>
