/** Where the official test scripts are: $WASM_TESTSUITE, else beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../../shared/spec-testsuite', import.meta.url))

export const suiteDir = [process.env.WASM_TESTSUITE, beside].find((dir) => dir !== undefined && existsSync(dir))

/** Said where the scripts are missing. */
export const HOW_TO_GET = 'clone https://github.com/WebAssembly/testsuite and set WASM_TESTSUITE to its path'

/** Paths of all scripts within the suite, '/' between folders. */
export function scripts(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.wast'))
    .toSorted()
}

/** A script with one character per byte, as `readScript` takes it. */
export const readSuiteFile = (dir: string, script: string): string => readFileSync(join(dir, script), 'latin1')
