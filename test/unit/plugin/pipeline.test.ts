import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CompileError, selectTargets, type EmbeddedFiles, type ExecutableOptions } from '../../../compiler/index.ts'
import { resolveOptions, type Options } from '../../../src/options.ts'
import { Pipeline } from '../../../src/pipeline.ts'
import { parseRequest } from '../../../src/request.ts'

type CreateOptions = ExecutableOptions & { targets: string[] }

/** Stands for the compiler: waits for `release`, then says what it was asked. */
const compiler = vi.hoisted(() => ({ calls: [] as { bytes: Uint8Array; options: unknown }[], release: () => {} }))
vi.mock(import('../../../compiler/index.ts'), async (original) => {
  const createExecutables = async (bytes: Uint8Array, options: CreateOptions) => {
    compiler.calls.push({ bytes, options })
    await new Promise<void>((resolve, reject) => {
      compiler.release = resolve
      options.signal?.addEventListener('abort', () => reject(options.signal!.reason as Error))
      if (bytes.length < 100) resolve()
    })
    if (bytes[0] === 0) throw new CompileError('bad', { code: 'malformed', file: options.file })
    const executables = selectTargets(options.targets).map(({ name, triple }) => {
      const contents = `${name} of ${bytes.length}`
      const path = join(directory, `${contents}.bin`)
      writeFileSync(path, contents)
      const integrity = `sha256-${createHash('sha256').update(contents).digest('base64')}`
      const { optimize = 1 } = options
      return { target: name, triple, path, size: contents.length, integrity, toolchain: {}, optimize }
    })
    return { module: { file: options.file }, grants: {}, executables }
  }
  return { ...(await original()), createExecutables: createExecutables as never }
})

const directory = mkdtempSync(join(tmpdir(), 'wasm-exe-pipeline-'))
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach(() => void compiler.calls.splice(0))

function file(name: string, content: string): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

function pipeline(options: Options = {}): Pipeline {
  return new Pipeline(resolveOptions(options), { root: directory })
}

const request = (path: string, query = '?exe') => parseRequest(path + query)!
const targetsOf = () => compiler.calls.map(({ options }) => (options as CreateOptions).targets)

describe('one build per content', () => {
  test('however many ask at a time or later', async () => {
    const hello = file('hello.wasm', 'hello')
    const builds = pipeline({ targets: ['linux-x64', 'win32-x64'] })
    const [one, two] = await Promise.all([builds.build(request(hello)), builds.build(request(hello))])
    await builds.build(request(hello))
    expect(one.files).toEqual(two.files)
    expect(targetsOf()).toEqual([['linux-x64', 'win32-x64']])
  })

  test('target lists that overlap build the difference', async () => {
    const hello = file('hello.wasm', 'hello')
    const builds = pipeline()
    const first = builds.build(request(hello, '?target=linux-x64&exe'))
    await expect.poll(targetsOf).toEqual([['linux-x64']])
    const results = await Promise.all([first, builds.build(request(hello, '?target=linux-x64,win32-x64&exe'))])
    expect(targetsOf()).toEqual([['linux-x64'], ['win32-x64']])
    expect(results[1].files.map(({ target, ext }) => target + ext)).toEqual(['linux-x64', 'win32-x64.exe'])
  })

  test('copies of a file share it, other names and options do not', async () => {
    const builds = pipeline({ targets: 'linux-x64' })
    await builds.build(request(file('a.wasm', 'same')))
    await builds.build(request(file('b.wasm', 'same')))
    await builds.build(request(join(directory, 'a.wasm'), '?debug&exe'))
    await builds.build(request(join(directory, 'a.wasm'), '?debug=false&exe'))
    expect(compiler.calls).toHaveLength(3)
  })

  test('embedded files count like the module, and are named for watchers', async () => {
    const hello = file('hello.wasm', 'hello')
    mkdirSync(join(directory, 'assets'), { recursive: true })
    const asset = file('assets/a.txt', 'a')
    const builds = pipeline({ targets: 'linux-x64', embed: { '/share': 'assets' } })
    const { inputs } = await builds.build(request(hello))
    await builds.build(request(hello))
    expect(compiler.calls).toHaveLength(1)
    expect(inputs).toEqual({ files: [asset], directories: [join(directory, 'assets')] })
    file('assets/a.txt', 'changed')
    await builds.build(request(hello))
    expect(compiler.calls).toHaveLength(2)
    await builds.build(request(hello, '?embed=/more=./assets&exe'))
    const { embed } = compiler.calls[2].options as { embed: EmbeddedFiles }
    expect(embed.info.map(({ guest }) => guest)).toEqual(['/share', '/more'])
  })

  test('a cache that was wiped is filled again', async () => {
    const hello = file('hello.wasm', 'hello')
    const builds = pipeline({ targets: 'linux-x64' })
    const { files } = await builds.build(request(hello))
    rmSync(files[0].path)
    await builds.build(request(hello))
    expect(compiler.calls).toHaveLength(2)
  })

  test('a failure is forgotten', async () => {
    const builds = pipeline({ targets: 'linux-x64' })
    const bad = request(file('bad.wasm', '\0'))
    await expect(builds.build(bad)).rejects.toThrow('bad.wasm: malformed module: bad')
    await expect(builds.build(bad)).rejects.toThrow('bad')
    expect(compiler.calls).toHaveLength(2)
  })
})

