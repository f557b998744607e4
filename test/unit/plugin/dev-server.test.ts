import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DevFiles } from '../../../src/dev/server.ts'
import { builtFile } from './built.ts'
import type { AddressInfo } from 'node:net'

const directory = mkdtempSync(join(tmpdir(), 'wasm-exe-dev-'))
const content = 'an executable'
const path = join(directory, 'x.bin')
const file = { ...builtFile('hello', 'win32-x64', path), size: content.length }
const files = new DevFiles()
const url = files.add(file)
let server: Server
let origin: string

beforeAll(async () => {
  writeFileSync(path, content)
  const middleware = files.middleware('/sub/')
  server = createServer((request, response) =>
    middleware(request, response, (error) => response.end(error ? `next: ${(error as Error).message}` : 'next')),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true })
})

describe('the development server', () => {
  test('serves what was added, with and without the base', async () => {
    for (const base of ['/sub', '']) {
      const response = await fetch(`${origin}${base}${url}?t=1`)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(content)
      expect(response.headers.get('content-length')).toBe(String(content.length))
      expect(response.headers.get('content-disposition')).toBe('attachment')
    }
  })

  test('has a file built once somebody asks for it, and says why it cannot be', async () => {
    let built = 0
    const { name, target, triple, ext } = file
    const build = () => {
      built++
      return built < 3 ? Promise.resolve(file) : Promise.reject(new Error('broken'))
    }
    const later = files.addLater({ name, target, triple, ext, build }, 'one')
    expect(files.addLater({ name, target, triple, ext, build }, 'one')).toBe(later)
    expect(files.addLater({ name, target, triple, ext, build }, 'two')).not.toBe(later)
    expect(later).toMatch(/^\/@exe\/[0-9a-f]{8}\/hello-win32-x64\.exe$/)
    expect(built).toBe(0)
    expect(await (await fetch(origin + later)).text()).toBe(content)
    const { headers } = await fetch(origin + later, { method: 'HEAD' })
    expect([headers.get('etag'), headers.get('content-length')]).toEqual([`"${file.integrity}"`, '13'])
    expect(await (await fetch(origin + later)).text()).toBe('next: broken')
  })

  test('answers HEAD', async () => {
    const response = await fetch(`${origin}/sub${url}`, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '13', ''])
  })

  test('says when nothing changed', async () => {
    const etag = `"${file.integrity}"`
    const status = async (tags: string) =>
      (await fetch(`${origin}/sub${url}`, { headers: { 'If-None-Match': tags } })).status
    expect(await status(etag)).toBe(304)
    expect(await status(`"other", W/${etag}`)).toBe(304)
    expect(await status('"other"')).toBe(200)
  })

  test('has nothing else', async () => {
    expect((await fetch(`${origin}/sub/@exe/12345678/hello`)).status).toBe(404)
    expect((await fetch(`${origin}/sub/@exe/..%2f..%2fx.bin`)).status).toBe(404)
    expect((await fetch(`${origin}/sub${url}`, { method: 'POST' })).status).toBe(405)
    expect(await (await fetch(`${origin}/sub/other`)).text()).toBe('next')
  })
})

describe('visitors who go away', () => {
  const large = { ...builtFile('large', 'linux-x64', join(directory, 'large.bin')), size: 8 << 20 }
  const largeUrl = files.add(large)

  beforeAll(() => writeFileSync(large.path, Buffer.alloc(large.size, 1)))

  /** Asks, and is gone after so many bytes. */
  const leave = (bytes: number, headers: Record<string, string> = {}) =>
    new Promise<void>((resolve) => {
      const asked = get(`${origin}/sub${largeUrl}`, { headers }, (response) => {
        let seen = 0
        response.on('data', (data: Buffer) => (seen += data.length) > bytes && response.destroy())
        response.on('error', () => {}).on('close', resolve)
      })
      asked.on('error', () => resolve())
      if (bytes === 0) setTimeout(() => asked.destroy(), 5)
    })

  test('are nobody’s trouble: many, side by side, again and again, in the middle and at once', async () => {
    const before = openFiles()
    for (let round = 0; round < 5; round++) {
      const visitors = Array.from({ length: 20 }, (_, index) =>
        leave(index % 4 === 0 ? 0 : index * 100_000, index % 3 === 0 ? { range: 'bytes=100-' } : {}),
      )
      await Promise.all(visitors)
    }
    const response = await fetch(`${origin}/sub${largeUrl}`)
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, large.size])
    await expect.poll(openFiles).toBeLessThanOrEqual(before)
  })

  test('get all of a file, whichever part they ask for', async () => {
    for (const range of ['bytes=0-0', 'bytes=5-', 'bytes=-5', 'bytes=9999999999-', 'bytes=x', 'bytes=0-1,4-5']) {
      const response = await fetch(`${origin}/sub${url}`, { headers: { range } })
      expect([response.status, response.headers.get('accept-ranges'), await response.text()]).toEqual([
        200,
        'none',
        content,
      ])
    }
  })

  test('are told when a file is not there, or not what was built', async () => {
    const lost = files.add(builtFile('lost', 'linux-x64', join(directory, 'lost.bin')))
    const other = files.add(builtFile('other', 'linux-x64', path))
    // The server has nothing behind the middleware but a page; errors go to it as they are.
    for (const broken of [lost, other]) {
      const response = await fetch(`${origin}/sub${broken}`)
      const text = await response.text()
      expect(text).toMatch(/^next: (?:ENOENT|.* is not what was built)/)
      expect(response.headers.get('content-length')).toBe(String(text.length))
    }
  })
})

test('files whose short hashes are equal have different paths', () => {
  const integrity = (last: number) => `sha256-${Buffer.alloc(32, 1).fill(last, 31).toString('base64')}`
  const [one, two] = [1, 2].map((last) => ({ ...file, integrity: integrity(last) }))
  const paths = [one, two, one, two].map((same) => files.add(same))
  expect(paths[0]).not.toBe(paths[1])
  expect(paths.slice(2)).toEqual(paths.slice(0, 2))
})

/** How many files this process has open; where the system does not say, none. */
function openFiles(): number {
  const path = '/proc/self/fd'
  if (!existsSync(path)) return 0
  const isOurs = (fd: string) => {
    try {
      return readlinkSync(join(path, fd)).startsWith(directory)
    } catch {
      return false
    }
  }
  return readdirSync(path).filter(isOurs).length
}
