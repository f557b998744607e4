import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
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
  server = createServer((request, response) => middleware(request, response, () => response.end('next')))
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