test('a failure is remembered where somebody is served, until a file changes or some time goes by', async () => {
  const builds = pipeline({ targets: 'linux-x64' })
  const bad = request(file('bad.wasm', '\0'))
  const mayRead = () => true
  const fail = async () =>
    await expect(builds.build(bad, { mayRead })).rejects.toThrow('bad.wasm: malformed module: bad')
  for (let i = 0; i < 5; i++) await fail()
  expect(compiler.calls).toHaveLength(1)
  builds.fileChanged(bad.file)
  await fail()
  await fail()
  expect(compiler.calls).toHaveLength(2)
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now + 60_000)
  await fail()
  vi.restoreAllMocks()
  expect(compiler.calls).toHaveLength(3)
})

test('a failure of what a file held before it changed is not remembered', async () => {
  const builds = pipeline({ targets: 'linux-x64' })
  const halfway = file('halfway.wat', '(module')
  const whole = file('whole.wat', '(module)')
  const mayRead = () => {
    // It is open by now.
    if (existsSync(whole)) renameSync(whole, halfway)
    builds.fileChanged(halfway)
    return true
  }
  await expect(builds.build(request(halfway), { mayRead })).rejects.toThrow('is not closed')
  // What the compiler says above of each module that was assembled.
  await expect(builds.build(request(halfway), { mayRead })).rejects.toThrow('malformed module: bad')
})

describe('the level', () => {
  test.each<[string, Options, string, number | string | undefined]>([
    ['is left to the compiler where nobody chose one', {}, '?exe', undefined],
    ['is what the options say', { optimize: 2 }, '?exe', 2],
    ['or the query', { optimize: 2 }, '?optimize=s&exe', 's'],
    ['0 is another spelling of 1', {}, '?optimize=0&exe', 1],
  ])('%s', async (_, options, query, level) => {
    await pipeline({ targets: 'linux-x64', ...options }).build(request(file('level.wasm', 'level'), query))
    expect(compiler.calls.map(({ options }) => (options as CreateOptions).optimize)).toEqual([level])
  })
})

describe('what is no longer wanted is stopped', () => {
  test('by abort', async () => {
    const builds = pipeline({ targets: 'linux-x64' })
    const built = builds.build(request(file('slow.wasm', 'x'.repeat(200))))
    const outcome = built.catch(String)
    await vi.waitFor(() => expect(compiler.calls).toHaveLength(1))
    builds.abort()
    expect(await outcome).toBe('AbortError: the build was cancelled')
  })

  test('unless somebody else waits for it', async () => {
    const builds = pipeline({ targets: 'linux-x64' })
    const [ended, waiting] = [{}, {}]
    const slow = request(file('slow.wasm', 'x'.repeat(200)))
    const outcome = Promise.all([ended, waiting].map((owner) => builds.build(slow, { owner }))).catch(String)
    await vi.waitFor(() => expect(compiler.calls).toHaveLength(1))
    builds.abort(ended)
    builds.abort(ended)
    builds.abort({})
    expect((compiler.calls[0].options as CreateOptions).signal!.aborted).toBe(false)
    builds.abort(waiting)
    const again = builds.build(slow, { owner: ended })
    expect(await outcome).toBe('AbortError: the build was cancelled')
    await vi.waitFor(() => expect(compiler.calls).toHaveLength(2))
    compiler.release()
    expect((await again).files).toHaveLength(1)
  })

  test('by a change of the file, and who waits gets the new content', async () => {
    const builds = pipeline({ targets: 'linux-x64' })
    const slow = file('slow.wasm', 'x'.repeat(200))
    const built = builds.build(request(slow))
    await vi.waitFor(() => expect(compiler.calls).toHaveLength(1))
    file('slow.wasm', 'new')
    builds.fileChanged(slow)
    expect((await built).files[0].path).toMatch(/ of 3\.bin$/)
  })
})

describe('files', () => {
  test('that are not there', async () => {
    const built = pipeline().build(request(join(directory, 'no.wasm')))
    await expect(built).rejects.toThrow(/^no\.wasm: cannot be read: there is no such file\n {2}check the path/)
  })

  test('in text format are assembled', async () => {
    const text = file('text.wat', '(module)')
    await pipeline({ targets: 'linux-x64' })
      .build(request(text))
      .catch(() => {})
    expect(Array.from(compiler.calls[0].bytes).slice(0, 8)).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
  })
})

test('a long build is told while it goes on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const lines: string[] = []
    const builds = pipeline({ targets: ['linux-x64', 'win32-x64'] })
    builds.settings.log = (line) => lines.push(line)
    const built = builds.build(request(file('lo\u202eng.wasm', 'x'.repeat(200))))
    while (compiler.calls.length === 0) await setImmediate()
    vi.advanceTimersByTime(10_000)
    const what = 'lo\\u{202e}ng.wasm for 2 targets'
    expect(lines).toEqual([`${what}: reading, 5 s`, `${what}: reading, 10 s`])
    compiler.release()
    await built
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('the cache lies where the module does, wherever the build was started', async () => {
  const workspace = join(directory, 'workspace')
  mkdirSync(join(workspace, 'packages', 'app'), { recursive: true })
  writeFileSync(join(workspace, 'package.json'), '{"name":"all","workspaces":["packages/*"]}')
  writeFileSync(join(workspace, 'packages', 'app', 'package.json'), '{"name":"app"}')
  await pipeline().build(request(file('workspace/packages/app/hello.wasm', 'app')))
  const { cacheDir } = compiler.calls[0].options as CreateOptions
  expect(cacheDir).toBe(join(workspace, 'node_modules', '.cache', 'unplugin-wasm-exe'))
})
