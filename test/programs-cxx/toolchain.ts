/**
 * Makes WASI programs of C++ with exceptions and C with setjmp: Debian's clang 19 compiles them, and the C++ library that
 * comes with Zig as source, which Zig itself can only build without exceptions; Zig links them with its C library.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { which, zig, zigPath } from '../support/tools.ts'
import { readProgram, type WasiProgram } from '../support/wasi-programs.ts'
import { installTools } from '../fuzz/tools.ts'

const run = promisify(execFile)
/** What is built depends on the flags below. */
const self = fileURLToPath(import.meta.url)
const CLANG = 'clang-19'

/** What is missing, or undefined. */
export const missing = which(CLANG) === undefined ? `${CLANG} on the PATH` : undefined

/** How exceptions are encoded: as clang 19 does, or in the form of WebAssembly 3.0. */
export type Form = 'legacy' | 'exnref'

/** Sources below libcxxabi/src and libcxx/src that programs without streams and locales need. */
const LIBRARY = {
  libcxxabi: `abort_message cxa_aux_runtime cxa_default_handlers cxa_exception cxa_exception_storage cxa_guard
    cxa_handlers cxa_personality cxa_vector cxa_virtual fallback_malloc private_typeinfo stdlib_exception
    stdlib_new_delete stdlib_stdexcept stdlib_typeinfo`.split(/\s+/),
  libcxx:
    `error_category exception functional hash memory new new_handler new_helpers optional stdexcept string typeinfo
    variant vector verbose_abort`.split(/\s+/),
}

const DEFINES = `_LIBCPP_ABI_VERSION=1 _LIBCPP_ABI_NAMESPACE=__1 _LIBCPP_HAS_THREADS=0 _LIBCPP_HAS_MONOTONIC_CLOCK=1
  _LIBCPP_HAS_TERMINAL=0 _LIBCPP_HAS_MUSL_LIBC=1 _LIBCPP_HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0 _LIBCPP_HAS_FILESYSTEM=0
  _LIBCPP_HAS_RANDOM_DEVICE=0 _LIBCPP_HAS_LOCALIZATION=1 _LIBCPP_HAS_UNICODE=1 _LIBCPP_HAS_WIDE_CHARACTERS=1
  _LIBCPP_PSTL_BACKEND_SERIAL _LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE
  _LIBCXXABI_DISABLE_VISIBILITY_ANNOTATIONS _LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS`
const LIBRARY_DEFINES = `NDEBUG _LIBCPP_BUILDING_LIBRARY _LIBCXXABI_BUILDING_LIBRARY LIBCXX_BUILDING_LIBCXXABI
  _LIBCXXABI_HAS_NO_THREADS LIBCXXABI_NON_DEMANGLING_TERMINATE _LIBCPP_ENABLE_CXX17_REMOVED_UNEXPECTED_FUNCTIONS
  _LIBUNWIND_HAS_NO_THREADS _LIBUNWIND_HIDE_SYMBOLS`
const define = (names: string): string[] => names.split(/\s+/).map((name) => `-D${name}`)

/** Of all calls; -mllvm -wasm-enable-sjlj makes setjmp of C an exception. */
const COMMON = ['--target=wasm32-wasi', '-Oz', '-g0', '-w', '-fvisibility=hidden', '-nostdinc']
const C = ['-mllvm', '-wasm-enable-sjlj', '-D__wasm_exception_handling__']
const CXX = ['-std=c++23', '-fwasm-exceptions', ...define(DEFINES)]

/** What clang and Zig make use of. With all features wasm-opt would write imports in a form that is not yet a standard. */
const FEATURES = `exception-handling reference-types bulk-memory bulk-memory-opt sign-ext nontrapping-float-to-int
  mutable-globals multivalue extended-const`
  .split(/\s+/)
  .map((name) => `--enable-${name}`)

interface Folders {
  lib: string
  resources: string
}

async function folders(): Promise<Folders> {
  const { stdout } = await run(zigPath(), ['env'])
  const lib = /\.lib_dir\s*=\s*"(.*?)"/.exec(stdout)?.[1]
  if (lib === undefined) throw new Error('zig env names no lib_dir')
  const resources = (await run(CLANG, ['-print-resource-dir'])).stdout.trim()
  return { lib: JSON.parse(`"${lib}"`) as string, resources }
}

const system = (dirs: string[]): string[] => dirs.flatMap((dir) => ['-isystem', dir])

