/** What programs of WASI 0.2 meet that is out of the ordinary, and do not end of. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { executableOf } from '../support/compile-wat.ts'
import { componentOfC } from '../support/component.ts'
import { collect } from '../support/run-target.ts'

const LATIN1 = Buffer.from('caf\xe9', 'latin1')

describe.skipIf(process.platform !== 'linux')('WASI 0.2', () => {
  let executable: string
  beforeAll(async () => {
    const component = await componentOfC('test/components/programs/odd.c')
    executable = await executableOf(component, 'host', { grants: { dirs: { '/': '.' }, env: ['ODD'] } })
  })

  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'component-odd-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return folder
  }

  test('what is no UTF-8 has replacement characters as an argument or a variable, and is an error as a name', async () => {
    const folder = folderOf()
    const at = (name: Buffer | string): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)])
    writeFileSync(at(LATIN1), '')
    writeFileSync(at('café'), '')
    symlinkSync(LATIN1, at('link'))
    // Node passes on text alone.
    const script = String.raw`ODD=$(printf 'caf\351') exec "$0" texts "$(printf 'caf\351')" café "$(printf '\355\240\200|\360\237\230')"`
    const { stdout, stderr, code } = await collect('sh', ['-c', script, executable], { cwd: folder })
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout.split('\n').toSorted()).toEqual([
      '',
      'argument café',
      'argument caf\ufffd',
      'argument \ufffd\ufffd\ufffd|\ufffd\ufffd\ufffd',
      'entry: café',
      'entry: error 9',
      'entry: link',
      'link: error 9',
      'variable caf\ufffd',
    ])
  })

  test('a pipe that is opened to be written alone is not read by the program itself', async () => {
    const folder = folderOf()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const child = spawn(executable, ['pipe'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [stdout, ended] = [text(child.stdout), once(child, 'close')]
    const reader = await open(pipe)
    await reader.read(Buffer.alloc(4096))
    await reader.close()
    expect([await stdout, await ended]).toEqual(['nobody reads\n', [0, null]])
  })

  test('ten thousand times, and as many waits for one stream', async () => {
    const { stdout, stderr, code } = await collect(executable, ['waits'], { stdin: 'ab' })
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout).toBe('1 is over: 7001, in time\n5001 are over\n10000 are over\n')
  })
})
