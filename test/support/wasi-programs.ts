import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buildOnce, hashOf } from './build-once.ts'
import { root, zig } from './tools.ts'
import { ownGrants, type OwnGrants } from './wasi-fixture.ts'

/** One program of `test/wasi/programs` with what its leading comment says of it. */
export interface WasiProgram {
  name: string
  /** First sentence of the comment. */
  title: string
  file: string
  args: string[]
  stdin: string
  code: number
  /** All of standard output, or only its size. */
  stdout: string | number
  /** All of standard error, or a part of it. */
  stderr: string | { part: string }
  /** Others than `all` get an executable of their own, see wasi-fixture.ts. */
  grants: 'all' | OwnGrants
  needs: string[]
}

const folder = join(root, 'test/wasi/programs')

/** Reads the comment `key: value` lines; `stdout:` and `stderr:` are followed by lines indented by two spaces. */
export function readProgram(file: string): WasiProgram {
  const source = readFileSync(file, 'utf8')
  const comment = /^\/\*([\s\S]*?)\*\//.exec(source)?.[1]
  if (comment === undefined) throw new Error(`${file} does not begin with a comment that says what it checks`)
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''))
  const program: WasiProgram = {
    name: basename(file, '.c'),
    title: lines[0].trim(),
    file,
    args: [],
    stdin: '',
    code: 0,
    stdout: '',
    stderr: '',
    grants: 'all',
    needs: [],
  }
  for (let at = 1; at < lines.length; at++) {
    const [, key, value = ''] = /^([a-z-]+):(?: (.*))?$/.exec(lines[at]) ?? []
    if (key === 'stdout' || key === 'stderr') {
      let text = ''
      while (lines[at + 1]?.startsWith('  ')) text += `${lines[++at].slice(2)}\n`
      program[key] = text
    } else if (key === 'args') program.args = JSON.parse(value) as string[]
    else if (key === 'stdin') program.stdin = JSON.parse(value) as string
    else if (key === 'exit') program.code = Number(value)
    else if (key === 'stdout-bytes') program.stdout = Number(value)
    else if (key === 'stderr-has') program.stderr = { part: value }
    else if (key === 'grants' && Object.hasOwn(ownGrants, value)) program.grants = value as OwnGrants
    else if (key === 'needs') program.needs = value.split(' ')
    else if (key !== undefined) throw new Error(`${file}: unknown line "${lines[at]}" in the comment`)
  }
  return program
}

export function readPrograms(): WasiProgram[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.c'))
  return files.toSorted().map((name) => readProgram(join(folder, name)))
}

const flags = ['-target', 'wasm32-wasi', '-Oz', '-s', '-g0', '-w', `-I${folder}`]

/**
 * One module of all given programs: its first argument names the program, which sees the others. So a target costs one
 * compilation and not a hundred.
 */
export async function buildSuite(programs: WasiProgram[]): Promise<string> {
  const sources = programs.map((program) => program.file)
  const key = await hashOf([...sources, join(folder, 'expect.h')], dispatcher(programs), ...flags)
  return buildOnce(`suite-${key}`, 'suite.wasm', async (draft) => {
    const wrappers: string[] = []
    for (const { name, file } of programs) {
      const wrapper = join(draft, `${name}.c`)
      await writeFile(wrapper, `#define main ${symbol(name)}\n#include "${file}"\n`)
      wrappers.push(wrapper)
    }
    const main = join(draft, 'main.c')
    await writeFile(main, dispatcher(programs))
    await zig(['cc', ...flags, main, ...wrappers, '-o', join(draft, 'suite.wasm')])
  })
}

/** A module of one program. */
export async function buildProgram(program: WasiProgram): Promise<string> {
  const key = await hashOf([program.file, join(folder, 'expect.h')], ...flags)
  return buildOnce(`program-${key}`, `${program.name}.wasm`, async (draft) => {
    await mkdir(draft, { recursive: true })
    const copy = join(draft, `${program.name}.c`)
    await copyFile(program.file, copy)
    await zig(['cc', ...flags, copy, '-o', join(draft, `${program.name}.wasm`)])
  })
}

function symbol(name: string): string {
  return `program_${name.replaceAll('-', '_')}`
}

function dispatcher(programs: WasiProgram[]): string {
  return [
    '#include <stdio.h>\n#include <string.h>\n',
    ...programs.map(({ name }) => `int ${symbol(name)}(int argc, char **argv);\n`),
    'int main(int argc, char **argv)\n{\n',
    ...programs.map(
      ({ name }) =>
        `    if (argc > 1 && strcmp(argv[1], "${name}") == 0) return ${symbol(name)}(argc - 1, argv + 1);\n`,
    ),
    '    fprintf(stderr, "the first argument names no program of the suite\\n");\n    return 99;\n}\n',
  ].join('')
}
