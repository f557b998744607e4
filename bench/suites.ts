/** The programs that are compared: each suite is a table of the report. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from './peers.ts'
import type { Peer } from './report.ts'
import { debianSource, npmPackage } from './sources.ts'

export interface Suite {
  title: string
  /** What it can be compared with; anything when left out. */
  peers?: readonly Peer[]
  /** Of each program, by name. @throws Unavailable */
  programs: Record<string, () => Program>
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** The argument of all of them is percent of the work (percent.h). */
const WORK_OF = { args: ['100'], quickArgs: ['20'] } as const

/** A folder of programs of one file. */
function folder(name: string, more: Partial<Program> = {}): Suite['programs'] {
  const files = readdirSync(join(HERE, name)).sort()
  return Object.fromEntries(
    files.map((file): [string, () => Program] => {
      const stem = file.replace(/\.c$/, '')
      return [stem, () => ({ name: stem, sources: [join(HERE, name, file)], ...WORK_OF, ...more })]
    }),
  )
}

function bzip2(): Program {
  const directory = debianSource('bzip2')
  const parts = ['blocksort', 'bzlib', 'compress', 'crctable', 'decompress', 'huffman', 'randtable']
  const sources = [join(HERE, 'real/bzip2/main.c'), ...parts.map((part) => join(directory, `${part}.c`))]
  return { name: 'bzip2', sources, flags: ['-I', directory, '-DBZ_NO_STDIO', '-w'], ...WORK_OF, layouts: 1 }
}

function zlib(): Program {
  const directory = debianSource('zlib')
  const parts = [
    'adler32',
    'compress',
    'crc32',
    'deflate',
    'inffast',
    'inflate',
    'inftrees',
    'trees',
    'uncompr',
    'zutil',
  ]
  const sources = [join(HERE, 'real/zlib/main.c'), ...parts.map((part) => join(directory, `${part}.c`))]
  return { name: 'zlib', sources, flags: ['-I', directory, '-w'], ...WORK_OF, layouts: 1 }
}

function expat(): Program {
  const directory = join(debianSource('expat'), 'expat/lib')
  const parts = ['xmlparse', 'xmlrole', 'xmltok']
  const sources = [join(HERE, 'real/expat/main.c'), ...parts.map((part) => join(directory, `${part}.c`))]
  const flags = ['-I', join(HERE, 'real/expat'), '-I', directory, '-w']
  return { name: 'expat', sources, flags, ...WORK_OF, layouts: 1 }
}

/** What of Lua needs a system; the script uses none of it. */
const LUA_WITHOUT = /^(lua|luac|linit|loslib|liolib|loadlib|ldblib|lcorolib|lmathlib|lutf8lib)\.c$/
/** It is compiled without signals and setjmp, which wasm32-wasi lacks; on both sides. */
const LUA_FLAGS = ['-Dl_signalT=int', '-DLUAI_THROW(L,c)=abort()', '-DLUAI_TRY(L,c,a)=a', '-Dluai_jmpbuf=int', '-w']

function lua(): Program {
  const directory = join(debianSource('lua5.4'), 'src')
  const parts = readdirSync(directory).filter((file) => file.endsWith('.c') && !LUA_WITHOUT.test(file))
  const sources = [join(HERE, 'real/lua/main.c'), ...parts.map((part) => join(directory, part))]
  return {
    name: 'lua',
    sources,
    flags: ['-I', join(HERE, 'real/lua'), '-I', directory, ...LUA_FLAGS],
    ...WORK_OF,
    layouts: 1,
  }
}

const SQLITE_FLAGS = [
  '-DSQLITE_OS_OTHER=1',
  '-DSQLITE_THREADSAFE=0',
  '-DSQLITE_OMIT_LOAD_EXTENSION',
  '-DSQLITE_OMIT_WAL',
  '-DSQLITE_TEMP_STORE=3',
  '-w',
]

/** The source is the one that an npm package ships. */
export function sqlite(): Program {
  const directory = join(npmPackage('better-sqlite3@12.11.1'), 'deps/sqlite3')
  const sources = [join(HERE, 'real/sqlite/main.c'), join(directory, 'sqlite3.c')]
  return { name: 'sqlite', sources, flags: ['-I', directory, ...SQLITE_FLAGS], ...WORK_OF, layouts: 1 }
}

/** C++ as compilers write it that leave everything to be optimized later. */
function paths(): Program {
  const flags = ['-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics', '-fno-sanitize=all', '-nostdlib++', '-w']
  return { name: 'paths', sources: [join(HERE, 'unoptimized/paths.cpp')], flags, wasmLevel: '-O0', ...WORK_OF }
}

export const SUITES = {
  kernels: { title: 'Kernels', programs: folder('kernels') },
  numeric: { title: 'In the manner of CoreMark and PolyBench', programs: folder('numeric') },
  unoptimized: { title: 'Modules that were not optimized', programs: { paths } },
  wide: {
    title: 'Wide arithmetic',
    peers: ['native', 'base'],
    programs: folder('wide', { wasmFlags: ['-mwide-arithmetic'] }),
  },
  vectors: {
    title: 'Vectors',
    peers: ['native', 'node', 'base'],
    programs: folder('vectors', { wasmFlags: ['-msimd128'] }),
  },
  real: { title: 'Real programs', programs: { bzip2, expat, lua, sqlite, zlib } },
} satisfies Record<string, Suite>
