/** Tools over the bundlers: each builds a project that installs the package, and what it built is run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { hostTarget } from '../../compiler/index.ts'
import type { Manifest } from '../../src/manifest.ts'
import { otherDay } from '../support/rotation.ts'
import { directoryOf, environment, execute, install } from './project.ts'
import { expectMode } from '../support/permissions.ts'

interface Tool {
  build: string[]
  /** The output directory. */
  output: string
  /** Modules in it that run a program. */
  modules?: string[]
  /** A page in it with a link for each target, or the script that makes them. */
  links?: RegExp
}

const TOOLS: Record<string, Tool> = {
  tsdown: { build: ['tsdown'], output: 'dist', modules: ['index.mjs', 'index.cjs'] },
  tsup: { build: ['tsup'], output: 'dist', modules: ['index.js', 'index.cjs'] },
  unbuild: { build: ['unbuild'], output: 'dist', modules: ['index.mjs', 'index.cjs'] },
  rsbuild: { build: ['rsbuild', 'build'], output: 'dist', links: /^static\/js\/index\.\w+\.js$/ },
  storybook: {
    build: ['storybook', 'build', '--quiet'],
    output: 'storybook-static',
    links: /^assets\/hello\.stories-[\w-]+\.js$/,
  },
  vitepress: { build: ['vitepress', 'build'], output: '.vitepress/dist', links: /^index\.html$/ },
}

for (const [index, [name, tool]] of Object.entries(TOOLS).entries()) {
  const other = otherDay(index)
  test.skipIf(other !== '')(`${name}${other}`, () => runs(name, tool))
}

async function runs(name: string, { build, output, modules = [], links }: Tool): Promise<void> {
  const directory = directoryOf(name)
  expect(await install(name, directory)).not.toMatch(/ERESOLVE|peer/)
  const env = await environment(directory, {})
  await execute(build[0], build.slice(1), { cwd: directory, env })

  const out = join(directory, output)
  const { programs } = JSON.parse(readFileSync(join(out, 'exe-manifest.json'), 'utf8')) as Manifest
  expect(Object.keys(programs)).toEqual([links === undefined ? 'lazy.wat' : 'hello.wat'])
  const { file } = programs[Object.keys(programs)[0]].builds[0].executables[hostTarget()!.name]!
  expectMode(join(out, file), 0o755)

  for (const module of modules) {
    const code = `import(${JSON.stringify(join(out, module))}).then(async ({ found }) => console.log(JSON.stringify(await found)))`
    const { stdout } = await execute('node', ['-e', code], { cwd: directory, env })
    const { path, output: printed, code: ended } = JSON.parse(stdout) as Record<string, string>
    expect([printed, ended]).toEqual(['Hello from lazy!\n', 3])
    expect(existsSync(path)).toBe(true)
  }
  if (links === undefined) return
  const page = (readdirSync(out, { recursive: true }) as string[]).find((name) =>
    links.test(name.replaceAll('\\', '/')),
  )!
  const text = readFileSync(join(out, page), 'utf8')
  const names = Object.values(programs['hello.wat'].builds[0].executables).map(({ file }) => file)
  expect(names).toHaveLength(6)
  for (const name of names) expect(text).toContain(basename(name))
  const { stdout } = await execute(join(out, file), [])
  expect(stdout).toBe('Hello from hello!\n')
}
