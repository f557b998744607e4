import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const MINUTE = 60_000

/** How long one test may take, for folders of test/ that do not build or run executables, or do much more. */
const TIMEOUTS: Record<string, number> = {
  unit: MINUTE / 2,
  libc: 10 * MINUTE,
}

const folders = readdirSync(new URL('test/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map((entry) => entry.name)

/**
 * One project per folder of test/, so that `npx vitest run --project wasi` runs one of them. Suites that take minutes are
 * called *.slow.test.ts and run by `npm run test:slow` alone.
 */
export default defineConfig(({ mode }) => {
  const slow = mode === 'slow'
  return {
    test: {
      maxWorkers: 2,
      passWithNoTests: slow,
      projects: folders.map((name) => ({
        extends: true as const,
        test: {
          name,
          globalSetup: existsSync(`test/${name}/setup.ts`) ? [`test/${name}/setup.ts`] : [],
          include: [`test/${name}/**/*${slow ? '.slow' : ''}.test.ts`],
          exclude: ['**/node_modules/**', ...(slow ? [] : ['**/*.slow.test.ts'])],
          testTimeout: slow ? 30 * MINUTE : (TIMEOUTS[name] ?? 4 * MINUTE),
          hookTimeout: slow ? 30 * MINUTE : 10 * MINUTE,
        },
      })),
    },
  }
})
