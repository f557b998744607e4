import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CompileError } from './errors.ts'
import { hashKey } from './store.ts'

/** Where this package's own files are, and hashes of them: parts of the keys under which results are cached. */
export interface Sources {
  /** The directory of runtime.c and wasm.h. */
  runtime: string
  /** Of every file of the runtime. */
  runtimeHash: string
  /** Of the headers that generated C includes. */
  headersHash: string
  /** Of the compiler itself, so that one that generates other C does not find the C of its predecessor. */
  compilerHash: string
}

let known: Sources | undefined

/** @throws CompileError if the package is incomplete */
export function findSources(): Sources {
  return (known ??= read())
}

function read(): Sources {
  const self = fileURLToPath(import.meta.url)
  const runtime = findRuntime(dirname(self))
  const compiler = basename(dirname(self)) === 'compiler' ? listFiles(dirname(self), /(?<!\.d)\.[jt]s$/) : [self]
  return {
    runtime,
    runtimeHash: hashFiles(runtime, listFiles(runtime, /\.([chS]|ld)$/)),
    headersHash: hashFiles(runtime, listFiles(runtime, /\.h$/)),
    compilerHash: hashFiles(dirname(self), compiler),
  }
}

/** `runtime/` of the package: one level up in a checkout, two in `dist/`. */
function findRuntime(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'runtime', 'runtime.c'))) return join(dir, 'runtime')
    if (dirname(dir) !== dir) continue
    throw new CompileError(`the C runtime of unplugin-wasm-exe is missing (no runtime/runtime.c above ${from})`, {
      code: 'toolchain',
      hint: 'install the package again; if a bundler moved its code, mark unplugin-wasm-exe as external',
    })
  }
}

function listFiles(dir: string, wanted: RegExp): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function hashFiles(base: string, files: string[]): string {
  return hashKey(...files.flatMap((file) => [file.slice(base.length), readFileSync(file)]))
}
