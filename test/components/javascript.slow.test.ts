/** Commands in JavaScript, which componentize-js makes components of: an engine, QuickJS or StarlingMonkey, with the program in it. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { freePort } from '../executables/ports.ts'
import { startProgram } from './sockets-suite.ts'

const JCO = '@bytecodealliance/jco@1.35.0'
const STARLING = '@bytecodealliance/componentize-js@0.19.3'
const SOURCE = resolve('test/components/programs/javascript.js')
const TIMERS = resolve('test/components/programs/timers.js')
const SERVER = 'test/components/programs/server.js'
const WORLD = `package test:javascript;
world program {
  import wasi:cli/environment@0.2.12;
  import wasi:cli/stdout@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  export wasi:cli/run@0.2.12;
}
`
const WORLD3 = `package test:javascript;
world program {
  import wasi:cli/environment@0.3.0;
  import wasi:cli/stdout@0.2.12;
  import wasi:clocks/monotonic-clock@0.3.0;
  import wasi:sockets/types@0.3.0;
  export wasi:cli/run@0.3.0;
}
`

const run = promisify(execFile)

/** Where a package of npm's was installed; undefined where its registry does not give it. */
async function install(name: string): Promise<string | undefined> {
  const file = await buildOnce(`npm-${name.replaceAll(/[^a-z0-9.]/g, '-')}`, 'package.json', async (cwd) => {
    await writeFile(join(cwd, 'package.json'), '{}')
    await run('npm', ['install', '--silent', name], { cwd, timeout: 600_000 })
  }).catch(() => undefined)
  return file && join(file, '../node_modules')
}

/** Makes a component of a program, in a folder with the interfaces of WASI in `wit`. */
async function build(
  engine: string,
  source: string,
  world: string,
  make: (cwd: string) => Promise<unknown>,
): Promise<string> {
  return buildOnce(`${engine}-${await hashOf([source], world)}`, 'program.wasm', async (cwd) => {
    const builtin = join(jco!, 'lib/wit/builtin')
    await mkdir(join(cwd, 'wit'))
    await writeFile(join(cwd, 'wit/world.wit'), world)
    for (const version of ['0.2.12', '0.3.0'].filter((name) => world.includes(name)))
      for (const name of await readdir(join(builtin, version)))
        await cp(join(builtin, version, name), join(cwd, 'wit/deps', name + version), { recursive: true })
    await writeFile(join(cwd, 'program.js'), await readFile(source))
    await make(cwd)
  })
}

const modules = await install(JCO)
const jco = modules && join(modules, '@bytecodealliance/jco')
const starling = modules && (await install(STARLING))

/** With QuickJS. */
const quick = (source: string, world = WORLD): Promise<string> =>
  build('quickjs', source, world, (cwd) => {
    const options = '--wit wit -n program --backend quickjs -o program.wasm'.split(' ')
    if (world === WORLD) options.push('--backend-qjs-disable-async')
    return run(process.execPath, [join(jco!, 'dist/jco.js'), 'componentize', 'program.js', ...options], { cwd })
  })

/** With StarlingMonkey. */
const monkey = (source: string): Promise<string> =>
  build('starlingmonkey', source, WORLD, async (cwd) => {
    const url = pathToFileURL(join(starling!, '@bytecodealliance/componentize-js/src/componentize.js')).href
    const code = `import { componentize } from '${url}'
import { writeFile } from 'node:fs/promises'
const { component } = await componentize({ sourcePath: 'program.js', witPath: 'wit', worldName: 'program' })
await writeFile('program.wasm', component)`
    await run(process.execPath, ['--input-type=module', '--eval', code], { cwd, timeout: 600_000 })
  })

const target = hostTarget()!.name

test.skipIf(starling === undefined).each([
  ['QuickJS', quick],
  ['StarlingMonkey', monkey],
])(
  `JavaScript in %s has arguments, time and files${starling ? '' : ` (skipped: needs npm's ${JCO})`}`,
  async (_, make) => {
    const folder = await mkdtemp(join(tmpdir(), 'component-javascript-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'data.json'), '{"numbers":[3,1,2]}')
    const executable = await executableOf(await make(SOURCE), target, { grants: { dirs: { '/': '.' } } })
    const result = await runExecutable(target, executable, ['one', 'two words'], { cwd: folder })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toBe('arguments: ["one","two words"]\nwaited: true\n/: 9,4,1\nmissing: no-entry\nmsAw\n')
  },
)

test.skipIf(starling === undefined)(
  `StarlingMonkey has timers, and no fetch${starling ? '' : ` (skipped: needs npm's ${STARLING})`}`,
  async () => {
    const executable = await executableOf(await monkey(TIMERS), target)
    const said = 'order: 0,10,20\nwaited: true\n'
    expect(await runExecutable(target, executable, [])).toMatchObject({ code: 0, stdout: said, stderr: '' })
    expect(await runExecutable(target, executable, ['fetch'])).toMatchObject({
      code: 134,
      stdout: said,
      stderr: expect.stringContaining('wasm trap: a function of wasi:http was called'),
    })
  },
)

test.skipIf(jco === undefined)(
  `JavaScript of WASI 0.3 serves two connections at once${jco ? '' : ` (skipped: needs npm's ${JCO})`}`,
  async () => {
    const port = await freePort()
    const grants = { listen: [`127.0.0.1:${port}`] }
    const executable = await executableOf(await quick(resolve(SERVER), WORLD3), target, { grants })
    const server = await startProgram(target, executable, 'ready', [String(port)])
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (const [number, socket] of sockets.toReversed().entries()) {
      socket.end(`word ${number}`)
      expect(await text(socket)).toBe(`word ${number}`)
    }
    await server.ended
    expect(server.said.text).toBe('ready\nserved\n')
  },
)