function includes({ lib, resources }: Folders, language: 'c' | 'c++'): string[] {
  const cxx = language === 'c' ? [] : ['libcxx/include', 'libcxxabi/include'].map((dir) => join(lib, dir))
  const libc = ['wasm-wasi-musl', 'generic-musl'].map((dir) => join(lib, 'libc/include', dir))
  return system([...cxx, join(resources, 'include'), ...libc])
}

async function clang(args: string[]): Promise<void> {
  await run(CLANG, [...COMMON, ...args], { timeout: 120_000, maxBuffer: 1 << 26 })
}

/** The C++ library with exceptions, compiled once: a file that lists its objects, which lie beside it. */
async function library(): Promise<string> {
  const places = await folders()
  const key = await hashOf([self, join(places.lib, 'libcxx/include/__config')])
  return buildOnce(`libcxx-exceptions-${key}`, 'objects.txt', async (draft) => {
    const own = [
      'libcxxabi/src',
      'libcxx/src',
      'libcxx/src/include',
      'libcxx/libc',
      'libunwind/include',
      'libunwind/src',
    ]
    const inside = own.map((dir) => `-I${join(places.lib, dir)}`)
    const objects: string[] = []
    for (const [folder, names] of Object.entries(LIBRARY))
      for (const name of names) {
        objects.push(`${folder}-${name}.o`)
        const source = join(places.lib, folder, 'src', `${name}.cpp`)
        const flags = [...CXX, ...define(LIBRARY_DEFINES), ...includes(places, 'c++'), ...inside]
        await clang([...flags, '-c', source, '-o', join(draft, objects.at(-1)!)])
      }
    objects.push('unwind.o')
    const unwind = [...define(LIBRARY_DEFINES), ...includes(places, 'c'), ...inside, '-fwasm-exceptions']
    await clang([...unwind, '-c', join(places.lib, 'libunwind/src/Unwind-wasm.c'), '-o', join(draft, 'unwind.o')])
    objects.push('setjmp.o')
    const setjmp = join(places.lib, 'libc/wasi/libc-top-half/musl/src/setjmp/wasm32/rt.c')
    await clang([...C, '-mexception-handling', ...includes(places, 'c'), '-c', setjmp, '-o', join(draft, 'setjmp.o')])
    await writeFile(join(draft, 'objects.txt'), objects.join('\n'))
  })
}

/** One module of all programs; its first argument names the program. */
export async function buildSuite(files: string[], form: Form): Promise<string> {
  const places = await folders()
  const objectList = await library()
  const key = await hashOf([self, ...files], objectList)
  const legacy = await buildOnce(`cxx-${key}`, 'suite.wasm', async (draft) => {
    const objects: string[] = []
    for (const file of [...files, join(draft, 'main.cpp')]) {
      const language = file.endsWith('.c') ? 'c' : 'c++'
      const own = file.startsWith(draft)
      if (own) await writeFile(file, dispatcher(files))
      objects.push(join(draft, `${basename(file)}.o`))
      const flags = [...(language === 'c' ? C : CXX), ...includes(places, language)]
      if (!own) flags.push(`-Dmain=${symbolOf(file)}`)
      await clang([...flags, '-c', file, '-o', objects.at(-1)!])
    }
    const names = (await readFile(objectList, 'utf8')).split('\n')
    objects.push(...names.map((name) => join(dirname(objectList), name)))
    await zig(['cc', '-target', 'wasm32-wasi', '-s', '-w', ...objects, '-o', join(draft, 'suite.wasm')])
  })
  if (form === 'legacy') return legacy
  return buildOnce(`cxx-exnref-${key}`, 'suite.wasm', async (draft) => {
    const { wasmOpt } = await installTools()
    await wasmOpt([legacy, ...FEATURES, '--emit-exnref', '-o', join(draft, 'suite.wasm')])
  })
}

const symbolOf = (file: string): string => `program_${basename(file).replace(/\W/g, '_')}`

function dispatcher(files: string[]): string {
  return [
    '#include <stdio.h>\n#include <string.h>\n',
    ...files.map((file) => `${file.endsWith('.c') ? 'extern "C" ' : ''}int ${symbolOf(file)}();\n`),
    'int main(int argc, char **argv) {\n',
    ...files.map((file) => `    if (argc > 1 && !strcmp(argv[1], "${basename(file)}")) return ${symbolOf(file)}();\n`),
    '    fprintf(stderr, "the first argument names no program of the suite\\n");\n    return 99;\n}\n',
  ].join('')
}

/** A program with what its comment expects. */
export const programOf = (file: string): WasiProgram => ({ ...readProgram(file), name: basename(file) })
