/** A command in JavaScript, which componentize-qjs makes a component of: an interpreter with its bytecode. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { runExecutable } from '../support/run-target.ts'

const JCO = '@bytecodealliance/jco@1.35.0'
const SOURCE = resolve('test/components/programs/javascript.js')
const WORLD = `package test:javascript;
world program {
  import wasi:cli/environment@0.2.12;
  import wasi:cli/stdout@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  export wasi:cli/run@0.2.12;
}
`

const run = promisify(execFile)

/** The component; undefined where npm's registry does not give the tools. */
async function build(): Promise<string | undefined> {
  const tools = await buildOnce('jco-1.35.0', 'package.json', async (cwd) => {
    await writeFile(join(cwd, 'package.json'), '{}')
    await run('npm', ['install', '--silent', JCO], { cwd, timeout: 600_000 })
  }).catch(() => undefined)
  if (tools === undefined) return undefined
  const jco = join(tools, '../node_modules/@bytecodealliance/jco')
  return buildOnce(`javascript-${await hashOf([SOURCE], WORLD)}`, 'javascript.wasm', async (cwd) => {
    await mkdir(join(cwd, 'wit'))
    await writeFile(join(cwd, 'wit/world.wit'), WORLD)
    await cp(join(jco, 'lib/wit/builtin/0.2.12'), join(cwd, 'wit/deps'), { recursive: true })
    await writeFile(join(cwd, 'javascript.js'), await readFile(SOURCE))
    const options = '--wit wit -n program --backend quickjs --backend-qjs-disable-async -o javascript.wasm'.split(' ')
    await run(process.execPath, [join(jco, 'dist/jco.js'), 'componentize', 'javascript.js', ...options], { cwd })
  })
}

const component = await build()

test.skipIf(component === undefined)(
  `JavaScript in QuickJS has arguments, time and files${component ? '' : ` (skipped: needs npm's ${JCO})`}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'component-javascript-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'data.json'), '{"numbers":[3,1,2]}')
    const target = hostTarget()!.name
    const executable = await executableOf(component!, target, { grants: { dirs: { '/': '.' } } })
    const result = await runExecutable(target, executable, ['one', 'two words'], { cwd: folder })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toBe('arguments: ["one","two words"]\nwaited: true\n/: 9,4,1\nmissing: no-entry\nmsAw\n')
  },
)
