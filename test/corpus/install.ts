import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildOnce, hashOf } from '../support/build-once.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const npm = promisify(execFile)

/** Installs the packages of a lock file of this folder once, outside of the repository; answers their node_modules. */
export async function installCorpus(packages = 'packages'): Promise<string> {
  const files = ['package.json', 'package-lock.json'].map((name) => join(here, packages, name))
  return buildOnce(`corpus-${await hashOf(files)}`, 'node_modules', async (draft) => {
    for (const file of files) await copyFile(file, join(draft, file.slice(dirname(file).length + 1)))
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    await npm('npm', args, { cwd: draft, timeout: 600_000, shell: process.platform === 'win32' })
  })
}
