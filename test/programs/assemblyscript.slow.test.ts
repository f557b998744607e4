import { execFile } from 'node:child_process'
import { copyFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { installCorpus } from '../corpus/install.ts'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { executableOf } from '../support/compile-wat.ts'
import { levelsOf } from '../support/levels.ts'
import { runInNode } from '../support/node-wasi.ts'
import { runExecutable } from '../support/run-target.ts'

const host = `${process.platform}-${process.arch}`
const source = fileURLToPath(new URL('words.as', import.meta.url))
let wasm: string
const executables = new Map<number, string>()

beforeAll(async () => {
  const modules = await installCorpus()
  wasm = await buildOnce(`assemblyscript-${await hashOf([source])}`, 'words.wasm', async (draft) => {
    // The compiler looks for its library below the working directory.
    await symlink(modules, join(draft, 'node_modules'))
    await copyFile(source, join(draft, 'words.ts'))
    const config = 'node_modules/@assemblyscript/wasi-shim/asconfig.json'
    const args = ['words.ts', '--config', config, '-O2', '-o', 'words.wasm']
    const compiler = join(modules, 'assemblyscript/bin/asc.js')
    await promisify(execFile)(process.execPath, [compiler, ...args], { cwd: draft })
  })
  for (const optimize of levelsOf(host)) executables.set(optimize, await executableOf(wasm, host, { optimize }))
})

test.each([[[]], [['7']], [['throw']]])('AssemblyScript does what it does in Node: %j', async (args) => {
  const stdin = 'the cat and the hat, ünïcödé and the end\n'
  const expected = await runInNode(wasm, ['words', ...args], { stdin })
  for (const executable of executables.values()) {
    const { code, stdout, stderr } = await runExecutable(host, executable, args, { stdin })
    expect(stdout).toMatch(/^the 3$/m)
    expect({ code, stdout, stderr }).toEqual({ code: expected.code, stdout: expected.stdout, stderr: expected.stderr })
  }
})
