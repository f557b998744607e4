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

/** In what is published, a hash of it all: scripts/build.ts writes it here. */
const BUILT: string = '@built@'

let known: Sources | undefined

/** @throws CompileError if the package is incomplete */
export function findSources(): Sources {
  return (known ??= read())
}

function read(): Sources {
  const directory = dirname(fileURLToPath(import.meta.url))
  const runtime = findRuntime(directory)
  // The package's code lies in chunks, which hold parts of the compiler and the plugin.
  const compiler = basename(directory) === 'compiler' ? directory : dirname(directory)
  return {
    runtime,
    get runtimeHash() {
      return hashFiles(runtime, /\.([chS]|ld)$/)
    },
    get headersHash() {
      return hashFiles(runtime, /\.h$/)
    },
    get compilerHash() {
      return BUILT.startsWith('@') ? hashFiles(compiler, /(?<!\.d)\.[jt]s$/) : BUILT
    },
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

/** By directory and expression: many builds of a process ask, and only those through C need all of them. */
const hashes = new Map<string, string>()

function hashFiles(directory: string, wanted: RegExp): string {
  const key = `${directory}\0${wanted}`
  const known = hashes.get(key)
  if (known !== undefined) return known
  const files = readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const hash = hashKey(...files.flatMap((file) => [file.slice(directory.length), readFileSync(file)]))
  hashes.set(key, hash)
  return hash
}
