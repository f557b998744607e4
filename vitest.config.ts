import { defineConfig } from 'vitest/config'

/**
 * One project per folder of test/, so that `npx vitest run --project wasi` runs one of them. Suites that take minutes are
 * called *.slow.test.ts and run by `npm run test:slow` alone.
 */
const SLOW = process.env.WASM_EXE_SLOW === '1'
const MINUTE = 60_000

/** Folder of test/ and how long one test in it may take. */
const FOLDERS: Record<string, number> = {
  unit: MINUTE / 4,
  golden: MINUTE,
  spec: 2 * MINUTE,
  wasi: 2 * MINUTE,
  loaders: 2 * MINUTE,
  cli: 2 * MINUTE,
  examples: 2 * MINUTE,
  bundlers: 4 * MINUTE,
  corpus: 4 * MINUTE,
  browser: 4 * MINUTE,
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: Object.entries(FOLDERS).map(([name, timeout]) => ({
      extends: true as const,
      test: {
        name,
        include: SLOW ? [`test/${name}/**/*.slow.test.ts`] : [`test/${name}/**/*.test.ts`],
        exclude: ['**/node_modules/**', ...(SLOW ? [] : ['**/*.slow.test.ts'])],
        testTimeout: SLOW ? 30 * MINUTE : timeout,
        hookTimeout: SLOW ? 30 * MINUTE : 4 * MINUTE,
      },
    })),
  },
})
