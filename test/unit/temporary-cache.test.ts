import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryCacheDir } from '../../compiler/temporary-cache.ts'

let directory: string
let usual: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasm-exe-temporary-'))
  usual = join(directory, `unplugin-wasm-exe-${process.getuid?.()}`)
  vi.stubEnv('TMPDIR', directory)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

describe.skipIf(process.getuid === undefined)('the cache among temporary files', () => {
  test('is this user’s alone, and the same every time', () => {
    expect(temporaryCacheDir()).toBe(usual)
    expect(statSync(usual).mode & 0o777).toBe(0o700)
    expect(temporaryCacheDir()).toBe(usual)
  })

  const others: [string, () => void][] = [
    [
      'others can write into',
      () => {
        mkdirSync(usual)
        chmodSync(usual, 0o777)
      },
    ],
    [
      'is a link',
      () => {
        mkdirSync(join(directory, 'elsewhere'), { mode: 0o700 })
        symlinkSync(join(directory, 'elsewhere'), usual)
      },
    ],
    ['leads nowhere', () => symlinkSync(join(directory, 'nowhere'), usual)],
  ]
  const expectAnother = (make: () => void) => {
    make()
    const other = temporaryCacheDir()
    expect(other).not.toBe(usual)
    expect(other.startsWith(`${usual}-`)).toBe(true)
    expect(statSync(other)).toMatchObject({ uid: process.getuid!() })
    expect(statSync(other).mode & 0o777).toBe(0o700)
    expect(temporaryCacheDir()).toBe(other)
  }

  test.each(others)('is another one where what has its name %s', (_, make) => expectAnother(make))

  test.skipIf(process.getuid?.() !== 0)(
    `is another one where what has its name is another user’s${process.getuid?.() === 0 ? '' : ' (skipped: needs root)'}`,
    () =>
      expectAnother(() => {
        mkdirSync(usual, { mode: 0o700 })
        chownSync(usual, 65534, 65534)
      }),
  )
})
