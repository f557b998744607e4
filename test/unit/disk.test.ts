import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyExecutable, writeFileWhole } from '../../compiler/disk.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasm-exe-disk-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const names = () => readdirSync(directory).toSorted()

describe.skipIf(process.platform === 'win32')('what is written to stays what it is', () => {
  test('a pipe', async () => {
    const pipe = join(directory, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [content] = await Promise.all([readFile(pipe, 'utf8'), writeFileWhole(pipe, 'text')])
    expect(content).toBe('text')
    expect(statSync(pipe).isFIFO()).toBe(true)
    expect(names()).toEqual(['pipe'])
  })

  test.skipIf(process.getuid?.() !== 0)('a device, whoever could replace it (skipped: needs root)', async () => {
    const device = join(directory, 'null')
    execFileSync('mknod', [device, 'c', '1', '3'])
    await copyExecutable(process.execPath, device)
    expect(statSync(device).isCharacterDevice()).toBe(true)
    expect(names()).toEqual(['null'])
  })

  test.skipIf(!existsSync('/dev/full'))('a full device is an error (skipped: needs /dev/full)', async () => {
    await expect(writeFileWhole('/dev/full', 'text')).rejects.toThrow('cannot write /dev/full: the disk is full')
  })

  test('a link, whose file is replaced', async () => {
    const [link, file] = [join(directory, 'link'), join(directory, 'file')]
    writeFileSync(file, 'old')
    symlinkSync('file', link)
    await writeFileWhole(link, 'new')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(names()).toEqual(['file', 'link'])
  })
})

test('a directory is refused, and nothing stays behind', async () => {
  await expect(writeFileWhole(directory, 'text')).rejects.toThrow(`cannot write ${directory}: `)
  expect(names()).toEqual([])
})
