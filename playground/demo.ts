/** `npm run demo`: the example programs as executables for six platforms, and what this machine's print. */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createExecutables, DEFAULT_TARGETS, findTarget, hostTarget } from '../compiler/index.ts'
import { formatTable } from '../src/cli/output.ts'
import { buildPrograms, wasmPath } from './programs/build.ts'
import { EXAMPLES, type Example } from './programs/list.ts'

const OUT = fileURLToPath(new URL('dist/demo', import.meta.url))

interface Row {
  target: string
  file: string
  bytes: number
  /** Of all compilers and linkers that worked for it; they run side by side. */
  milliseconds: number
}

async function buildExample(example: Example): Promise<Row[]> {
  const path = (target: string) => join(OUT, `${example.name}-${target}${findTarget(target)?.ext ?? ''}`)
  const spent = new Map<string, number>()
  const { executables } = await createExecutables(await readFile(wasmPath(example)), {
    file: `${example.name}.wasm`,
    targets: DEFAULT_TARGETS,
    grants: { dirs: example.dirs },
    outFile: path,
    onProgress({ target, milliseconds }) {
      if (target) spent.set(target, (spent.get(target) ?? 0) + milliseconds)
    },
  })
  return executables.map(({ target, size }) => ({
    target,
    file: path(target),
    bytes: size,
    milliseconds: spent.get(target) ?? 0,
  }))
}

function show(example: Example, file: string): void {
  const args = example.args.split(' ').filter(Boolean)
  console.log(`\n$ ${[relative('.', file), ...args].join(' ')}${example.input === undefined ? '' : ' < input'}`)
  const { status, stdout, stderr } = spawnSync(file, args, { input: example.input, encoding: 'utf8', cwd: OUT })
  process.stdout.write(stdout)
  process.stdout.write(stderr)
  if (status !== 0) throw new Error(`${file} ended with exit code ${status}`)
}

await buildPrograms(console.log)
await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })
const started = performance.now()
const rows: Row[] = []
for (const example of EXAMPLES) rows.push(...(await buildExample(example)))
const seconds = ((performance.now() - started) / 1000).toFixed(1)

console.log(
  formatTable(
    [
      ['target', 'file', 'bytes', 'milliseconds'],
      ...rows.map(({ target, file, bytes, milliseconds }) => [
        target,
        relative('.', file),
        String(bytes),
        String(Math.round(milliseconds)),
      ]),
    ],
    [2, 3],
  ),
)
console.log(`\n${rows.length} executables of ${EXAMPLES.length} programs in ${seconds} s`)

const host = hostTarget()
if (!host || !DEFAULT_TARGETS.includes(host.name)) {
  console.log(`None of them is for this machine (${process.platform}-${process.arch}), so none is run.`)
} else {
  for (const [index, row] of rows.filter(({ target }) => target === host.name).entries())
    show(EXAMPLES[index], row.file)
}
