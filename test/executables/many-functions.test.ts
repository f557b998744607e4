import { test } from 'vitest'
import { expectMany } from './many-functions.ts'
import { temporaryDirectory } from './program.ts'

const cacheDir = temporaryDirectory('many-functions')

test.each(['linux-x64', 'darwin-arm64'])('tables of thousands of functions on %s', (target) =>
  expectMany(target, { cacheDir }),
)
