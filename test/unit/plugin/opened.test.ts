import { mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readsPermitted } from '../../../src/opened.ts'

let directory: string
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'opened-')))
  for (const name of ['open', 'secret']) writeFileSync(at(name), name)
})
afterEach(() => rmSync(directory, { recursive: true }))

const at = (name: string): string => join(directory, name)

function link(to: string): string {
  rmSync(at('link'), { force: true })
  symlinkSync(at(to), at('link'))
  return at('link')
}

const { platform } = process
/** Linux says what a descriptor is of, others do not. */
describe.each(['linux', 'darwin'])('a file that may be given away, read on %s', (system) => {
  beforeEach(() => void Object.defineProperty(process, 'platform', { value: system }))
  afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }))

  test('is asked about as it was opened, and read wherever the link leads by then', async () => {
    const asked: string[][] = []
    const read = readsPermitted((file, opened) => {
      asked.push([file, opened])
      link(opened === at('open') ? 'secret' : 'open')
      if (opened !== at('open')) throw new Error('refused')
    })
    await expect(read(link('secret'))).rejects.toThrow('refused')
    expect(String(await read(at('link')))).toBe('open')
    expect(asked).toEqual([
      [at('link'), at('secret')],
      [at('link'), at('open')],
    ])
  })

  test('is never asked about by a path that it has not, as files that are saved anew have for a moment', async () => {
    const asked = new Set<string>()
    const read = readsPermitted((_, opened) => void asked.add(opened))
    link('secret')
    const save = (): void => {
      writeFileSync(at('new'), 'secret')
      renameSync(at('new'), at('secret'))
    }
    for (let tries = 0; tries < 200; tries++) {
      const reading = read(at('link')).catch((error: Error) => expect(error.message).toContain('changed while'))
      // Between opening it and asking what was opened, at some time.
      for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done)).then(save)
      await reading
    }
    expect([...asked]).toEqual([at('secret')])
  })

  test('that is not there is told as by any reader', async () => {
    await expect(readsPermitted(() => {})(at('none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
