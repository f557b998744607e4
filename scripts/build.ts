/**
 * Makes dist: `npm run build`. Each entry of the package becomes one file over chunks that entries share, for Node takes longer to
 * find and read hundreds of modules than the compiler to make an executable. TypeScript writes the types beside them.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { chunkGroups } from './chunks.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const { exports, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>
  bin: Record<string, string>
}

const compiled = [...Object.values(exports), ...Object.values(bin)].flatMap(
  (file) => (typeof file === 'string' && /^\.\/dist\/(.*)\.js$/.exec(file)?.[1]) || [],
)
/** webpack loads it by its path, which it asks of `import.meta.url`. */
const LOADER = 'src/adapters/webpack-loader'

let loader = ''
const bundle = await rolldown({
  input: Object.fromEntries(compiled.map((entry) => [entry, source(entry)])),
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
  platform: 'node',
  // Of a file that names what others have, like compiler/index.ts, only what is used is loaded.
  treeshake: { moduleSideEffects: false },
  plugins: [
    {
      name: 'loader',
      buildStart() {
        loader = this.emitFile({ type: 'chunk', id: source(LOADER), fileName: `${LOADER}.js` })
      },
      transform: {
        filter: { id: /webpack-loader\.ts$/ },
        handler: (code) => code.replace('import.meta.url', `import.meta.ROLLUP_FILE_URL_${loader}`),
      },
    },
  ],
})
// Chunks lie as deep in dist as the entries of the compiler, which name the runtime's files relative to themselves.
// Comments and layout are for readers of the sources; names stay, for they stand in stack traces. Types beside the code have comments
// of their own.
const { output } = await bundle.generate({
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: { jsdoc: false },
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  codeSplitting: { groups: chunkGroups(ROOT) },
})
await bundle.close()

const written = new Set<string>()
const hash = createHash('sha256')
for (const chunk of output) {
  if (chunk.type !== 'chunk') throw new Error(`${chunk.fileName} is no code`)
  hash.update(`${chunk.fileName}\0${chunk.code}\0`)
}
const built = hash.digest('hex')
for (const chunk of output) if (chunk.type === 'chunk') write(chunk.fileName, chunk.code.replaceAll('@built@', built))
const modules = output.map((chunk) => [chunk.fileName, chunk.type === 'chunk' ? chunk.moduleIds.map(fromRoot) : []])
mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true })
// For tests of what is loaded: the code itself does not say where it comes from.
writeFileSync(join(ROOT, 'node_modules/.cache/chunks.json'), JSON.stringify(Object.fromEntries(modules)))

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const types = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' })
for (const entry of compiled) writeTypes(`${entry}.d.ts`)
for (const { parentPath, name } of readdirSync(DIST, { withFileTypes: true, recursive: true })) {
  const file = join(parentPath, name)
  if (/\.(?:js|d\.ts)$/.test(name) && !written.has(file)) rmSync(file)
}
process.exitCode = types.status ?? 1

/** Writes the types of a module and of those that they are made of. */
function writeTypes(name: string): void {
  if (written.has(join(DIST, name))) return
  const text = readFileSync(join(ROOT, 'node_modules/.cache/types', name), 'utf8')
  write(name, text)
  for (const [, other] of text.matchAll(/(?:from|import|import\() ?['"](\.[^'"]+)\.ts['"]/g)) {
    writeTypes(`${join(dirname(name), other)}.d.ts`)
  }
}

/** @param name in dist */
function write(name: string, text: string): void {
  const file = join(DIST, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
  written.add(file)
}

function fromRoot(file: string): string {
  return relative(ROOT, file).replaceAll('\\', '/')
}

function source(entry: string): string {
  return join(ROOT, `${entry}.ts`)
}
